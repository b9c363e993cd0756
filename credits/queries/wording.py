"""
The words of the ledger: what an entry says to its learner, in the language being read.

A snapshot keeps what was recorded in the words of that day, in Vietnamese and often in English; evidence and rules are
kept as figures and short names, and are put into sentences here.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from credits.choices import Ending, KindOfCredit, LotSource, Purpose, Reason
from credits.rules import GRAINS_PER_HUNDREDTH
from learners import formats

if TYPE_CHECKING:
    from credits.queries.line import Converted, PostedLine
    from credits.queries.statement import Excerpt

Snapshot = Mapping[str, Any]


def in_language(vietnamese: str, english: str) -> str:
    """Return the text in the language being read; Vietnamese where there is no English."""
    return (english if translation.get_language() == "en" else "") or vietnamese


def text_of(snapshot: Snapshot, name: str) -> str:
    return in_language(str(snapshot.get(f"{name}_vi") or ""), str(snapshot.get(f"{name}_en") or ""))


# What a line is about


def headline(line: "PostedLine") -> str:
    """Return what a line is about in one phrase."""
    if line.reason == Reason.REVERSAL and line.original_reason is not None:
        return _("Reversal: %(what)s") % {"what": _headline(line.original_reason, line.original)}
    return _headline(line.reason, line.snapshot)


PHRASES = {
    Reason.TRANSFER_IN: gettext_noop("Transferred in: %(title)s"),
    Reason.PRIOR_LEARNING: gettext_noop("Recognised: %(title)s"),
    Reason.HOLD: gettext_noop("Set aside for: %(title)s"),
    Reason.APPLICATION: gettext_noop("Used for: %(title)s"),
    Reason.EXPIRY: gettext_noop("Expired: %(title)s"),
    Reason.MERGE_OUT: gettext_noop("Moved to your other account"),
    Reason.MERGE_IN: gettext_noop("Moved here from your other account"),
    Reason.UNMERGE_OUT: gettext_noop("Moved back to your other account"),
    Reason.UNMERGE_IN: gettext_noop("Moved back here from your other account"),
}
ENDINGS = {
    Ending.APPLIED: gettext_noop("Taken from what was set aside for: %(title)s"),
    Ending.LAPSED: gettext_noop("Back because its time was over, set aside for: %(title)s"),
    Ending.RELEASED: gettext_noop("No longer set aside for: %(title)s"),
}


def _headline(reason: Reason, snapshot: Snapshot) -> str:
    title = text_of(snapshot, "title")
    phrase = ENDINGS[Ending(snapshot["how"])] if reason == Reason.RELEASE else PHRASES.get(reason)
    return _(phrase) % {"title": title} if phrase else title


def notes(line: "PostedLine") -> list[str]:
    """Return the small print of a line, phrase by phrase."""
    found = _reversal_notes(line) if line.is_reversal else _own_notes(line)
    return [note for note in found if note]


def _own_notes(line: "PostedLine") -> list[str]:
    snapshot = line.snapshot
    found = [_origin(line), text_of(snapshot, "field"), kind_of_credit(line.kind_of_credit)]
    if line.listed_at != line.recorded_at:
        if line.occurred_on != line.recorded_on:
            found.append(_("recorded on %(day)s") % {"day": formats.day_plain(line.recorded_on)})
    elif line.source and line.occurred_on != line.recorded_on:
        found.append(_("completed on %(day)s") % {"day": formats.day_plain(line.occurred_on)})
    if line.reason == Reason.EXPIRY:
        found.append(_("under: %(rule)s") % {"rule": rule(snapshot)})
    if line.expires_at:
        found.append(_("comes back by %(day)s if it is not used") % {"day": formats.day_plain(line.expires_at)})
    if line.valid_until:
        found.append(_("valid until %(day)s") % {"day": formats.day_plain(line.valid_until)})
    if line.is_partly_reversed:
        found.append(_("%(credits)s credits of it are left") % {"credits": formats.credits(line.left_hundredths)})
    return found + _reversed_later(line) + _moved_along(line)


def _reversed_later(line: "PostedLine") -> list[str]:
    """Looking back to a day: what has been taken back since, as is known by now."""
    if line.reversed_later_at is None:
        return []
    words = {
        "day": formats.day_plain(line.reversed_later_at),
        "credits": formats.credits(line.reversed_later_hundredths),
    }
    return [_("later, on %(day)s, %(credits)s credits of it were reversed") % words]


def _origin(line: "PostedLine") -> str:
    provider = line.provider
    if not line.converted:
        return provider
    return _("from %(provider)s (%(ratio)s)") % {"provider": provider, "ratio": ratio(line.converted)}


def ratio(converted: "Converted") -> str:
    """Return how credit of another scheme was counted: "30 ECTS × 3/5"."""
    amount = formats.number(Decimal(converted.hundredths).scaleb(-2))
    fraction = f"{converted.numerator}/{converted.denominator}"
    return f"{amount} {converted.scheme_code} × {fraction}"


def conversion(line: "PostedLine") -> list[str]:
    """Return how the credit of a transfer was counted: the ratio, whose policy it is, what was rounded away."""
    said = line.snapshot.get("conversion")
    if line.converted is None or not said:
        return []
    return [
        ratio(line.converted),
        _("by the policy %(policy)s") % {"policy": said["policy_id"]},
        _rounded_away(Fraction(said["residue_grains"], GRAINS_PER_HUNDREDTH)),
    ]


def _rounded_away(hundredths: Fraction) -> str:
    if not hundredths:
        return _("nothing was rounded away")
    words = {"fraction": f"{hundredths.numerator}/{hundredths.denominator}", "credits": formats.credits(1)}
    return _("rounded away: %(fraction)s of %(credits)s credits") % words


def _reversal_notes(line: "PostedLine") -> list[str]:
    found = [line.reversal_reason]
    if line.authority:
        found.append(_("document: %(document)s") % {"document": line.authority})
    if line.decided_at:
        found.append(agreement(line))
    return found


def agreement(line: "PostedLine") -> str:
    """Return who asked and who agreed, by role."""
    words = {"day": formats.day_plain(line.decided_at), "organization": line.asked_by} if line.decided_at else {}
    if line.asked_by:
        return _("asked for by %(organization)s, approved by the portal on %(day)s") % words
    return _("asked for by one person of the portal, approved by another on %(day)s") % words


def _moved_along(line: "PostedLine") -> list[str]:
    """A merge moves what was used and what has expired as well."""
    if line.reason not in {Reason.MERGE_OUT, Reason.MERGE_IN, Reason.UNMERGE_OUT, Reason.UNMERGE_IN}:
        return []
    phrases = {Purpose.APPLIED: _("used: %(credits)s"), Purpose.EXPIRED: _("expired: %(credits)s")}
    return [
        phrases[purpose] % {"credits": formats.signed_credits(change)}
        for purpose, change in line.others.items()
        if purpose in phrases
    ]


def kind_of_credit(kind: str) -> str:
    return str(KindOfCredit(kind).label)


def purpose(where: Purpose) -> str:
    """Return what is said of credit that lies there."""
    return {
        Purpose.EARNED: _("Ready to be used"),
        Purpose.HELD: _("Set aside"),
        Purpose.APPLIED: _("Used"),
        Purpose.EXPIRED: _("Expired"),
    }[where]


def about(excerpt: "Excerpt", *, now: datetime) -> list[str]:
    """Return in sentences which part of the book is read, and as of when."""
    found = []
    if excerpt.recorded_until:
        found.append(_as_recorded(excerpt.recorded_until))
    if excerpt.effective_on and excerpt.effective_on >= timezone.localdate(now):
        found.append(_("What had happened by %(moment)s.") % {"moment": formats.moment(now)})
    elif excerpt.effective_on:
        words = {
            "day": formats.day_plain(excerpt.effective_on),
            "moment": formats.moment(excerpt.recorded_until or now),
        }
        found.append(_("What had happened by the end of %(day)s, by what was known on %(moment)s.") % words)
    if excerpt.since and excerpt.effective_on:
        last = min(excerpt.until or excerpt.effective_on, excerpt.effective_on)
        found.append(_("Happened %(days)s.") % {"days": formats.day_range(excerpt.since, max(last, excerpt.since))})
    elif excerpt.since and excerpt.until:
        found.append(_("Written %(days)s.") % {"days": formats.day_range(excerpt.since, excerpt.until)})
    elif excerpt.since:
        found.append(_("Written since %(day)s.") % {"day": formats.day_plain(excerpt.since)})
    if excerpt.source:
        words = {"source": str(LotSource(excerpt.source).label)}
        found.append(_("Only lines of this way of learning: %(source)s. Balances and sums count every line.") % words)
    return found


def _as_recorded(until: datetime) -> str:
    """Name the day where it was over, else the moment: until a day is over nobody can say what its end will find."""
    last = timezone.localdate(until - timedelta(microseconds=1))
    if timezone.localdate(until) > last:
        words = {"day": formats.day_plain(last)}
        return _("As it had been written by the end of %(day)s. What was written later is not shown.") % words
    words = {"moment": formats.moment(until)}
    return _("As it had been written by %(moment)s. What was written later is not shown.") % words


# Rules and evidence

_ATTENDANCE = re.compile(r"attendance_percent_min=(\d+)\Z")
_MARK = re.compile(r"mark_min=(\d+)\Z")
_VALIDITY = re.compile(r"valid until (\d{4}-\d\d-\d\d)\Z")
_COMPLETION = re.compile(r"completion rule of course \d+, version (\d+)\Z")
_POLICY = re.compile(r"portal policy, \d{4}-\d\d-\d\d\Z")


def rule(snapshot: Snapshot) -> str:
    """Return the rule that applied, as a sentence; one that somebody wrote is shown as it was written."""
    written = str(snapshot.get("rule") or "")
    return _told(written, " and ", _term)


def rule_source(snapshot: Snapshot) -> str:
    """Return where the rule is written down; a law as it was cited."""
    written = str(snapshot.get("rule_source") or "")
    return _told(written, "; ", _source)


def _told(written: str, between: str, tell: Callable[[str], str]) -> str:
    """Return in sentences what the portal wrote in short; what is not all of that kind stays as it is."""
    told = [tell(part) for part in written.split(between)]
    return "; ".join(told) if all(told) else written


def _term(term: str) -> str:
    if attendance := _ATTENDANCE.match(term):
        return _("at least %(percent)s percent of the classes attended") % {"percent": attendance[1]}
    if validity := _VALIDITY.match(term):
        return _("valid until %(day)s") % {"day": _day(validity[1])}
    if mark := _MARK.match(term):
        return _("at least %(points)s of 100 points reached") % {"points": mark[1]}
    return {
        "all_units": _("every unit read"),
        "passed": _("a result of “passed”"),
        "or the word of who teaches": _("or the word of who teaches, for classes missed"),
        "two persons": _("one person asked for it, another approved it"),
    }.get(term, "")


def _source(source: str) -> str:
    if completion := _COMPLETION.match(source):
        return _("how this course is completed, version %(number)s") % {"number": completion[1]}
    # Without its day: an entry may tell of a day before the policy was written down.
    return _("policy of the portal") if _POLICY.match(source) else ""


def _day(written: str) -> str:
    try:
        return formats.day_plain(date.fromisoformat(written))
    except ValueError:  # somebody's own words that look like a day
        return written


def evidence(snapshot: Snapshot, *, seen: str = "") -> list[str]:
    """
    Return what was on record, phrase by phrase; evidence of another kind is left out.

    ``seen`` is what somebody has seen, in their words, which no snapshot holds.
    """
    found = snapshot.get("evidence") or {}
    sentences = []
    if "sessions_attended" in found:
        figures = {"done": found["sessions_attended"], "total": found.get("sessions_total", "")}
        sentences.append(_("attended %(done)s of %(total)s classes") % figures)
    if "units_read" in found:
        figures = {"done": found["units_read"], "total": found.get("units_total", "")}
        sentences.append(_("read %(done)s of %(total)s units") % figures)
    if found.get("minutes_read"):
        sentences.append(_("%(time)s of reading") % {"time": formats.duration(found["minutes_read"])})
    if found.get("has_passed"):
        sentences.append(_("reached the result asked for"))
    if found.get("by_word"):
        sentences.append(_("completed by the word of who teaches"))
    return [*sentences, seen] if seen else sentences
