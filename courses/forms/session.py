"""A class session as who teaches it changes it: another time, a note of the room, a reason."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.actions.session import Held
from courses.forms.boxes import ClockField
from courses.forms.run import DIGITS, MINUTES
from courses.models import ClassSession
from courses.rules import (
    CHANGE_REASON_LETTERS_MAX,
    SESSION_MINUTES_MAX,
    SESSION_MINUTES_MIN,
    SESSION_NOTE_LETTERS_MAX,
)
from learners.forms.boxes import DateBoxesField
from learners.forms.fields import LineField, OnceField

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
    """When a class session is held, and in which room."""

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
    field_order = ("once", "day", "starts_at", "minutes", "note", "reason")

    @staticmethod
    def initial_from(session: ClassSession) -> dict[str, Any]:
        start = timezone.localtime(session.starts_at)
        return {
            "day": start.date(),
            "starts_at": f"{start:%-H:%M}",
            "minutes": int((session.ends_at - session.starts_at).total_seconds() // 60),
            "note": session.note,
        }

    @property
    def held(self) -> Held:
        """What a valid form says."""
        said = self.cleaned_data
        start = timezone.make_aware(datetime.combine(said["day"], said["starts_at"]))
        return Held(starts_at=start, ends_at=start + timedelta(minutes=said["minutes"]), note=said["note"])


class CancelForm(HeldForm):
    """A reason, and when the class session is made up for, if it is."""

    field_order = ("once", "reason", "day", "starts_at", "minutes", "note")

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

    @property
    def instead(self) -> Held | None:
        return self.held if self.cleaned_data.get("day") else None
