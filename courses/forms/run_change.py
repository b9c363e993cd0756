"""A whole run as its manager changes it: cancelled with a reason, its people moved to another, its meeting link."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from courses.forms.meeting import MeetingField
from courses.forms.session import ReasonForm
from courses.models import CourseRun
from learners import formats


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


class TakePlaceForm(ReasonForm):
    """Why somebody's place is given up in their stead."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["reason"].help_text = _(
            "The person reads it, for example “You phoned to say that you cannot come”. No names of illnesses, please."
        )


class MeetingForm(forms.Form):
    meeting_url = MeetingField()
