"""Signing up: a learning account for someone whose address is proven."""

from datetime import datetime

from django.db import transaction

from learners.choices import Language
from learners.models import Learner, Place
from learners.queries.learner import way_of


@transaction.atomic
def sign_up(
    *,
    address: str,
    full_name: str,
    language: Language,
    now: datetime,
    place: Place | None = None,
    is_demonstration: bool = False,
) -> Learner:
    """
    Open a learning account for a proven, folded e-mail address or number and return it.

    Idempotent by address: whoever has it already is returned unchanged. Nobody has a password.
    """
    way = way_of(address)
    learner, _is_new = Learner.objects.get_or_create(
        **{way: address},
        defaults={
            "full_name": full_name,
            f"{way}_verified_at": now,
            "language": language,
            "place": place,
            "is_demonstration": is_demonstration,
            "created_at": now,
            "password": "!",  # Django's mark for: no password fits
        },
    )
    return learner
