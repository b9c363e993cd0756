"""
Taking off a second step that is lost, app and recovery codes: the person asks, two curators say so, and then it waits.

At each step every address of the person is told, with a link that stops it. What is used after all was not lost.
"""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import one_by_one, person, sign_in, ways
from learners.models import Learner, LostSecondStep
from learners.permissions import is_curator
from learners.queries import lost_second_step as queries
from learners.queries.learner import account_ids


class UnableToTakeOff(Exception):
    """The second step stays; the message is for who stands before it."""


class OneOfTwo(UnableToTakeOff):
    """What one curator has said, the same one cannot confirm."""


@transaction.atomic
def ask(*, learner: Learner, now: datetime) -> LostSecondStep:
    """
    Write down that the person has lost what their second step asks for, and tell every address; nothing changes yet.

    Whoever calls has just had a code typed that was sent to them. Idempotent while it is open. Locks all accounts.

    :raises UnableToTakeOff: if there is no second step.
    """
    accounts = person.lock(learner)
    if going_on := queries.of_learner(learner):
        return going_on
    if not Authenticator.objects.filter(user__in=accounts).exists():
        raise UnableToTakeOff(_("This record has no second step."))
    lost = LostSecondStep.objects.create(learner=learner, asked_at=now)
    with translation.override(learner.language):
        what = _("somebody who could read a code sent to you says that the app and the recovery codes are lost.")
    ways.tell_of_lost_step(lost=lost, what=what, now=now)
    return lost


@transaction.atomic
def vouch(*, lost: LostSecondStep, curator: Learner, now: datetime) -> LostSecondStep:
    """
    Say, as a curator who has spoken to the person, that it is theirs to ask; the second of two begins the wait.

    Idempotent for the second. Locks all accounts of the person.

    :raises OneOfTwo: if the same curator has said so before.
    :raises UnableToTakeOff: if they are no curator, or the person, or it has ended meanwhile.
    """
    learner = person.kept(person.lock(lost.learner))
    if not is_curator(curator) or curator.pk in account_ids(learner):
        raise UnableToTakeOff(_("Only a curator whom it is not about says this."))
    lost = LostSecondStep.objects.select_for_update(no_key=True).get(pk=lost.pk)
    if lost.stopped_at is not None:
        raise UnableToTakeOff(_("This has been stopped meanwhile. The person may ask again."))
    if lost.confirmed_at is not None:
        return lost
    if lost.vouched_by is None:
        lost.vouched_at, lost.vouched_by = now, curator
        lost.save(update_fields=["vouched_at", "vouched_by"])
        return lost
    if lost.vouched_by_id in account_ids(curator):
        raise OneOfTwo(_("You have said so yourself. Another curator speaks to the person and confirms it."))
    lost.confirmed_at, lost.confirmed_by, lost.due_at = now, curator, now + rules.SECOND_STEP_WAITS
    lost.save(update_fields=["confirmed_at", "confirmed_by", "due_at"])
    with translation.override(learner.language):
        what = _("in three days your second step is taken off: two curators have confirmed that it is lost.")
    ways.tell_of_lost_step(lost=lost, what=what, now=now)
    return lost


@transaction.atomic
def stop(*, public_id: UUID, now: datetime) -> bool:
    """Leave the second step as it is, by whoever was sent the link, and return whether that was done. Idempotent."""
    return bool(queries.open_now().filter(public_id=public_id).update(stopped_at=now))


def take_off_due(*, now: datetime) -> int:
    """
    Take off what has waited long enough and return how many; what nobody has confirmed in a month lapses.

    Safe to run twice or in two workers at once. One that fails holds up no other.

    :raises one_by_one.SomeFailed: when all have been tried, if some failed.
    """
    unconfirmed = queries.open_now().filter(confirmed_at__isnull=True)
    unconfirmed.filter(asked_at__lt=now - rules.SECOND_STEP_ASKED_FOR).update(stopped_at=now)
    keys = list(queries.due(now=now).values_list("pk", flat=True))
    return one_by_one.each(keys, lambda pk: _take_off(pk, now=now), what="lost second steps")


@transaction.atomic
def _take_off(pk: int, *, now: datetime) -> bool:
    accounts = person.lock(LostSecondStep.objects.select_related("learner").get(pk=pk).learner)
    lost = queries.due(now=now).select_for_update(no_key=True).filter(pk=pk).first()
    if lost is None:
        return False
    if queries.is_used_since(accounts, lost.asked_at):
        lost.stopped_at = now
        lost.save(update_fields=["stopped_at"])
        return False
    lost.done_at = now
    lost.save(update_fields=["done_at"])
    Authenticator.objects.filter(user__in=accounts).delete()
    for account in accounts:
        sign_in.sign_out_everywhere(learner=account, now=now)
    learner = person.kept(accounts)
    with translation.override(learner.language):
        what = _("your second step is taken off. For thirty days nobody can spend credit or change how you sign in.")
    ways.tell(learner=learner, what=what, now=now)
    return True
