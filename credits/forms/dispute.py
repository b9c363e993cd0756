"""Reporting that a line is wrong, and answering it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credits.choices import Complaint, DisputeOutcome
from credits.rules import DISPUTE_TEXT_MAX
from learners.forms.fields import WordsField


class DisputeForm(forms.Form):
    complaint = forms.ChoiceField(
        label=_("What is wrong with this line?"),
        choices=Complaint.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )
    text = WordsField(
        label=_("Tell us in your own words"),
        max_length=DISPUTE_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is written, what it should be, and how you know. 2,000 characters at most."),
        error_messages={"required": _("Write what is wrong, in a sentence or two.")},
    )


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=DisputeOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found."), "invalid_choice": _("Choose what you found.")},
    )
    answer = WordsField(
        label=_("Your answer to the learner"),
        max_length=DISPUTE_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The learner reads it as it stands: what you looked at, what you found, what happens next."),
        error_messages={"required": _("Write what you found.")},
    )
