"""A complaint about an organization, and a curator's answer to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import ComplaintOutcome, ComplaintSubject
from learners.forms.fields import WordsField
from learners.rules import COMPLAINT_LETTERS_MAX


class ComplaintForm(forms.Form):
    subject = forms.ChoiceField(
        label=_("What is it about?"),
        choices=ComplaintSubject.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose what it is about."),
        },
    )
    text = WordsField(
        label=_("What happened?"),
        max_length=COMPLAINT_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("When, where, and how you know. 2,000 characters at most."),
        error_messages={"required": _("Write what happened, in a sentence or two.")},
    )


class ComplaintAnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=ComplaintOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found."), "invalid_choice": _("Choose what you found.")},
    )
    text = WordsField(
        label=_("Your answer to the learner"),
        max_length=COMPLAINT_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The learner reads it as it stands: what you looked at, what you found, what happens next."),
        error_messages={"required": _("Write what you found.")},
    )
