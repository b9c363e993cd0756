"""A complaint about an organization, and a curator's answer to it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners import formats
from learners.choices import ComplaintOutcome, ComplaintSubject
from learners.forms.fields import LinesOfTextField
from learners.rules import COMPLAINT_LETTERS_MAX

TOO_LONG = _("Write at most %(limit_value)s characters; these are %(show_value)s.")


class WordsField(LinesOfTextField):
    """Some lines; too many, and the figures are said as the language writes them."""

    def run_validators(self, value: str) -> None:
        try:
            super().run_validators(value)
        except ValidationError as refused:
            for each in refused.error_list:
                figures = each.params or {}
                each.params = {name: formats.number(n) if isinstance(n, int) else n for name, n in figures.items()}
            raise


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
        error_messages={"required": _("Write what happened, in a sentence or two."), "max_length": TOO_LONG},
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
        error_messages={"required": _("Write what you found."), "max_length": TOO_LONG},
    )
