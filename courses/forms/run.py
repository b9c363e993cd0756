"""A run as a centre plans it: first day, weekdays, time, how often; seats, place and who teaches."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.actions.run import Plan, Series, weekly
from courses.choices import CompletedBy, Format, RunKind
from courses.forms import doubtful_days
from courses.forms.boxes import ClockField, DaysField
from courses.forms.filled import filled
from courses.forms.meeting import MeetingField
from courses.forms.seats import seats_field
from courses.forms.teachers import TeachersField
from courses.models import CourseRun
from courses.rules import (
    FIRST_DAY_AHEAD_DAYS_MAX,
    SERIES_DAYS_MAX,
    SESSION_MINUTES_MAX,
    SESSION_MINUTES_MIN,
    SESSIONS_MAX,
)
from learners.choices import Weekday
from learners.forms.boxes import DateBoxesField
from learners.forms.fields import LineField, OnceField
from learners.forms.place import PlaceFields
from learners.models import Holiday, Organization
from learners.queries import calendar

OF_SESSIONS = ("weekdays", "starts_at", "sessions_count", "ends_on")  # what has no value from the start
RUN_ORDER = (
    *("starts_on", "own_pace", "weekdays", "starts_at", "minutes", "sessions_count", "ends_on", "seats_max"),
    *("venue", "province", "commune", "meeting_url", "instructors", "enrollment_closes_on"),
)
AS_BEFORE = ("starts_at", "minutes", "seats_max", "venue", "province", "commune", "instructors")
MINUTES = filled(_("Between %(min)s and %(max)s minutes."), min=SESSION_MINUTES_MIN, max=SESSION_MINUTES_MAX)
LOOK = "look"  # the button that shows the dates and saves nothing
DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateShown:
    """A day a weekly series falls on: a class session is held, or left out for a holiday or because it was struck."""

    day: date
    holiday: Holiday | None
    is_held: bool


class RunFields(PlaceFields):
    once = OnceField()
    held_all_the_same = DaysField(required=False)  # public holidays
    struck = DaysField(required=False)
    # Nobody saves a series with a gap that was not on the page.
    holidays_seen = DaysField(label=_("Dates"), required=False)
    first_seen = DaysField(required=False)  # nor one that begins on another day than the one typed
    starts_on = DateBoxesField(
        label=_("First day"),
        error_messages={"required": _("Write the first day: day, month and year, for example 12 12 2026.")},
    )
    own_pace = forms.BooleanField(
        label=_("Everybody learns at their own pace: there are no class sessions"),
        required=False,
        initial=False,
        help_text=_("For a course on the web that is completed by reading every unit; it begins on the first day."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a tick: the same weekday as the first day."),
    )
    starts_at = ClockField(
        label=_("Class starts at"),
        help_text=_("For example 8:00 or 14:30."),
        error_messages={"required": _("Write when the class starts, for example 8:00.")},
        widget=forms.TextInput(attrs=DIGITS | {"inputmode": "text"}),
    )
    minutes = forms.IntegerField(
        label=_("Length of a class session"),
        min_value=SESSION_MINUTES_MIN,
        max_value=SESSION_MINUTES_MAX,
        initial=120,
        widget=forms.TextInput(attrs=DIGITS),
        error_messages={
            "required": _("Write how many minutes a class session takes, for example 120."),
            "invalid": _("Write how many minutes a class session takes, for example 120."),
            "min_value": MINUTES,
            "max_value": MINUTES,
        },
    )
    sessions_count = forms.IntegerField(
        label=_("Number of class sessions"),
        required=False,
        min_value=1,
        max_value=SESSIONS_MAX.count_max,
        widget=forms.TextInput(attrs=DIGITS),
        help_text=_("The last day follows from it."),
        error_messages={
            "invalid": _("Write the number of class sessions, for example 8."),
            "min_value": _("At least one class session."),
            "max_value": filled(_("A run has at most %(count)s class sessions."), count=SESSIONS_MAX.count_max),
        },
    )
    ends_on = DateBoxesField(
        label=_("Or the last day"),
        required=False,
        help_text=_("If you would rather say until when; leave one of the two empty."),
    )
    seats_max = seats_field()
    enrollment_closes_on = DateBoxesField(
        label=_("Enrolment until the end of"),
        required=False,
        help_text=_("Left empty: until the first class session starts."),
    )
    venue = LineField(
        label=_("Where the class meets"),
        max_length=200,
        required=False,
        help_text=_("Name of the house and street, for example “Cultural house, 12 Hòa Bình street”."),
    )
    meeting_url = MeetingField()
    instructors = TeachersField()

    def __init__(
        self,
        *arguments: Any,
        provider: Organization,
        now: datetime,
        format: str = "",  # noqa: A002 -- the course's word; given when the form does not ask for it
        completed_by: str = "",  # as well
        **options: Any,
    ) -> None:
        here = {"province": provider.place.parent_id, "commune": provider.place_id}
        options["initial"] = here | (options.get("initial") or {})
        super().__init__(*arguments, **options)
        self.now, self.given = now, {"format": format, "completed_by": completed_by}
        cast(TeachersField, self.fields["instructors"]).of(provider)
        self.wants_run = True
        self.dates: list[DateShown] = []  # of a form that was sent, once it says when

    @staticmethod
    def initial_from_run(run: CourseRun) -> dict[str, Any]:
        """Return a run as the form shows it: its sessions as the weekly series they were made from."""
        sessions = list(run.class_sessions.all())
        first = sessions[0] if sessions else None
        days = {timezone.localdate(each.starts_at) for each in sessions}
        weekdays = {day.isoweekday() for day in days}
        holidays = calendar.holidays_between(min(days), max(days)) if days else {}
        between = (min(days) + timedelta(days=n) for n in range((max(days) - min(days)).days)) if days else ()
        closes_at = run.enrollment_closes_at
        closes_on = None
        if first is not None and closes_at is not None and closes_at != first.starts_at:
            closes_on = timezone.localdate(closes_at - timedelta(minutes=1))
        return {
            "starts_on": run.starts_on,
            "own_pace": run.kind == RunKind.SELF_PACED,
            "weekdays": sorted(weekdays),
            "held_all_the_same": sorted(days & holidays.keys()),
            "struck": [day for day in between if day.isoweekday() in weekdays and day not in days | holidays.keys()],
            "holidays_seen": sorted(holidays),
            "starts_at": f"{timezone.localtime(first.starts_at):%-H:%M}" if first else "",
            "minutes": int((first.ends_at - first.starts_at).total_seconds() // 60) if first else 120,
            "sessions_count": len(sessions) or None,
            "seats_max": run.seats_max or 0,
            "enrollment_closes_on": closes_on,
            "venue": run.venue,
            "meeting_url": run.meeting_url,
            "instructors": [person.pk for person in run.instructors.all()],
            **({"province": run.place.parent_id, "commune": run.place_id} if run.place else {}),
        }

    @staticmethod
    def initial_from_last(run: CourseRun) -> dict[str, Any]:
        """Return what a further class of a course begins with: hour, seats, place and teachers of the one before."""
        last = RunFields.initial_from_run(run)
        return {name: last[name] for name in AS_BEFORE if name in last}

    @property
    def is_online(self) -> bool:
        return self._of_the_course("format") == Format.ONLINE

    @property
    def meets_online(self) -> bool:
        return self._of_the_course("format") in (Format.ONLINE, Format.BLENDED)

    @property
    def may_have_venue(self) -> bool:
        return self.given["format"] != Format.ONLINE

    @property
    def may_have_link(self) -> bool:
        """Whether the page asks for a meeting link: where the format is on the same page, it is not known before."""
        return self.meets_online or not self.given["format"]

    @property
    def may_be_own_pace(self) -> bool:
        given = self.given
        return not given["format"] or (given["format"], given["completed_by"]) == (Format.ONLINE, CompletedBy.UNITS)

    @property
    def is_own_pace(self) -> bool:
        return bool(self["own_pace"].value())

    def _of_the_course(self, name: str) -> object:
        return self.given[name] or self.data.get(name) or self.initial.get(name)

    @property
    def asks_to_look(self) -> bool:
        return self.is_bound and LOOK in self.data

    def is_valid(self) -> bool:
        """Whether it can be saved; to look at the dates is not to save them."""
        return super().is_valid() and not self.asks_to_look

    @property
    def held_days(self) -> list[date]:
        return [each.day for each in self.dates if each.is_held]

    @property
    def held_count(self) -> int:
        return len(self.held_days)

    @property
    def public_holidays(self) -> list[DateShown]:
        return [each for each in self.dates if each.holiday]

    @property
    def left_out_for_holidays(self) -> list[DateShown]:
        return [each for each in self.public_holidays if not each.is_held]

    @property
    def ordinary_days(self) -> list[DateShown]:
        return [each for each in self.dates if not each.holiday]

    @property
    def has_struck(self) -> bool:
        return any(not each.is_held for each in self.ordinary_days)

    def full_clean(self) -> None:
        """Ask for a place only where a class meets, for a time only where there are sessions."""
        if self.is_bound:
            asked_less: tuple[str, ...] = ("province", "commune") if self.is_online else ()
            if self.is_own_pace:
                asked_less += ("starts_at", "minutes", "seats_max")
            for name in asked_less:
                self.fields[name].required = False
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.wants_run:
            return said
        if not self.is_online and not said.get("venue") and "venue" not in self.errors:
            self.add_error("venue", _("Write where the class meets."))
        if not self.meets_online and said.get("meeting_url"):
            self.add_error("meeting_url", _("This class meets in a place, not online."))
        today, first = timezone.localdate(self.now), said.get("starts_on")
        if first and first < today:
            self.add_error("starts_on", doubtful_days.past(first, today))
        elif first and first > today + timedelta(days=FIRST_DAY_AHEAD_DAYS_MAX):
            self.add_error("starts_on", _("This day is more than two years away. Check the year."))
        if self.is_own_pace:
            self._check_own_pace(said)
            return said
        last, count = said.get("ends_on"), said.get("sessions_count")
        if not last and not count and not {"ends_on", "sessions_count"} & self.errors.keys():
            self.add_error("sessions_count", _("Write the number of class sessions, for example 8, or the last day."))
        if first and last and last < first:
            self.add_error("ends_on", doubtful_days.ends_too_early(first, last))
        if not self.errors.keys() & RunFields.base_fields.keys():
            self._check_sessions(said)
        return said

    def _check_own_pace(self, said: dict[str, Any]) -> None:
        if not self.is_online or self._of_the_course("completed_by") != CompletedBy.UNITS:
            self.add_error(
                "own_pace", _("Only for a course that is taught online and completed by reading every unit.")
            )
        elif any(said.get(name) for name in OF_SESSIONS):
            self.add_error("own_pace", _("You have also written when class sessions are. Leave one of the two empty."))
        closes, first = said.get("enrollment_closes_on"), said.get("starts_on")
        if closes and first and closes < first:
            self.add_error("enrollment_closes_on", _("Enrolment cannot end before the first day."))

    def _check_sessions(self, said: dict[str, Any]) -> None:
        series, holidays = self._series(said)
        sessions = series.sessions
        if not sessions:
            self.add_error(
                "ends_on", _("No class session falls between the first and the last day. Check the weekdays.")
            )
            return
        if len(sessions) > SESSIONS_MAX.count_max:
            limit = {"count": SESSIONS_MAX.count_max}
            self.add_error("ends_on", gettext("A run has at most %(count)s class sessions.") % limit)
            return
        self._show(series, holidays)
        if sessions[0][0] <= self.now:
            self.add_error("starts_at", _("The first class session would already have begun."))
        else:
            closes = said.get("enrollment_closes_on")
            if closes and closes > timezone.localdate(sessions[0][0]):
                self.add_error("enrollment_closes_on", _("Enrolment cannot end after the first class session."))
            elif closes and closes < timezone.localdate(self.now):
                self.add_error("enrollment_closes_on", doubtful_days.past(closes, timezone.localdate(self.now)))
        unseen = {each.day for each in self.left_out_for_holidays} - set(said["holidays_seen"])
        if unseen and not self.asks_to_look and not self.errors:
            self.add_error(
                "holidays_seen",
                _("Some dates are public holidays, so no class is held on them. Look at the dates, then save again."),
            )
        first, begins = said["starts_on"], timezone.localdate(sessions[0][0])
        is_of_series = first in {each.day for each in self.dates}  # or left out, for a holiday or struck by hand
        if not is_of_series and begins not in said["first_seen"] and not self.asks_to_look and not self.errors:
            self.add_error("starts_on", doubtful_days.begins_later(first, begins))

    def _show(self, series: Series, holidays: dict[date, Holiday]) -> None:
        held = {timezone.localdate(start) for start, _end in series.sessions}
        self.dates = [
            DateShown(day=day, holiday=holidays.get(day), is_held=day in held)
            for day in sorted(held | set(series.left_out))
        ]

    def _series(self, said: dict[str, Any]) -> tuple[Series, dict[date, Holiday]]:
        """Return the class sessions the form plans, and the public holidays; one query."""
        horizon = said["ends_on"] or said["starts_on"] + timedelta(days=SERIES_DAYS_MAX)
        holidays = calendar.holidays_between(said["starts_on"], horizon)
        series = weekly(
            first_day=said["starts_on"],
            weekdays=said["weekdays"],
            starts=said["starts_at"],
            minutes=said["minutes"],
            count=said["sessions_count"] or 0,
            last_day=said["ends_on"],
            without=(holidays.keys() - set(said["held_all_the_same"])) | set(said["struck"]),
        )
        return series, holidays

    def plan(self) -> Plan | None:
        """Return the run a valid form plans, or None when none is wanted yet."""
        if not self.wants_run:
            return None
        said = self.cleaned_data
        sessions = () if self.is_own_pace else self._series(said)[0].sessions
        closes = said["enrollment_closes_on"]
        midnight = datetime.combine(closes + timedelta(days=1), datetime.min.time()) if closes else None
        closes_at = timezone.make_aware(midnight) if midnight else None
        if closes_at and sessions:
            closes_at = min(closes_at, sessions[0][0])
        return Plan(
            starts_on=said["starts_on"],
            sessions=sessions,
            seats_max=said["seats_max"] or None,
            place=None if self.is_online else self.place,
            venue="" if self.is_online else said["venue"],
            meeting_url=said["meeting_url"],
            instructors=tuple(said["instructors"]),
            enrollment_closes_at=closes_at,
        )


class RunForm(RunFields):
    """A run of a course that exists."""

    field_order = RUN_ORDER
