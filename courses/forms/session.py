"""A class session as who teaches it changes it: another time, a note of the room, a reason."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.actions.session import Held
from courses.forms.boxes import ClockField
from courses.forms.run import DIGITS, MINUTES
from courses.models import ClassSession, CourseRun, SessionChange
from courses.rules import (
    CHANGE_REASON_LETTERS_MAX,
    SESSION_MINUTES_MAX,
    SESSION_MINUTES_MIN,
    SESSION_NOTE_LETTERS_MAX,
)
from learners import formats
from learners.forms.boxes import DateBoxesField
from learners.forms.fields import LineField, OnceField
from learners.queries import calendar

LENGTH = _("Write how many minutes a class session takes, for example 120.")


class ReasonForm(forms.Form):
    once = OnceField()
    reason = LineField(
        label=_("Reason"),
        max_length=CHANGE_REASON_LETTERS_MAX,
        help_text=_("Everybody with a place reads it. No names of illnesses, please; “the teacher is away” will do."),
        error_messages={"required": _("Write the reason in a few words.")},
    )


class HeldForm(ReasonForm):
    """
    When a class session is held, and in which room.

    A public holiday, or an hour at which the class has another session, is asked about once more, with a tick: nobody
    is told of a time that was not meant.
    """

    all_the_same = forms.BooleanField(label=_("Hold the class at this time all the same"), required=False)
    # Which time, and what stands against it, the tick was shown for: it says nothing about another.
    asked_about = forms.CharField(required=False, widget=forms.HiddenInput)
    day = DateBoxesField(
        label=_("Day"),
        error_messages={"required": _("Write the day: day, month and year, for example 12 12 2026.")},
    )
    starts_at = ClockField(
        label=_("Class starts at"),
        help_text=_("For example 8:00 or 14:30. The time of Viet Nam."),
        error_messages={"required": _("Write when the class starts, for example 8:00.")},
        widget=forms.TextInput(attrs=DIGITS | {"inputmode": "text"}),
    )
    minutes = forms.IntegerField(
        label=_("Length of a class session"),
        min_value=SESSION_MINUTES_MIN,
        max_value=SESSION_MINUTES_MAX,
        widget=forms.TextInput(attrs=DIGITS),
        error_messages={"required": LENGTH, "invalid": LENGTH, "min_value": MINUTES, "max_value": MINUTES},
    )
    note = LineField(
        label=_("Room, or what else to know"),
        max_length=SESSION_NOTE_LETTERS_MAX,
        required=False,
        help_text=_("For this class session only, for example “Room 2, upstairs”."),
    )
    field_order = ("once", "day", "starts_at", "minutes", "all_the_same", "note", "reason")

    def __init__(self, *arguments: Any, run: CourseRun, session: ClassSession | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.run, self.session = run, session  # the session that is moved, or cancelled
        self.asks_about = ""  # nothing

    @staticmethod
    def initial_from(session: ClassSession) -> dict[str, Any]:
        start = timezone.localtime(session.starts_at)
        return {
            "day": start.date(),
            "starts_at": f"{start:%-H:%M}",
            "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
            "note": session.note,
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if all(said.get(name) for name in ("day", "starts_at", "minutes")) and not self._is_held_then(*self._when):
            self._ask(said, *self._when)
        return said

    @property
    def _when(self) -> tuple[datetime, datetime]:
        said = self.cleaned_data
        start = timezone.make_aware(datetime.combine(said["day"], said["starts_at"]))
        return start, start + timedelta(minutes=said["minutes"])

    def _is_held_then(self, start: datetime, end: datetime) -> bool:
        return self.session is not None and (self.session.starts_at, self.session.ends_at) == (start, end)

    def _ask(self, said: dict[str, Any], start: datetime, end: datetime) -> None:
        """Ask about what stands against this time, unless it was on the page and is meant; three queries."""
        if SessionChange.objects.filter(creation_key=said.get("once"), class_session__run=self.run).exists():
            return  # the same page sent twice: what stands there is what it has just made
        against = []
        if holiday := calendar.holidays_between(said["day"], said["day"]).get(said["day"]):
            words = gettext("%(day)s is a public holiday: %(name)s.")
            against.append(words % {"day": capfirst(formats.day_near(said["day"])), "name": holiday.name})
        others = self.run.class_sessions.filter(cancelled_at=None, starts_at__lt=end, ends_at__gt=start)
        if self.session is not None:
            others = others.exclude(pk=self.session.pk)
        if other := others.first():
            words = gettext("At this hour the class has session %(number)s, %(time)s.")
            time = formats.clock_range(other.starts_at, other.ends_at)
            against.append(words % {"number": other.position, "time": time})
        if not against:
            return
        self.asks_about = f"{start.isoformat()} {said['minutes']} {' '.join(against)}"
        if said.get("asked_about") != self.asks_about:
            typed = cast(QueryDict, self.data).copy()
            typed.pop("all_the_same", None)  # a tick for another time
            self.data = typed
        elif said.get("all_the_same"):
            return
        self.add_error("all_the_same", " ".join([*against, gettext("Tick the box if you mean it.")]))

    @property
    def held(self) -> Held:
        """What a valid form says."""
        start, end = self._when
        return Held(starts_at=start, ends_at=end, note=self.cleaned_data["note"])


class CancelForm(HeldForm):
    """A reason, and when the class session is made up for, if it is."""

    field_order = ("once", "reason", "day", "starts_at", "minutes", "all_the_same", "note")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("day", "starts_at", "minutes"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.errors.keys() & {"day", "starts_at", "minutes"}:
            return said
        if said.get("day") and not said.get("starts_at"):
            self.add_error("starts_at", _("Write when the class starts, for example 8:00."))
        elif said.get("starts_at") and not said.get("day"):
            self.add_error("day", _("Write the day: day, month and year, for example 12 12 2026."))
        elif said.get("day") and not said.get("minutes"):
            self.add_error("minutes", LENGTH)
        return said

    def _is_held_then(self, start: datetime, end: datetime) -> bool:
        return False  # the session is cancelled; another is held

    @property
    def instead(self) -> Held | None:
        return self.held if self.cleaned_data.get("day") else None
