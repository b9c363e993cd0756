"""Reporting that a line is wrong, and answering it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credits.choices import Complaint, DisputeOutcome
from credits.rules import DISPUTE_TEXT_MAX
from learners.forms.fields import AnswerField, FindingField, OneOfField, WordsField


class DisputeForm(forms.Form):
    complaint = OneOfField(
        label=_("What is wrong with this line?"), choices=Complaint.choices, say=_("Choose what is wrong.")
    )
    text = WordsField(
        label=_("Tell us in your own words"),
        max_length=DISPUTE_TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is written, what it should be, and how you know. 2,000 characters at most."),
        error_messages={"required": _("Write what is wrong, in a sentence or two.")},
    )


class AnswerForm(forms.Form):
    outcome = FindingField(choices=DisputeOutcome.choices)
    answer = AnswerField(max_length=DISPUTE_TEXT_MAX)
