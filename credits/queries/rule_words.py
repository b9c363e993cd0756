"""
Rules in plain sentences, in the language being read: what a rule asks, what is missing, why something does not count.

Each function returns one sentence. What the selectors choose is called what the rule's own row calls it ("in digital
skills"); a row that says nothing is described by its selectors.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credits.choices import KindOfCredit, LotSource, RuleKind, RulePeriod
from credits.models import PathwayComponent
from credits.models.rule import RuleRow
from credits.queries.counting import Judged, LeftOut, Why
from credits.queries.holding import ALWAYS, Holding, Period, Rule
from credits.rules import SEMESTER_STARTS
from learners import formats


def asks_in_all(total: int) -> str:
    return _("%(credits)s credits in all.") % {"credits": formats.credits(total)}


def takes(kinds_of_credit: list[str]) -> str:
    """Return which kinds of credit a pathway takes; nothing when it takes them all."""
    if set(kinds_of_credit) == set(KindOfCredit.values):
        return ""
    kinds = formats.word_list([str(KindOfCredit(kind).label) for kind in kinds_of_credit])
    return _("Credit of these kinds counts: %(kinds)s. Kinds of credit are kept apart.") % {"kinds": kinds}


def asks(row: RuleRow, rule: Rule, total: int) -> str:
    """Return what a rule says."""
    words = {"about": about(row), "credits": formats.credits(rule.limit(total)), "each": _each(row)}
    if row.kind == RuleKind.MINIMUM:
        return _("At least %(credits)s credits%(about)s.") % words
    if row.kind == RuleKind.VALIDITY:
        return _("Counts for %(time)s after it was learned%(about)s.") % {**words, "time": _months(row.months or 0)}
    if row.kind == RuleKind.COUNT_ONCE:
        return _("The same course, or one equivalent to it, counts once%(about)s.") % words
    if row.percent is not None:
        return _("Credit%(about)s counts for at most %(percent)s%% of the pathway%(each)s: %(credits)s credits.") % {
            **words,
            "percent": row.percent,
        }
    return _("At most %(credits)s credits%(about)s count%(each)s.") % words


def counts_as(component: PathwayComponent) -> str:
    """Return what a lower qualification counts as; the pathway's title has been put on it."""
    words = {
        "title": component.pathway.title,  # type: ignore[attr-defined]  # see queries.pathway.terms_of
        "credits": formats.credits(component.amount_minor),
    }
    return _("The qualification “%(title)s”, once reached, counts as %(credits)s credits.") % words


def asks_of_any(row: RuleRow) -> str:
    """Return what a rule says where no pathway is at hand: a share stays a share."""
    words = {"about": about(row), "percent": row.percent, "each": _each(row)}
    if row.percent is None:
        return asks(row, Rule(code="", kind=RuleKind(row.kind), amount=row.amount_minor), 0)
    if row.kind == RuleKind.MINIMUM:
        return _("At least %(percent)s%% of a pathway in credit%(about)s.") % words
    return _("Credit%(about)s counts for at most %(percent)s%% of a pathway%(each)s.") % words


def is_missing(row: RuleRow, judged: Judged) -> str:
    """Return what a minimum still needs."""
    words = {"credits": formats.credits(judged.missing), "about": about(row)}
    return _("Still needed: %(credits)s credits%(about)s.") % words


def is_missing_in_all(missing: int) -> str:
    return _("Still needed: %(credits)s credits in all.") % {"credits": formats.credits(missing)}


def why_not(left_out: LeftOut, holding: Holding, row: RuleRow | None, total: int) -> str:
    """Return why a part does not count."""
    if left_out.why == Why.OTHER_KIND:
        kind = KindOfCredit(holding.kind_of_credit).label
        return _("This pathway does not take credit of this kind: %(kind)s.") % {"kind": kind}
    if left_out.why == Why.EXPIRED:
        assert holding.valid_until is not None
        return _("It was valid until %(day)s.") % {"day": formats.day_plain(holding.valid_until)}
    if left_out.why == Why.COUNTED_ONCE:
        return _("The same course, or one equivalent to it, is counted already.")
    if left_out.why == Why.NOT_NEEDED:
        return _("Not needed: the pathway has all it asks for. It stays yours.")
    assert row is not None
    assert left_out.rule is not None
    if left_out.why == Why.TOO_OLD:
        return _("It was learned more than %(time)s ago%(about)s.") % {
            "time": _months(row.months or 0),
            "about": about(row),
        }
    return _("At most %(credits)s credits%(about)s count%(period)s, and that much counts already.") % {
        "credits": formats.credits(left_out.rule.limit(total)),
        "about": about(row),
        "period": _in_period(row, left_out.period),
    }


def about(row: RuleRow) -> str:
    """Return what the selectors choose, with a space before it; nothing when they choose everything."""
    words = row.about or _described(row)
    return f" {words}" if words else ""


def _described(row: RuleRow) -> str:
    parts = []
    if row.kind == RuleKind.TRANSFER_LIMIT:
        parts.append(_("transferred from elsewhere"))
    if row.kind == RuleKind.PRIOR_LEARNING_LIMIT:
        parts.append(_("from recognised prior learning"))
    if row.source:
        parts.append(_("learned as “%(source)s”") % {"source": LotSource(row.source).label})
    if row.kind_of_credit:
        parts.append(_("of the kind “%(kind)s”") % {"kind": KindOfCredit(row.kind_of_credit).label})
    if row.field_code:
        parts.append(_("in field %(code)s") % {"code": row.field_code})
    if row.level_min and row.level_max:
        parts.append(_("of levels %(first)s to %(last)s") % {"first": row.level_min, "last": row.level_max})
    elif row.level_min:
        parts.append(_("from level %(level)s up") % {"level": row.level_min})
    elif row.level_max:
        parts.append(_("up to level %(level)s") % {"level": row.level_max})
    if row.issuer is not None:
        parts.append(_("from %(organization)s") % {"organization": row.issuer.name})
    if row.course_keys:
        count = len(row.course_keys)
        words = ngettext("from %(count)s named course", "from %(count)s named courses", count)
        parts.append(words % {"count": count})
    return ", ".join(parts)


def _each(row: RuleRow) -> str:
    if row.period == RulePeriod.CALENDAR_YEAR:
        return _(" for each calendar year")
    if row.period == RulePeriod.SEMESTER:
        return _(" for each semester")
    return ""


def _in_period(row: RuleRow, period: Period) -> str:
    year, month = period
    if period == ALWAYS:
        return ""
    if row.period == RulePeriod.CALENDAR_YEAR:
        return _(" for %(year)s") % {"year": year}
    if month == SEMESTER_STARTS[0]:
        return _(" for March to August %(year)s") % {"year": year}
    return _(" for September %(year)s to February %(next)s") % {"year": year, "next": year + 1}


def _months(months: int) -> str:
    years, rest = divmod(months, 12)
    if rest:
        return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}
    return ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
