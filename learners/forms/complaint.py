"""A complaint about an organization, and a curator's answer to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import ComplaintOutcome, ComplaintSubject
from learners.forms.fields import AnswerField, FindingField, OneOfField, WordsField
from learners.rules import COMPLAINT_LETTERS_MAX


class ComplaintForm(forms.Form):
    subject = OneOfField(
        label=_("What is it about?"), choices=ComplaintSubject.choices, say=_("Choose what it is about.")
    )
    text = WordsField(
        label=_("What happened?"),
        max_length=COMPLAINT_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("When, where, and how you know. 2,000 characters at most."),
        error_messages={"required": _("Write what happened, in a sentence or two.")},
    )


class ComplaintAnswerForm(forms.Form):
    outcome = FindingField(choices=ComplaintOutcome.choices)
    text = AnswerField(max_length=COMPLAINT_LETTERS_MAX)
