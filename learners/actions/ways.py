"""
Ways of signing in: an e-mail address or a number is added, changed or removed, and everybody there is told.

Whoever calls has had the new address proved by a code (``actions.sign_in``), and who is there a moment ago.
"""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from learners import emails, formats
from learners.actions import message, sign_in
from learners.choices import MessageKind, Way
from learners.models import Learner, Message
from learners.queries.learner import way_of


class UnableToChangeWay(Exception):
    """The way stays as it is; the message is written for whom it belongs to."""


class BelongsToAnother(UnableToChangeWay):
    pass


class IsTheLastWay(UnableToChangeWay):
    pass


@transaction.atomic
def use(*, learner: Learner, address: str, now: datetime) -> Learner:
    """
    Make a proven, folded address or number the learner's way of its kind, and return the learner.

    The one before it opens nothing any more. Idempotent. Every address the record had until now is told.

    :raises BelongsToAnother: if another record has it.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    way = way_of(address)
    before = getattr(learner, way)
    if before == address:
        return learner
    told = _addresses(learner)
    setattr(learner, way, address)
    setattr(learner, f"{way}_verified_at", now)
    try:
        with transaction.atomic():
            learner.save(update_fields=[way, f"{way}_verified_at"])
    except IntegrityError as reason:
        raise BelongsToAnother(
            _("Another record is opened with it already. Sign in there, or call us and we bring the two together.")
        ) from reason
    _keep_with(learner, before)
    with translation.override(learner.language):
        shown = {"way": formats.way_masked(address)}
        if way == Way.EMAIL:
            what = _("the e-mail address you sign in with is now %(way)s.") % shown
        else:
            what = _("the mobile number you sign in with is now %(way)s.") % shown
    _tell(learner, told, what=what, now=now)
    return learner


@transaction.atomic
def remove(*, learner: Learner, way: Way, now: datetime) -> Learner:
    """
    Take a way of signing in away and return the learner; it is told, and so is the one that stays. Idempotent.

    :raises IsTheLastWay: if nothing else would open the record; the database refuses that too.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    address = getattr(learner, way)
    if not address:
        return learner
    told = _addresses(learner)
    if len(told) == 1:
        raise IsTheLastWay(_("This is the only way into your record. Add another one first."))
    setattr(learner, way, None)
    setattr(learner, f"{way}_verified_at", None)
    learner.save(update_fields=[way, f"{way}_verified_at"])
    _keep_with(learner, address)
    with translation.override(learner.language):
        what = _("%(way)s no longer opens your record.") % {"way": formats.way_masked(address)}
    _tell(learner, told, what=what, now=now)
    return learner


@transaction.atomic
def tell(*, learner: Learner, what: str, now: datetime) -> None:
    """Tell the learner, wherever they are reached, of a change of how they sign in; ``what`` is in their language."""
    _tell(learner, _addresses(learner), what=what, now=now)


def _addresses(learner: Learner) -> list[str]:
    return [address for address in (learner.email, learner.phone) if address]


def _keep_with(learner: Learner, address: str | None) -> None:
    """Write down whose the codes to an address were that were asked for when nobody had it yet."""
    nobodys = f"{sign_in.CODE_TO_NOBODY}:"
    Message.objects.filter(
        kind=MessageKind.SIGN_IN_CODE, recipient__isnull=True, address=address, deduplication_key__startswith=nobodys
    ).update(deduplication_key=Concat(Value(f"sign-in:{learner.pk}:"), Substr("deduplication_key", len(nobodys) + 1)))


def _keyed(address: str) -> str:
    """The key of a letter stays when its address is emptied, so it tells two addresses apart and names neither."""
    return salted_hmac("learners.ways", address, algorithm="sha256").hexdigest()[:16]


def _tell(learner: Learner, addresses: list[str], *, what: str, now: datetime) -> None:
    """Write to each of these addresses as it stood: the learner may not have it any more. ASVS 6.3.7."""
    data = {
        "what": what,
        "date": formats.day(now, learner.language),
        "time": formats.clock(now),
        "link": emails.absolute("learners:ways", language=learner.language),
        "help_phone": settings.HELPLINE,
    }
    for address in addresses:
        message.queue(
            kind=MessageKind.WAY_CHANGED,
            key=f"way:{learner.pk}:{now.isoformat()}:{_keyed(address)}",
            address=address,
            language=learner.language,
            data=data,
            now=now,
        )
