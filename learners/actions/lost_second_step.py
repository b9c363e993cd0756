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
from learners.actions import person, sign_in, two_curators, ways
from learners.models import Learner, LostSecondStep
from learners.queries import lost_second_step as queries

UnableToTakeOff = two_curators.UnableToHelp
OneOfTwo = two_curators.OneOfTwo


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


def vouch(*, lost: LostSecondStep, curator: Learner, now: datetime) -> LostSecondStep:
    """Say so as a curator; see ``two_curators.vouch``."""

    def tell(row: LostSecondStep) -> None:
        with translation.override(row.learner.language):
            what = _("in three days your second step is taken off: two curators have confirmed that it is lost.")
        ways.tell_of_lost_step(lost=row, what=what, now=now)

    return two_curators.vouch(row=lost, curator=curator, waits=rules.SECOND_STEP_WAITS, tell=tell, now=now)


def stop(*, public_id: UUID, now: datetime) -> bool:
    """Leave everything as it is; see ``two_curators.stop``."""
    return two_curators.stop(open_now=queries.open_now(), public_id=public_id, now=now)


def take_off_due(*, now: datetime) -> int:
    """Take off what has waited long enough and return how many; see ``two_curators.carry_out``."""
    return two_curators.carry_out(
        open_now=queries.open_now(),
        due=queries.due(now=now),
        asked_for=rules.SECOND_STEP_ASKED_FOR,
        act=lambda pk: _take_off(pk, now=now),
        what="lost second steps",
        now=now,
    )


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
