"""Questions about the rules for all pathways: which are in force, and how a row is handed to the counting."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from credits.choices import RuleKind, RulePeriod
from credits.models import CourseEquivalence, CreditRule, PathwayRule
from credits.models.rule import RuleRow
from credits.queries.holding import Rule

RuleKey = tuple[str, int]  # code and version


def in_force(*, on: date) -> QuerySet[CreditRule]:
    """Return the rules for all pathways in force on a day, in the order of their codes."""
    return CreditRule.objects.filter(_on(on)).select_related("issuer").order_by("code")


def equivalences(*, on: date) -> list[list[str]]:
    """Return the groups of courses that were one and the same on a day; one query."""
    return list(CourseEquivalence.objects.filter(_on(on)).order_by("pk").values_list("course_keys", flat=True))


def is_in_force(row: CreditRule | CourseEquivalence, *, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def current(code: str) -> CreditRule | None:
    """Return the version of a rule that no newer one has closed."""
    return CreditRule.objects.filter(code=code, valid_to__isnull=True).first()


def key_of(row: RuleRow) -> RuleKey:
    """Return what names a rule for good: of a pathway's own rule, its version and place in it."""
    if isinstance(row, CreditRule):
        return row.code, row.version
    assert isinstance(row, PathwayRule)
    return f"{row.version.pathway.slug}:{row.version.number}:{row.position}", row.version.number


def for_counting(rows: Iterable[RuleRow]) -> dict[RuleKey, Rule]:
    """Return the rules as the counting takes them, by what names them, in the order given."""
    return {key_of(row): _for_counting(row) for row in rows}


def _for_counting(row: RuleRow) -> Rule:
    code, version = key_of(row)
    return Rule(
        code=code,
        version=version,
        kind=RuleKind(row.kind),
        kind_of_credit=row.kind_of_credit,
        source=row.source,
        field_code=row.field_code,
        level_min=row.level_min,
        level_max=row.level_max,
        issuer=row.issuer_id,
        course_keys=frozenset(row.course_keys),
        period=RulePeriod(row.period),
        amount=row.amount_minor,
        percent=row.percent,
        months=row.months,
    )


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
