"""
The year somebody was born in: said by themself, or confirmed by staff who had them before them.

It decides what the law asks of a consent (``queries.age``). Who becomes a child by it agrees to nothing alone any more:
what they had agreed to waits for a guardian's yes. Nobody stops being a child by saying so: an earlier year than a
child's is written where a paper was seen.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from learners import emails, formats
from learners.actions import consent, correction, telling
from learners.actions.counter import refuse_unless_served
from learners.choices import AgeKind, Corrected, MessageKind
from learners.models import Learner, Organization, Registration
from learners.queries import age
from learners.queries import guardian as guardians


class YearStands(Exception):
    """Another year stands and is not changed by the person; the message is for who typed this one."""


class YearIsConfirmed(YearStands):
    """Staff have confirmed another year."""


class YearIsAChilds(YearStands):
    """By the year that stands, or by what waits for a guardian, they are a child; this one would make them older."""


class MakesAChild(Exception):
    """
    By this year the person would be a child, and nobody has said that it is so; the message asks them.

    A slip of the finger would make a child of somebody, and only who has seen a paper takes that back.
    """


class UnableToConfirm(Exception):
    """The year is not confirmed here; the message is for who stands behind the counter."""


@transaction.atomic
def say(*, learner: Learner, year: int | None, is_that_young: bool = False, now: datetime) -> Learner:
    """
    Write down the year a person says they were born in, or that they say none, and return them. Idempotent.

    Who makes themself younger is believed at once; who would become a child by it, once they have said that it is so
    (``is_that_young``).

    :raises YearIsConfirmed: if staff have confirmed another.
    :raises YearIsAChilds: if they are a child by what stands, and would be older.
    :raises MakesAChild: if they are none, would be one, and have not said that it is so.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if learner.birth_year == year:
        return learner
    if learner.birth_year_confirmed_at is not None:
        raise YearIsConfirmed(
            _("Staff have confirmed your birth year. Ask them to correct it; it is not changed here.")
        )
    if _would_leave_childhood(learner, year, now):
        raise YearIsAChilds(_where_it_is_corrected(learner))
    if not is_that_young and _would_enter_childhood(learner, year, now):
        raise MakesAChild(_("By this year you are a child to the law. If it is right, tick the box below."))
    learner.birth_year = year
    learner.save(update_fields=["birth_year"])
    consent.follow_year(learner=learner, now=now)
    return learner


@transaction.atomic
def confirm(*, learner: Learner, year: int, actor: Learner, organization: Organization, now: datetime) -> Learner:
    """
    Write down the year staff have seen on a paper, where the person was registered, and return them. Idempotent.

    It holds against what the person types, and against what was confirmed before; a year that changes is kept. The
    person is told at every address of theirs.

    :raises UnableToConfirm: if the actor may not.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    refuse_unless_served(learner=learner, actor=actor, organization=organization, refusal=UnableToConfirm, now=now)
    return write_confirmed(learner=learner, year=year, actor=actor, organization=organization, now=now)


def write_confirmed(
    *, learner: Learner, year: int, actor: Learner, organization: Organization, now: datetime
) -> Learner:
    """Write down a year on a paper, of a learner who is locked and whom the actor may serve; as ``confirm``."""
    if learner.birth_year == year and learner.birth_year_confirmed_at is not None:
        return learner
    if learner.birth_year != year:
        before = "" if learner.birth_year is None else str(learner.birth_year)
        what = {"what": Corrected.BIRTH_YEAR, "before": before, "after": str(year)}
        correction.keep(learner=learner, **what, actor=actor, organization=organization, now=now)  # type: ignore[arg-type]
    learner.birth_year, learner.birth_year_confirmed_at, learner.birth_year_confirmed_by = year, now, actor
    learner.save(update_fields=["birth_year", "birth_year_confirmed_at", "birth_year_confirmed_by"])
    consent.follow_year(learner=learner, now=now)
    tell_confirmed(learner=learner, organization=organization, now=now)
    return learner


def tell_confirmed(*, learner: Learner, organization: Organization, now: datetime) -> int:
    """Tell a person, wherever they are reached, which year staff have written; return at how many addresses."""
    with translation.override(learner.language):
        data = {
            "year": str(learner.birth_year),
            "org": organization.name,
            "date": formats.day_plain(now),
            "link": emails.absolute("learners:profile", language=learner.language),
            "help_phone": settings.HELPLINE,
        }
    key = f"birth-year:{learner.pk}:{now.isoformat()}"
    return telling.tell(learner=learner, kind=MessageKind.YEAR_CONFIRMED, key=key, data=data, now=now)


def _would_leave_childhood(learner: Learner, year: int | None, now: datetime) -> bool:
    """Whether a child would be of age by the new year, or sooner than by the one that stands."""
    ages = age.ages(on=timezone.localdate(now))
    if learner.birth_year is None:  # taken out before, or of an account that another was merged into
        return guardians.binds(learner) and not ages.is_under(year, AgeKind.AGREES_ALONE)
    return ages.needs_guardian(learner) and (year is None or year < learner.birth_year)


def _would_enter_childhood(learner: Learner, year: int | None, now: datetime) -> bool:
    """Whether somebody who is no child, nor taken for one by what waits for a guardian, would be one by the year."""
    ages = age.ages(on=timezone.localdate(now))
    if not ages.is_under(year, AgeKind.AGREES_ALONE) or ages.needs_guardian(learner):
        return False
    return learner.birth_year is not None or not guardians.binds(learner)


def _where_it_is_corrected(learner: Learner) -> str:
    registered = Registration.objects.filter(learner=learner).select_related("organization").first()
    if registered is None:
        return _(
            "By the year in your record you are still a child to the law, so an earlier year is not written by "
            "yourself. Write to us under “Ask a person”: we tell you which counter corrects it when it has seen a "
            "paper."
        )
    return _(
        "By the year in your record you are still a child to the law, so an earlier year is not written by yourself. "
        "%(organization)s, where you were registered, corrects it when it has seen a paper."
    ) % {"organization": registered.organization.name}
