"""
Replacing an address or number that is lost: the person proves a new one, two curators say so, and then it waits.

At each step every address of the person is told, with a link that stops it; a code sent to what is lost, typed after
all, stops it as well (``actions.sign_in``). For whom nothing at a counter, and no other address, helps (decision 0285).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from learners import formats, rules
from learners.actions import person, sign_in, two_curators, ways
from learners.choices import Way
from learners.models import Learner, LostWay, RemovedWay
from learners.queries import changed_way
from learners.queries import lost_way as queries
from learners.queries.learner import account_ids, way_of
from learners.queries.ways import Reached, addresses

UnableToReplace = two_curators.UnableToHelp
OneOfTwo = two_curators.OneOfTwo


@transaction.atomic
def ask(*, learner: Learner, lost: str, address: str, now: datetime) -> LostWay:
    """
    Write down that the person can read ``lost`` no more and has proved ``address``, and tell all; nothing changes yet.

    Idempotent while it is open. Locks all accounts.

    :raises UnableToReplace: if the one does not open the record, or the other cannot take its place.
    """
    learner = person.kept(person.lock(learner))
    if going_on := queries.of_learner(learner):
        return going_on
    kind = way_of(address)
    known = next((each for each in queries.may_be_lost(learner, now=now) if each.address == lost), None)
    if known is None:
        raise UnableToReplace(_("That address or number does not open your record, or this has to wait."))
    if any(each.address == address for each in addresses(learner)):
        raise UnableToReplace(_("It opens your record already: have a code sent to it."))
    if not queries.has_room(learner, known, kind):
        raise UnableToReplace(
            _("Your record has another one of this kind. If that one is lost as well, name it first.")
        )
    if queries.is_anothers(learner, address, kind):
        raise UnableToReplace(str(ways.belongs_to_another()))
    row = LostWay.objects.create(
        learner=learner, kind=known.kind, address=lost, new_kind=kind, new_address=address, asked_at=now
    )
    with translation.override(learner.language):
        what = _("somebody says that %(lost)s is lost and wants to sign in with %(new)s from now on.") % _shown(row)
    ways.tell_of_lost_way(lost=row, what=what, now=now)
    return row


@transaction.atomic
def ask_back(*, learner: Learner, address: str, what: str, now: datetime) -> LostWay | None:
    """
    Ask, for who reads ``address``, that it open the record again as before it was taken off, and tell all.

    What goes on already takes it in if it is an objection too; what was asked by a card or an identity ends: whoever
    took the record over may have asked it. Return None where another record is opened with it by now. The caller has
    locked all accounts of the person, and has been shown the link that was sent there.
    """
    kind = way_of(address)
    if queries.is_anothers(learner, address, kind):
        return None
    row = queries.of_learner(learner)
    if row is not None and not row.is_objection:
        _stop(row, now)
        row = None
    row = row or LostWay.objects.create(
        learner=learner, kind=kind, new_kind=kind, new_address=address, asked_at=now, is_objection=True
    )
    ways.tell_of_lost_way(lost=row, what=what, now=now)
    return row


def vouch(*, lost: LostWay, curator: Learner, now: datetime) -> LostWay:
    """Say so as a curator; see ``two_curators.vouch``."""

    def tell(row: LostWay) -> None:
        with translation.override(row.learner.language):
            if row.is_objection:
                what = _(
                    "in three days what was taken off opens your record again, and what was added about then or since "
                    "opens it no longer: two curators have confirmed it."
                )
            else:
                what = _("in three days %(new)s takes the place of %(lost)s: two curators have confirmed it.")
                what %= _shown(row)
        ways.tell_of_lost_way(lost=row, what=what, now=now)

    return two_curators.vouch(row=lost, curator=curator, waits=rules.LOST_WAY_WAITS, tell=tell, now=now)


def stop(*, public_id: UUID, now: datetime) -> bool:
    """Leave everything as it is; see ``two_curators.stop``."""
    return two_curators.stop(open_now=queries.open_now(), public_id=public_id, now=now)


def replace_due(*, now: datetime) -> int:
    """Replace what has waited long enough and return how many; see ``two_curators.carry_out``."""
    return two_curators.carry_out(
        open_now=queries.open_now(),
        due=queries.due(now=now),
        asked_for=rules.LOST_WAY_ASKED_FOR,
        act=lambda pk: _replace(pk, now=now),
        what="lost ways",
        now=now,
    )


@transaction.atomic
def _replace(pk: int, *, now: datetime) -> bool:
    accounts = person.lock(LostWay.objects.select_related("learner").get(pk=pk).learner)
    learner = person.kept(accounts)
    row = queries.due(now=now).select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        return False
    if row.is_objection:
        return _bring_back(row, accounts, learner, now=now)
    known = {each.address: each for each in addresses(learner)}
    lost = known.get(row.address)
    if lost is None or row.new_address in known or not queries.has_room(learner, lost, Way(row.new_kind)):
        return _stop(row, now)  # the person has changed it themself meanwhile, or what would go is not what was named
    if queries.is_anothers(learner, row.new_address, Way(row.new_kind)):
        with translation.override(learner.language):
            what = _("%(new)s opens another record by now, so %(lost)s stays as it is.") % _shown(row)
        ways.tell(learner=learner, what=what, now=now, also=[row.new_address])
        return _stop(row, now)
    row.done_at = now
    row.save(update_fields=["done_at"])
    with translation.override(learner.language):
        what = _(
            "%(new)s has taken the place of %(lost)s. "
            "For thirty days nobody can spend credit or change how you sign in."
        )
        what %= _shown(row)
    ways.tell(learner=learner, what=what, now=now, also=[row.new_address])  # first: of one moment, one letter is kept
    _put_in_place(row, lost, learner, now=now)
    for account in accounts:
        sign_in.sign_out_everywhere(learner=account, now=now)
    return True


def _put_in_place(row: LostWay, lost: Reached, learner: Learner, *, now: datetime) -> None:
    """What is lost comes back by no undo of a merge: whoever it reaches now would come in by it."""
    ways.use(learner=learner, address=row.new_address, now=now)
    if lost.account.pk != learner.pk or row.kind != row.new_kind:
        account = next(each for each in person.lock(learner) if each.pk == lost.account.pk)
        ways.take_off(learner=account, way=Way(row.kind), now=now, is_told=True)
    RemovedWay.objects.filter(learner__in=account_ids(learner), address=row.address).delete()


def _bring_back(row: LostWay, accounts: list[Learner], learner: Learner, *, now: datetime) -> bool:
    """
    Put what has objected back where it stood, and take off what was proved about then or since; both curators saw it.

    What one would come back to has been filled otherwise, or opens another record by now: that one stays away.
    """
    objecting = changed_way.objecting(learner, until=row.vouched_at or row.asked_at)
    doubted = changed_way.doubted(learner, objecting)
    gone = {(each.account.pk, each.kind) for each in doubted}
    own = {each.pk: each for each in accounts}
    back: dict[tuple[int, Way], str] = {}
    for each in objecting:
        place = (each.learner_id, Way(each.kind))
        is_free = each.learner_id in own and (place in gone or not getattr(own[each.learner_id], each.kind))
        if is_free and not queries.is_anothers(learner, each.address, Way(each.kind)):
            back.setdefault(place, each.address)
    if not back:
        with translation.override(learner.language):
            what = _("nothing that was taken off could be put back, so everything stays as it is.")
        ways.tell(learner=learner, what=what, now=now)
        return _stop(row, now)
    row.done_at = now
    row.save(update_fields=["done_at"])
    with translation.override(learner.language):
        what = _(
            "%(new)s opens your record again, and what was added about when it was taken off or since does so no "
            "longer. For thirty days nobody can spend credit or change how you sign in."
        )
        what %= {"new": ", ".join(formats.way_masked(address) for address in back.values())}
    ways.tell(learner=learner, what=what, now=now, also=list(back.values()))  # first, as above
    for (pk, _way), address in back.items():
        ways.use(learner=own[pk], address=address, now=now)
    for pk, way in gone - set(back):
        account = next(each for each in person.lock(learner) if each.pk == pk)
        ways.take_off(learner=account, way=way, now=now, is_told=True)
    RemovedWay.objects.filter(learner__in=account_ids(learner), address__in=[each.address for each in doubted]).delete()
    ways.take_off_added_since(learner=learner, since=objecting[0].changed_at - rules.CHANGED_WAY_DOUBTED, now=now)
    for account in accounts:
        sign_in.sign_out_everywhere(learner=account, now=now)
    return True


def _stop(row: LostWay, now: datetime) -> bool:
    row.stopped_at = now
    row.save(update_fields=["stopped_at"])
    return False


def _shown(row: LostWay) -> dict[str, str]:
    return {"lost": formats.way_masked(row.address), "new": formats.way_masked(row.new_address)}
