"""A decision about a request for a place."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.rules import REFUSAL_LETTERS_MAX
from learners.forms.fields import LineField

REFUSE = "refuse"  # the name of the button; the other says yes


class DecisionForm(forms.Form):
    reason = LineField(
        label=_("Why not, for a refusal"),
        required=False,
        max_length=REFUSAL_LETTERS_MAX,
        help_text=_("The learner reads it in a letter."),
    )

    @property
    def is_refusal(self) -> bool:
        return REFUSE in self.data
