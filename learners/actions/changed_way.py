"""
Changing or removing a way on one's own page: the old one is sent a link by which whoever reads it objects.

The link holds and asks, and opens nothing: the old number may have been lost, and be a stranger's now (decision 0293).
"""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from learners import emails, formats, rules
from learners.actions import closing, lost_way, person, sign_in, ways
from learners.choices import Way
from learners.models import ChangedWay, Learner
from learners.queries import added_way
from learners.queries import changed_way as queries
from learners.queries.learner import way_of


@transaction.atomic
def use(*, learner: Learner, address: str, now: datetime) -> Learner:
    """Make a proven address the learner's way of its kind, as ``ways.use``; the one before may object."""
    learner = _locked(learner)
    way = way_of(address)
    before = getattr(learner, way)
    if before and before != address and not _is_held(learner, before, now=now):
        _send_link(learner, before, now=now)
    return ways.use(learner=learner, address=address, now=now, has_link=True)


@transaction.atomic
def remove(*, learner: Learner, way: Way, now: datetime) -> Learner:
    """Take a way of signing in away, as ``ways.remove``; it may object."""
    learner = _locked(learner)
    if (address := getattr(learner, way)) and not _is_held(learner, address, now=now):
        _send_link(learner, address, now=now)
    return ways.remove(learner=learner, way=way, now=now, has_link=True)


@transaction.atomic
def remove_joined(*, learner: Learner, account: Learner, way: Way, now: datetime) -> Learner:
    """Take away a way of an account that was merged into the learner's, as ``ways.remove_joined``; it may object."""
    accounts = {each.pk: each for each in person.lock(learner)}
    address = getattr(accounts[account.pk], way) if account.pk in accounts else None
    if address and not _is_held(learner, address, now=now):
        _send_link(accounts[account.pk], address, now=now)
    return ways.remove_joined(learner=learner, account=account, way=way, now=now, has_link=True)


@transaction.atomic
def object_to(*, changed: ChangedWay, now: datetime) -> bool:
    """
    Say, as who reads the old address, that the change was not the person's, and return whether that was done.

    Everybody is signed out, for thirty days nobody spends credit or changes a way, every address is told, and curators
    are asked whose the record is. Nothing is put back here. Idempotent. Locks all accounts of the person.
    """
    accounts = person.lock(changed.learner)
    changed = (
        ChangedWay.objects.select_for_update(of=["self"], no_key=True).select_related("learner").get(pk=changed.pk)
    )
    if changed.objected_at is not None or queries.is_over(changed, now=now):
        return False
    changed.objected_at = now
    changed.save(update_fields=["objected_at"])
    learner = person.kept(accounts)
    with translation.override(learner.language):
        what = _(
            "whoever reads %(way)s says that it was not you who took it off, and wants it back. "
            "Your record is held for thirty days, and a closing of your account that waited is stopped."
        )
        what %= {"way": formats.way_masked(changed.address)}
    if not lost_way.ask_back(learner=learner, address=changed.address, what=what, now=now):
        ways.tell(learner=learner, what=what, now=now)
    for account in accounts:
        closing.stop_untold(learner=account, now=now)  # whoever took the record over may have asked for it
        sign_in.sign_out_everywhere(learner=account, now=now)
    return True


def _locked(learner: Learner) -> Learner:
    return next(each for each in person.lock(learner) if each.pk == learner.pk)


def _is_held(learner: Learner, address: str, *, now: datetime) -> bool:
    """Of what one member of staff alone has added nobody knows whose it is: it objects to nothing (decision 0276)."""
    return any(each.way.address == address for each in added_way.all_held(learner, now=now))


def _send_link(learner: Learner, address: str, *, now: datetime) -> None:
    token = token_urlsafe(rules.SECRET_BYTES)
    ChangedWay.objects.create(
        learner=learner,
        kind=way_of(address),
        address=address,
        changed_at=now,
        link_hash=sha256(token.encode()).hexdigest(),
    )
    link = emails.absolute("learners:way_not_me", token, language=learner.language)
    ways.tell_what_is_gone(
        learner=learner, address=address, link=link, until=now + rules.CHANGED_WAY_OBJECTED_WITHIN, now=now
    )
