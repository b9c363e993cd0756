"""
The year somebody was born in: said by themself, or confirmed by staff who had them before them.

It decides what the law asks of a consent (``queries.age``). Who becomes a child by it agrees to nothing alone any more:
what they had agreed to waits for a guardian's yes.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learners.actions import consent
from learners.models import Learner, Organization
from learners.permissions import is_at_counter


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

    It holds against what the person types, and against what was confirmed before.

    :raises UnableToConfirm: if the actor may not.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if not is_at_counter(actor, organization, learner):
        raise UnableToConfirm(_("A birth year is confirmed where the person was registered."))
    if not organization.is_verified(on=timezone.localdate(now)):
        raise UnableToConfirm(_("Birth years are confirmed here once a curator has verified the organisation."))
    if learner.birth_year == year and learner.birth_year_confirmed_at is not None:
        return learner
    learner.birth_year, learner.birth_year_confirmed_at, learner.birth_year_confirmed_by = year, now, actor
    learner.save(update_fields=["birth_year", "birth_year_confirmed_at", "birth_year_confirmed_by"])
    consent.wait_for_guardian(learner=learner, now=now)
    return learner
