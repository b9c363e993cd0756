"""Rules for all pathways, and courses that are one and the same: added and closed, never edited."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credits.models import CourseEquivalence, CreditRule, SchemePolicy
from learners.models import Learner, Organization


class UnableToSupersede(Exception):
    """The rule cannot be replaced like that; the message is written for the curator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What a rule says; see ``credits.models.rule``."""

    kind: str
    kind_of_credit: str = ""
    source: str = ""
    field_code: str = ""
    level_min: int | None = None
    level_max: int | None = None
    issuer: Organization | None = None
    course_keys: tuple[str, ...] = ()
    about_vi: str = ""
    about_en: str = ""
    period: str = "NONE"
    amount_minor: int | None = None
    percent: int | None = None
    months: int | None = None
    legal_source_vi: str = ""
    legal_source_en: str = ""

    @property
    def columns(self) -> dict[str, object]:
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**named, "course_keys": list(self.course_keys)}


def refuse_past(valid_from: date, now: datetime) -> None:
    if valid_from < timezone.localdate(now):
        raise UnableToSupersede(_("A rule begins today at the earliest: what people started under stays."))


def close_the_one_before(newest: CreditRule | SchemePolicy | None, *, valid_from: date, now: datetime) -> None:
    """
    Let what is in force end where the next begins.

    :raises UnableToSupersede: if the day lies before it began, or before today.
    """
    refuse_past(valid_from, now)
    if newest is None or newest.valid_to is not None:
        return
    if valid_from < newest.valid_from:
        raise UnableToSupersede(_("The version before this one begins later. Choose a day after it."))
    newest.valid_to = valid_from
    newest.save(update_fields=["valid_to"])


@transaction.atomic
def supersede(*, code: str, says: Says, valid_from: date, actor: Learner, now: datetime) -> CreditRule:
    """
    Put the next version of a rule in force from a day and return it; the first one when there is none of that code.

    Who started before that day keeps the version they started under. Idempotent: what says the same from the same day
    is returned as it is.

    :raises UnableToSupersede: if the day lies before the version in force began, or before today.
    """
    # First every version, so that who waited for somebody else's writing then sees what was written.
    versions = list(CreditRule.objects.select_for_update(no_key=True).filter(code=code).order_by("version"))
    newest = versions[-1] if versions else None
    if newest and newest.valid_from == valid_from and _says(newest) == says.columns:
        return newest
    close_the_one_before(newest, valid_from=valid_from, now=now)
    return CreditRule.objects.create(
        code=code,
        version=newest.version + 1 if newest else 1,
        valid_from=valid_from,
        recorded_at=now,
        recorded_by=actor,
        **says.columns,
    )


@transaction.atomic
def close(*, rule: CreditRule, valid_to: date, now: datetime) -> CreditRule:
    """
    Let a rule end before a day, with nothing in its place; return it. Idempotent.

    :raises UnableToSupersede: if the day lies before the rule began, or before today, or it has ended on another day.
    """
    rule = CreditRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    _end(rule, valid_to, now)
    return rule


@transaction.atomic
def equate(
    *, name: str, course_keys: Collection[str], legal_source: str, valid_from: date, actor: Learner, now: datetime
) -> CourseEquivalence:
    """
    Record that courses are one and the same from a day on and return the record.

    :raises UnableToSupersede: if fewer than two are named, or the day lies before today.
    """
    keys = sorted({key.strip() for key in course_keys} - {""})
    if len(keys) < 2:
        raise UnableToSupersede(_("Name two courses at least."))
    refuse_past(valid_from, now)
    return CourseEquivalence.objects.create(
        name=name,
        course_keys=keys,
        legal_source=legal_source,
        valid_from=valid_from,
        recorded_at=now,
        recorded_by=actor,
    )


@transaction.atomic
def end_equivalence(*, equivalence: CourseEquivalence, valid_to: date, now: datetime) -> CourseEquivalence:
    """
    Let an equivalence end before a day and return it. Idempotent.

    :raises UnableToSupersede: if the day lies before it began, or before today, or it has ended on another day.
    """
    equivalence = CourseEquivalence.objects.select_for_update(no_key=True).get(pk=equivalence.pk)
    _end(equivalence, valid_to, now)
    return equivalence


def _end(row: CreditRule | CourseEquivalence, valid_to: date, now: datetime) -> None:
    if row.valid_to == valid_to:
        return
    if row.valid_to is not None:
        raise UnableToSupersede(_("This has ended already."))
    if valid_to < max(row.valid_from, timezone.localdate(now)):
        raise UnableToSupersede(_("It can end today at the earliest, and not before it began."))
    row.valid_to = valid_to
    row.save(update_fields=["valid_to"])


def _says(rule: CreditRule) -> dict[str, object]:
    return {each.name: getattr(rule, each.name) for each in fields(Says)}
