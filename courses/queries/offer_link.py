"""
Links that answer a seat offer without signing in: signed, each for one act, dead once the offer is.

The act is part of what is signed with, so a link to pass a seat on cannot be made into one that takes it. Nothing is
stored: a link says which offer it is for, and the offer's row says whether it can still be answered.
"""

from uuid import UUID

from django.core import signing

from courses.models import SeatOffer
from courses.queries import waiting

ACCEPT, DECLINE = "accept", "decline"


def token(offer: SeatOffer, act: str) -> str:
    """Return what the link to do ``act`` ends with."""
    return _signer(act).sign(offer.public_id.hex)


def offer_of(token: str, act: str) -> SeatOffer | None:
    """Return the offer of a link made for ``act``; None for anything else, such as a link made for another act."""
    try:
        public_id = UUID(hex=_signer(act).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    offers = SeatOffer.objects.select_related(
        "choice",
        "request__learner",
        "request__group__leader",
        "run__version__course__provider",
        "run__place__parent",
        "run__terms",
    )
    offer = offers.filter(public_id=public_id).first()
    stands_in = waiting.stands_in(offer) if offer else None
    return offers.get(pk=stands_in.pk) if stands_in else offer


def _signer(act: str) -> signing.Signer:
    return signing.Signer(salt=f"courses.seat_offer.{act}", sep="~")
