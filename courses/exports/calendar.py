"""
Class sessions as a calendar (RFC 5545), in Vietnamese time with its VTIMEZONE; names no learner and no instructor.

A session keeps its UID whatever becomes of it, so that a calendar that follows this one moves it instead of adding
another. Folding, escaping and CRLF are the library's.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration

from courses.exports import address
from courses.models import ClassSession
from learners import formats, lunar
from learners.queries import place as places

# How soon a program should ask again: of all classes, and of one's own, which may be moved in the morning.
ASKED_AGAIN, OWN_ASKED_AGAIN = timedelta(hours=6), timedelta(minutes=15)
ZONE_SINCE = date(2026, 1, 1)  # of a calendar without sessions: a fixed day, so that it is the same bytes every time


def calendar(sessions: Iterable[ClassSession], *, name: str, here: str, personal: bool = False) -> bytes:
    """
    Return the sessions, whose run, course, provider and place should be loaded, under a name and an address.

    A ``personal`` one is for who has a place: it names no address of its own, and has the links of online classes.
    """
    made = Calendar()
    made.add("prodid", f"-//{settings.SITE_HOST}//Hoc Suot Doi {settings.VERSION}//VI")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for name_of in ("name", "x-wr-calname"):
        made.add(name_of, _printable(name))
    made.add("x-wr-timezone", settings.TIME_ZONE)
    if here:
        made.add("source", here, parameters={"VALUE": "URI"})
    again = OWN_ASKED_AGAIN if personal else ASKED_AGAIN
    made.add("refresh-interval", again, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(again))
    for session in sessions:
        made.add_component(event(session, personal=personal))
    made.add_missing_timezones()
    if not made.subcomponents:  # RFC 5545, 3.4: a calendar has at least one component
        made.add_component(Timezone.from_tzid(settings.TIME_ZONE, first_date=ZONE_SINCE))
    return bytes(made.to_ical())


def event(session: ClassSession, *, personal: bool = False) -> Event:
    """Return one class session; no query once its run, course, provider and place are loaded."""
    run = session.run
    version = run.version
    made = Event()
    made.add("uid", f"class-session-{session.pk}@{settings.SITE_HOST}")
    # When the run was planned, or this session or the meeting link changed: the same from one asking to the next, so
    # that an unchanged calendar is the same bytes.
    changed_at = max(filter(None, (run.created_at, session.changed_at, run.meeting_changed_at, run.cancelled_at)))
    made.add("dtstamp", changed_at)
    made.add("last-modified", changed_at)
    made.add("sequence", session.revision + run.meeting_revision + (run.cancelled_at is not None))
    made.add("status", "CANCELLED" if _is_off(session) else "CONFIRMED")
    made.add("dtstart", timezone.localtime(session.starts_at))
    made.add("dtend", timezone.localtime(session.ends_at))
    made.add("summary", _printable(version.title))
    link = session.run.meeting_url if personal and not _is_off(session) else ""
    made.add("description", _printable("\n".join(filter(None, (_about(session), link)))))
    made.add("url", address.absolute(version.get_absolute_url()))
    made.add("categories", [_printable(version.field.name)])
    if link and not run.venue:
        made.add("location", link)
    elif run.venue:
        where = (session.note, run.venue, places.place_after(run.venue, run.place))
        made.add("location", _printable(", ".join(part for part in where if part)))
    return made


def _is_off(session: ClassSession) -> bool:
    """Whether it is not held: cancelled itself, or not over when its run was cancelled."""
    run_off_at = session.run.cancelled_at
    return session.cancelled_at is not None or (run_off_at is not None and run_off_at < session.ends_at)


def _about(session: ClassSession) -> str:
    version = session.run.version
    lines = [
        _("Class session %(number)s") % {"number": session.position},
        _("Lunar calendar: %(date)s") % {"date": _lunar(session)},
        *([session.note] if session.note else []),
        version.course.provider.name,
        *([] if version.cost_vnd is None else [formats.dong(version.cost_vnd)]),
        address.absolute(version.get_absolute_url()),
    ]
    return "\n".join(lines)


def _lunar(session: ClassSession) -> str:
    day = lunar.lunar_date(timezone.localdate(session.starts_at))
    return f"{day.day}/{day.month}{' ' + _('leap') if day.is_leap else ''}"


def _printable(text: str) -> str:
    """Return the text without control characters but line ends, which the library writes as \\n."""
    return "".join(letter for letter in text if letter == "\n" or letter.isprintable())
