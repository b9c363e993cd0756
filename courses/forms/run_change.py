"""A whole run as its manager changes it: cancelled with a reason, its people moved to another, its meeting link."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from courses.forms.session import ReasonForm
from courses.models import CourseRun
from courses.rules import MEETING_URL_LETTERS_MAX
from learners import formats
from learners.forms.fields import LineField

NOT_HTTPS = _("Write the whole address of the meeting; it begins with https://.")


class RunChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, run: Any) -> str:
        parts = [capfirst(formats.day(run.starts_on)), run.venue or _("Online")]
        if run.seats_left is not None:
            parts.append(_("%(n)s places free") % {"n": max(0, run.seats_left)})
        return ", ".join(str(part) for part in parts)


class SwitchForm(ReasonForm):
    to = RunChoiceField(
        label=_("To which class"),
        queryset=CourseRun.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a class."), "invalid_choice": _("Choose a class of the list.")},
    )
    field_order = ("once", "to", "reason")

    def __init__(self, *arguments: Any, others: QuerySet[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]  # a choice of runs


class MeetingForm(forms.Form):
    meeting_url = LineField(
        label=_("Meeting link"),
        max_length=MEETING_URL_LETTERS_MAX,
        required=False,
        help_text=_("Only those with a place see it, half an hour before each class session. Empty: no link."),
    )

    def clean_meeting_url(self) -> str:
        said: str = self.cleaned_data["meeting_url"]
        if said:
            if not said.lower().startswith("https://"):
                raise forms.ValidationError(NOT_HTTPS)
            forms.URLField(assume_scheme="https", error_messages={"invalid": NOT_HTTPS}).clean(said)
        return said
