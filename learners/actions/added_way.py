"""A way of which not two of staff know whose it is: confirmed by a second, or taken off by whose record it opens."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import card, person, sign_in, ways
from learners.actions.consent import Witness
from learners.actions.counter import refuse_unless_second_at_the_desk, refuse_unless_served
from learners.choices import Way
from learners.models import AddedWay, Learner, Organization
from learners.permissions import is_at_counter
from learners.queries import added_way as queries
from learners.queries.learner import account_ids, of_now


class UnableToConfirm(Exception):
    """It goes on being held; the message is for who stands before it."""


class OneOfStaff(UnableToConfirm):
    """What one member of staff has added, the same one cannot confirm."""


def hold(*, learner: Learner, kind: Way, staff: Learner | None, organization: Organization, now: datetime) -> AddedWay:
    """
    Write down that what was proved ``now`` was added in front of one person, or, without ``staff``, by a card.

    Who calls has locked all accounts.
    """
    return AddedWay.objects.create(
        learner=learner,
        kind=kind,
        added_at=now,
        added_by=staff,
        organization=organization,
        held_until=now + rules.ADDED_WAY_HELD,
    )


@transaction.atomic
def take_off(*, learner: Learner, now: datetime) -> str | None:
    """
    Take off what is held, since it is not the person's, and return what it was, or None if nothing is. Idempotent.

    By who came in by the person's card. Every session ends, this one too: who has the address may have opened one.
    It is told, and so is what stays. Locks all accounts of the person.
    """
    learner = next(each for each in person.lock(learner) if each.pk == learner.pk)
    held = queries.held(learner, now=now)
    if held is None:
        return None
    added, way = held.added, held.way
    added.taken_off_at = now
    added.save(update_fields=["taken_off_at"])
    ways.take_off(learner=way.account, way=way.kind, now=now, is_told=True)
    sign_in.sign_out_everywhere(learner=learner, now=now)
    return way.address


@transaction.atomic
def confirm(*, added: AddedWay, witness: Witness, now: datetime) -> AddedWay:
    """
    Hold it no longer, as a second person who works there and sees the person. Idempotent. Locks all their accounts.

    Of what was added by a card this is the first who says so, and goes on being held until a second does: whoever works
    where a card is printed may have seen it, so that the card and one of them are one.

    :raises OneOfStaff: if the same person has added it, or said so first, by any account of theirs.
    :raises UnableToConfirm: if the staff may not, or nothing is held any more.
    """
    learner = _served(added, witness, now)
    added = AddedWay.objects.select_for_update(no_key=True).get(pk=added.pk)
    if added.added_by_id is None and added.confirmed_at is None:
        _refuse_unless_held(added, learner, now)
        added.added_by, added.organization = witness.staff, witness.organization
        added.save(update_fields=["added_by", "organization"])
        return added
    if added.added_by_id in account_ids(witness.staff):
        raise OneOfStaff(_("You have said so yourself. Another person who works here confirms it."))
    return _confirm(added, learner, by=witness.staff, now=now)


def confirm_by_pin(*, added: AddedWay, said: str, witness: Witness, now: datetime) -> AddedWay:
    """
    Hold it no longer, by the PIN of a card printed by neither who added it nor who stands there; else as ``confirm``.

    A wrong PIN is counted as at every door, so this is no transaction.

    :raises UnableToConfirm: if no such PIN was said, or as ``confirm``.
    """
    learner = of_now(added.learner)
    if not is_at_counter(witness.staff, witness.organization, learner):
        raise UnableToConfirm(_("This is done where the person was registered, in front of another who works there."))
    if not card.proves(learner=learner, said=said, now=now, pin_not_from=queries.know_the_pin(added, witness.staff)):
        raise UnableToConfirm(
            _("That PIN confirms nothing. It must be the PIN of a card printed by neither you nor who added this.")
        )
    with transaction.atomic():
        return _confirm(added, _served(added, witness, now), by=None, now=now)


@transaction.atomic
def confirm_at_the_desk(*, added: AddedWay, curator: Learner, now: datetime) -> AddedWay:
    """
    Hold it no longer, as a curator, where nobody else works who could confirm it; otherwise as ``confirm``.

    :raises UnableToConfirm: if somebody else works there, the curator is one of the two or works there themself, or
        nothing is held any more.
    """
    learner = person.kept(person.lock(added.learner))
    added = AddedWay.objects.select_related("added_by", "organization").get(pk=added.pk)
    if added.added_by is None:
        raise UnableToConfirm(_("Nobody at the counter has said yet that it is theirs: that comes first."))
    refuse_unless_second_at_the_desk(
        actor=curator,
        learner=learner,
        asked_by=added.added_by,
        organization=added.organization,
        refusal=UnableToConfirm,
    )
    if added.confirmed_at is None and not queries.for_curators(now=now).filter(pk=added.pk).exists():
        raise UnableToConfirm(_("This does not wait for a curator: it is held no more, or somebody else works there."))
    return _confirm(added, learner, by=curator, now=now, is_by_curator=True)


def _served(added: AddedWay, witness: Witness, now: datetime) -> Learner:
    learner = person.kept(person.lock(added.learner))
    whom = {"learner": learner, "actor": witness.staff, "organization": witness.organization}
    refuse_unless_served(**whom, refusal=UnableToConfirm, now=now)  # type: ignore[arg-type]
    return learner


def _confirm(
    added: AddedWay, learner: Learner, *, by: Learner | None, now: datetime, is_by_curator: bool = False
) -> AddedWay:
    """All accounts are locked: what is read now is not taken off meanwhile."""
    added = AddedWay.objects.select_for_update(no_key=True).get(pk=added.pk)
    if added.confirmed_at is not None:
        return added
    _refuse_unless_held(added, learner, now)
    added.confirmed_at, added.confirmed_by, added.is_by_curator = now, by, is_by_curator
    added.save(update_fields=["confirmed_at", "confirmed_by", "is_by_curator"])
    return added


def _refuse_unless_held(added: AddedWay, learner: Learner, now: datetime) -> None:
    if all(each.added.pk != added.pk for each in queries.all_held(learner, now=now)):
        raise UnableToConfirm(_("Nothing is held here any more: it was taken off or replaced, or the time is over."))
