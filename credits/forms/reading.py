"""Reading somebody's whole record at the desk: whose, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credits.forms.fields import LearnerField
from learners.forms.fields import LineField

REASON_LENGTH_MAX = 500


class ReadingForm(forms.Form):
    ledger_number = LearnerField(
        label=_("Ledger number"), help_text=_("As it stands on an entry at the desk, or as the learner reads it out.")
    )
    reason = LineField(
        label=_("Why you have to read it"),
        max_length=REASON_LENGTH_MAX,
        help_text=_("The learner reads this as it stands, with your name."),
        error_messages={"required": _("Write why. Without a reason nobody's record is opened.")},
    )
