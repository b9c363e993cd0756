"""Saying that attendance is not right, and answering."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.choices import AttendanceStatus, FlagOutcome, ObjectionOutcome
from courses.rules import OBJECTION_TEXT_MAX
from learners.forms.fields import OneOfField, WordsField


class ObjectionForm(forms.Form):
    """What is right instead, of one class session; ``but`` is what is on record and cannot be chosen."""

    said = OneOfField(label=_("How was it really?"), choices=(), say=_("Choose how it was."))
    text = WordsField(
        label=_("In your own words"),
        max_length=OBJECTION_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who saw you, where you sat, when you came: whatever helps to look into it."),
        error_messages={"required": _("Write in a sentence how it was, so that somebody can look into it.")},
    )

    def __init__(self, *arguments: Any, but: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["said"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in AttendanceStatus.choices if value != but
        ]


class FlagForm(forms.Form):
    outcome = OneOfField(label=_("What was it?"), choices=FlagOutcome.choices, say=_("Choose what it was."))
    reason = WordsField(
        label=_("Reason"),
        max_length=OBJECTION_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you looked at, whom you asked. It stays; nothing else follows by itself."),
        error_messages={"required": _("Say what you found.")},
    )


class ObjectionAnswerForm(forms.Form):
    outcome = OneOfField(
        label=_("What did you find?"),
        choices=[
            (ObjectionOutcome.ACCEPTED, _("The learner is right: correct it")),
            (ObjectionOutcome.REFUSED, _("It stays as it is")),
        ],
        say=_("Choose what you found."),
    )
    answer = WordsField(
        label=_("Why"),
        max_length=OBJECTION_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The learner reads this, and it stays with the entry."),
        error_messages={"required": _("Say what you found. The learner will read it.")},
    )
