"""
The poster of a class for the notice board: what ``poster.typ`` prints, put into words, in one language or in two.

What is not said anywhere (no phone number, no class planned) is left out, never made up.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.choices import RunKind
from courses.models import ClassSession, CourseRun, CourseVersion
from courses.queries import poster
from learners import formats
from learners.exports import typeset
from learners.queries import place as places

TEMPLATE = Path(__file__).parent / "poster.typ"
OUTCOMES_MAX = 3
PORTAL = "Học Suốt Đời"
Words = Callable[[], str]


def poster_data(
    version: CourseVersion, run: CourseRun | None, open_runs: Sequence[CourseRun] = (), *, languages: Sequence[str]
) -> dict[str, Any]:
    """
    Return all that the poster of a run says, or of a course without one; each text once for every language.

    That of a course names its ``open_runs`` and says what those cost.

    ``run`` comes with its class sessions that take place.
    """
    provider = version.course.provider
    address = _short_address(version, run, languages[0])
    code = segno.make(address, error="m", micro=False)

    def each(words: Words) -> list[str]:
        return _each(languages, words)

    return {
        "languages": list(languages),
        "title": each(lambda: version.title),
        "provider": each(lambda: provider.name),
        "outcomes": {
            "heading": each(lambda: _("When you finish, you can")),
            "lines": [_outcomes(version, language) for language in languages],
        },
        "facts": [
            {"label": each(lambda label=label: label()), "value": each(value)}  # type: ignore[misc]
            for label, value in _facts(version, run, open_runs)
        ],
        "ask": {"heading": each(lambda: _("Ask and enrol")), "phone": provider.phone},
        "code": {
            "svg": code.svg_inline(scale=10, border=2, light="white"),
            "alt": _in(languages[0], lambda: _("QR code that leads to %(address)s") % {"address": address}),
            "words": each(lambda: _("Scan, or type:")),
            "address": address.removeprefix("https://").removeprefix("http://"),
        },
        "portal": PORTAL,
        "demonstration": each(lambda: _("Demonstration data")) if provider.is_demonstration else [],
        "notes": [],
        "undrawn": _in(languages[0], lambda: _("A character these fonts do not have is given by its Unicode number.")),
    }


def digest(data: dict[str, Any]) -> str:
    """Return what is the same for two posters that look the same."""
    said = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(TEMPLATE.read_bytes() + said.encode()).hexdigest()


def poster_pdf(data: dict[str, Any], *, dated: datetime) -> bytes:
    """Return the poster as a file; the same data of the same moment give the same bytes."""
    return typeset.pdf(TEMPLATE, data, dated=dated, note=data["undrawn"])


def _each(languages: Sequence[str], words: Words) -> list[str]:
    """Return the words in every language, once where they are the same."""
    said = [_in(language, words) for language in languages]
    return list(dict.fromkeys(said))


def _in(language: str, words: Words) -> str:
    with translation.override(language):
        return str(words())


def _short_address(version: CourseVersion, run: CourseRun | None, language: str) -> str:
    with translation.override(language):
        code = poster.code_of(course_id=version.course_id, run=run)
        return settings.SITE_URL + reverse("courses:poster_code", args=[code])


def _outcomes(version: CourseVersion, language: str) -> list[str]:
    with translation.override(language):
        return version.outcomes[:OUTCOMES_MAX]


def _facts(version: CourseVersion, run: CourseRun | None, open_runs: Sequence[CourseRun]) -> list[tuple[Words, Words]]:
    facts: list[tuple[Words, Words]] = []
    if run is not None:
        sessions = list(run.class_sessions.all())
        facts.append((lambda: _("When"), lambda: _when(run, sessions)))
        facts.append((lambda: _("Where"), lambda: _where(run)))
    elif open_runs:
        facts.append((lambda: _("When"), lambda: "\n".join(dict.fromkeys(map(_begins, open_runs)))))
    else:
        facts.append((lambda: _("When"), lambda: _("Ask when the next class begins")))
    offered = [each.version for each in open_runs] or [version]  # a class keeps to the version it was opened with
    costs = sorted({each.cost_vnd for each in offered if each.cost_vnd is not None})
    if costs:
        facts.append((lambda: _("Cost"), lambda: " / ".join(map(formats.dong, costs))))
    facts.append((lambda: _("Credit"), lambda: _credit(offered[0])))
    return facts


def _begins(run: CourseRun) -> str:
    if run.kind != RunKind.DATED:
        return _("At your own pace")
    return _("From %(day)s") % {"day": formats.day_plain(run.starts_on)}


def _when(run: CourseRun, sessions: Sequence[ClassSession]) -> str:
    """ "Thứ Ba, thứ Sáu 8:00–10:00\n24/11 – 22/12/2026, 9 buổi": the week first, then the days."""
    if run.kind != RunKind.DATED:
        return _("At your own pace")
    if not sessions:
        return formats.day_range(run.starts_on, run.ends_on or run.starts_on)
    first, last = sessions[0], sessions[-1]
    if len(sessions) == 1:
        return f"{_capital(formats.day(first.starts_at))}\n{formats.clock_range(first.starts_at, first.ends_at)}"
    by_weekday = {timezone.localtime(each.starts_at).weekday(): each.starts_at for each in sessions}
    weekdays = _capital(", ".join(formats.weekday(by_weekday[number]) for number in sorted(by_weekday)))
    times = {formats.clock_range(each.starts_at, each.ends_at) for each in sessions}
    hours = " " + times.pop() if len(times) == 1 else ""
    count = ngettext("%(count)s class session", "%(count)s class sessions", len(sessions)) % {"count": len(sessions)}
    return f"{weekdays}{hours}\n{formats.day_range(first.starts_at, last.starts_at)}, {count}"


def _where(run: CourseRun) -> str:
    if run.is_online or run.place is None:
        return _("Online")
    return f"{run.venue}\n{places.place_after(run.venue, run.place)}".strip()


def _credit(version: CourseVersion) -> str:
    figures = {
        "credits": formats.credits(version.credit_hundredths),
        "hours": formats.minute_hours(version.notional_minutes),
    }
    return _("%(credits)s credits, %(hours)s hours") % figures


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
