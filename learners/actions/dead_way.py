"""A number or address that reaches nobody: taken off a record in front of staff, and given back within a month."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import card, person, sign_in, ways
from learners.actions.consent import Witness
from learners.actions.counter import refuse_unless_second_at_the_desk, refuse_unless_served
from learners.choices import Way
from learners.models import DeadWay, Learner
from learners.permissions import is_at_counter
from learners.queries import dead_way as queries
from learners.queries.learner import account_ids


class UnableToTakeOff(Exception):
    """The way stays as it is; the message is for who stands before it."""


class OneOfStaff(UnableToTakeOff):
    """What one member of staff has written down, the same one cannot confirm."""


@transaction.atomic
def ask(*, learner: Learner, kind: Way, witness: Witness, now: datetime) -> DeadWay:
    """
    Write down that a way of the person in front of the counter reaches them no more; nothing changes yet.

    Idempotent while it waits. Locks all accounts of the person.

    :raises UnableToTakeOff: if the staff may not, or the person has no such way.
    """
    learner = _served(learner, witness, now)
    if waiting := queries.waiting(learner).filter(kind=kind).first():
        return waiting
    if not (address := getattr(learner, kind)):
        raise UnableToTakeOff(_("This record has no such way of signing in."))
    return DeadWay.objects.create(
        learner=learner,
        kind=kind,
        address=address,
        asked_at=now,
        asked_by=witness.staff,
        organization=witness.organization,
    )


@transaction.atomic
def confirm(*, way: DeadWay, witness: Witness, now: datetime) -> DeadWay:
    """
    Take the way off, as a second person who works there; what else reaches the person is told. Idempotent.

    Every session ends: who holds the number now may have opened one.

    :raises OneOfStaff: if the same person has written it down.
    :raises UnableToTakeOff: if the staff may not, or it was given up, or changed, meanwhile.
    """
    learner = _served(way.learner, witness, now)
    if way.asked_by_id in account_ids(witness.staff):
        raise OneOfStaff(_("You have written it down yourself. Another person who works here confirms it."))
    return _take_off(way, learner, by=witness.staff, now=now)


@transaction.atomic
def confirm_at_the_desk(*, way: DeadWay, curator: Learner, now: datetime) -> DeadWay:
    """
    Take the way off, as a curator, where nobody else works who could confirm it; otherwise as ``confirm``.

    :raises UnableToTakeOff: if somebody else works there, the curator is one of the two or works there themself, or it
        was given up, or changed, meanwhile.
    """
    learner = next(each for each in person.lock(way.learner) if each.pk == way.learner_id)
    refuse_unless_second_at_the_desk(
        actor=curator,
        learner=learner,
        asked_by=way.asked_by,
        organization=way.organization,
        refusal=UnableToTakeOff,
    )
    way = DeadWay.objects.get(pk=way.pk)
    if way.confirmed_at is None and not queries.for_curators(now=now).filter(pk=way.pk).exists():
        raise UnableToTakeOff(_("This does not wait for a curator: it was given up, or somebody else works there."))
    return _take_off(way, learner, by=curator, now=now, is_by_curator=True)


def confirm_by_pin(*, way: DeadWay, said: str, witness: Witness, now: datetime) -> DeadWay:
    """
    Take the way off by the PIN of a card that somebody else has printed; otherwise as ``confirm``.

    A wrong PIN is counted as at every door, so this is no transaction.

    :raises UnableToTakeOff: if no such PIN was said, or as ``confirm``.
    """
    if not is_at_counter(witness.staff, witness.organization, way.learner):
        raise UnableToTakeOff(_("This is done where the person was registered, in front of another who works there."))
    if not card.proves(learner=way.learner, said=said, now=now, pin_not_from=[witness.staff]):
        raise UnableToTakeOff(
            _("That PIN confirms nothing. It must be the PIN of a card that somebody other than you has printed.")
        )
    with transaction.atomic():
        return _take_off(way, _served(way.learner, witness, now), by=None, now=now)


@transaction.atomic
def undo(*, way: DeadWay, actor: Learner, now: datetime) -> bool:
    """
    Give the way back, or give up what waits, and return whether that was done; idempotent.

    By the person; by staff where they were registered only while it waits: one of them alone does not bring back what
    two have taken off, but a code sent to it does (``claim.claim``). Every address is told. Locks all accounts.

    :raises UnableToTakeOff: if the actor may not, it is too long ago, or the record has another way of this kind now.
    :raises ways.UnableToChangeWay: if another record is opened with it meanwhile.
    """
    learner = next(each for each in person.lock(way.learner) if each.pk == way.learner_id)
    if actor != learner and not is_at_counter(actor, way.organization, learner):
        raise UnableToTakeOff(_("This is done where the person was registered, in front of another who works there."))
    way = DeadWay.objects.select_for_update(no_key=True).get(pk=way.pk)
    if way.undone_at is not None:
        return False
    if way.confirmed_at is not None:
        if actor != learner:
            raise UnableToTakeOff(_("Only a code sent to it brings it back: the person must be able to read it now."))
        if not way.address or now >= way.confirmed_at + rules.DEAD_WAY_GIVEN_BACK:
            raise UnableToTakeOff(_("That is too long ago. Add the number or address again instead."))
        if getattr(learner, way.kind):
            raise UnableToTakeOff(_("The record has another one of this kind by now."))
        ways.use(learner=learner, address=way.address, now=now)
    way.undone_at, way.undone_by = now, actor
    way.save(update_fields=["undone_at", "undone_by"])
    return True


def _served(learner: Learner, witness: Witness, now: datetime) -> Learner:
    learner = next(each for each in person.lock(learner) if each.pk == learner.pk)
    whom = {"learner": learner, "actor": witness.staff, "organization": witness.organization}
    refuse_unless_served(**whom, refusal=UnableToTakeOff, now=now)  # type: ignore[arg-type]
    return learner


def _take_off(
    way: DeadWay, learner: Learner, *, by: Learner | None, now: datetime, is_by_curator: bool = False
) -> DeadWay:
    way = DeadWay.objects.select_for_update(no_key=True).get(pk=way.pk)
    if way.confirmed_at is not None:
        return way
    if way.undone_at is not None or getattr(learner, way.kind) != way.address:
        raise UnableToTakeOff(_("Nothing waits here to be confirmed: it was given up, or the record has changed."))
    way.confirmed_at, way.confirmed_by, way.is_by_curator = now, by, is_by_curator
    way.save(update_fields=["confirmed_at", "confirmed_by", "is_by_curator"])
    ways.take_off(learner=learner, way=Way(way.kind), now=now)
    sign_in.sign_out_everywhere(learner=learner, now=now)
    return way
