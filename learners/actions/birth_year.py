"""
The year somebody was born in: said by themself, or confirmed by staff who had them before them.

It decides what the law asks of a consent (``queries.age``). Who becomes a child by it agrees to nothing alone any more:
what they had agreed to waits for a guardian's yes.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners.actions import consent, correction
from learners.actions.counter import refuse_unless_served
from learners.choices import Corrected
from learners.models import Learner, Organization


class YearIsConfirmed(Exception):
    """Staff have confirmed another year; the message is for who typed this one."""


class UnableToConfirm(Exception):
    """The year is not confirmed here; the message is for who stands behind the counter."""


@transaction.atomic
def say(*, learner: Learner, year: int | None, now: datetime) -> Learner:
    """
    Write down the year a person says they were born in, or that they say none, and return them. Idempotent.

    :raises YearIsConfirmed: if staff have confirmed another.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if learner.birth_year == year:
        return learner
    if learner.birth_year_confirmed_at is not None:
        raise YearIsConfirmed(
            _("Staff have confirmed your birth year. Ask them to correct it; it is not changed here.")
        )
    learner.birth_year = year
    learner.save(update_fields=["birth_year"])
    consent.wait_for_guardian(learner=learner, now=now)
    return learner


@transaction.atomic
def confirm(*, learner: Learner, year: int, actor: Learner, organization: Organization, now: datetime) -> Learner:
    """
    Write down the year staff have seen on a paper, where the person was registered, and return them. Idempotent.

    It holds against what the person types, and against what was confirmed before; a year that changes is kept.

    :raises UnableToConfirm: if the actor may not.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    refuse_unless_served(learner=learner, actor=actor, organization=organization, refusal=UnableToConfirm, now=now)
    if learner.birth_year == year and learner.birth_year_confirmed_at is not None:
        return learner
    if learner.birth_year != year:
        before = "" if learner.birth_year is None else str(learner.birth_year)
        what = {"what": Corrected.BIRTH_YEAR, "before": before, "after": str(year)}
        correction.keep(learner=learner, **what, actor=actor, organization=organization, now=now)  # type: ignore[arg-type]
    learner.birth_year, learner.birth_year_confirmed_at, learner.birth_year_confirmed_by = year, now, actor
    learner.save(update_fields=["birth_year", "birth_year_confirmed_at", "birth_year_confirmed_by"])
    consent.wait_for_guardian(learner=learner, now=now)
    return learner
