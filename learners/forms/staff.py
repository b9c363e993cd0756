"""The forms of working in an organisation: an invitation, and the code that takes it up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import Role
from learners.forms.card import CardCodeField
from learners.forms.fields import LineField, OnceField


class StaffInvitationForm(forms.Form):
    once = OnceField()
    role = forms.ChoiceField(
        label=_("What they will do"),
        # An assessor opens nothing yet, so nobody is invited as one.
        choices=[
            (
                Role.INSTRUCTOR.value,
                _("Instructor: writes courses, keeps the roster of their classes, helps at the counter"),
            ),
            (Role.VOLUNTEER.value, _("Volunteer: keeps the roster of the classes they are named for")),
            (
                Role.MANAGER.value,
                _("Manager: speaks for the organisation, opens and cancels classes, says who works here"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they will do.")},
    )
    for_words = LineField(
        label=_("Whom you invite"),
        max_length=120,
        help_text=_("In your own words, so that you know later whom it was for. For example: Ms Lan, computer class."),
        error_messages={"required": _("Write for whom the invitation is.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class StaffCodeForm(forms.Form):
    code = CardCodeField(
        label=_("Code of the invitation"),
        help_text=_("A manager of the organisation has it: eight letters and digits."),
        error_messages={"invalid": _("Type the eight letters and digits, for example K7MP-3QXD.")},
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off", "spellcheck": "false"}),
    )
