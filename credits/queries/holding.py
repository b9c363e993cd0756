"""What is judged and what judges it: a holding of credit, and a rule. Without tables and without words."""

from dataclasses import dataclass
from datetime import date

from credits.choices import LotSource, RuleKind, RulePeriod
from credits.rules import SEMESTER_STARTS

PERCENT = 100
MONTHS = 12


CAPS = frozenset({RuleKind.CAP, RuleKind.TRANSFER_LIMIT, RuleKind.PRIOR_LEARNING_LIMIT})
SOURCE_OF = {
    RuleKind.TRANSFER_LIMIT: LotSource.TRANSFER,
    RuleKind.PRIOR_LEARNING_LIMIT: LotSource.PRIOR_LEARNING,
}
Period = tuple[int, int]  # year and first month; (0, 0) for all time
ALWAYS: Period = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is left of one lot, or a qualification that counts toward a higher one."""

    key: str
    amount: int  # hundredths not yet used
    kind_of_credit: str
    learned_on: date  # the local day the learning ended
    source: str = ""
    field_code: str = ""
    level: int | None = None
    issuer: int | None = None
    course_keys: frozenset[str] = frozenset()  # of a qualification: of all it was made of
    valid_until: date | None = None
    is_qualification: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; an empty selector means any."""

    code: str
    kind: RuleKind
    version: int = 1
    kind_of_credit: str = ""
    source: str = ""
    field_code: str = ""  # ISCED-F, the beginning is enough
    level_min: int | None = None
    level_max: int | None = None
    issuer: int | None = None
    course_keys: frozenset[str] = frozenset()
    period: RulePeriod = RulePeriod.NONE
    amount: int | None = None  # hundredths
    percent: int | None = None  # of what the pathway asks for
    months: int | None = None

    def speaks_of(self, holding: Holding) -> bool:
        source = SOURCE_OF.get(self.kind, self.source)
        return (
            (not self.kind_of_credit or holding.kind_of_credit == self.kind_of_credit)
            and (not source or holding.source == source)
            and holding.field_code.startswith(self.field_code)
            and (self.level_min is None or (holding.level is not None and holding.level >= self.level_min))
            and (self.level_max is None or (holding.level is not None and holding.level <= self.level_max))
            and (self.issuer is None or holding.issuer == self.issuer)
            and (not self.course_keys or not self.course_keys.isdisjoint(holding.course_keys))
        )

    def limit(self, total: int) -> int:
        """Return the figure in hundredths; a share is of the pathway's total, rounded down."""
        return self.amount if self.amount is not None else total * (self.percent or 0) // PERCENT

    def period_of(self, day: date) -> Period:
        """Return the period a day falls in."""
        if self.period == RulePeriod.CALENDAR_YEAR:
            return day.year, 1
        if self.period == RulePeriod.SEMESTER:
            first, second = SEMESTER_STARTS
            if day.month < first:
                return day.year - 1, second
            return day.year, first if day.month < second else second
        return ALWAYS


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, the last of the month where there is none: 29/2 becomes 28/2."""
    number = day.month - 1 + months
    year, month = day.year + number // MONTHS, number % MONTHS + 1
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month, last)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")
