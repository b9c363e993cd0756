"""Registering an organization."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.actions.organization import Particulars
from learners.choices import OrganizationKind
from learners.forms.fields import LineField, LinesOfTextField
from learners.forms.place import PlaceFields


class OrganizationForm(PlaceFields):
    field_order = ("kind", "name_vi")

    kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        error_messages={"required": _("Choose the kind of organisation.")},
    )
    name_vi = LineField(
        label=_("Full name of the organisation"),
        max_length=200,
        help_text=_("As it stands on the sign or the seal. No abbreviations."),
        error_messages={"required": _("Write the name of the organisation.")},
    )
    name_en = LineField(label=_("Name in English"), max_length=200, required=False)
    address = LineField(
        label=_("Address"), max_length=200, required=False, help_text=_("House number, street, hamlet.")
    )
    phone = LineField(
        label=_("Phone"),
        max_length=20,
        required=False,
        help_text=_("Learners see this number."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    opening_hours_vi = LineField(
        label=_("Opening hours"),
        max_length=200,
        required=False,
        help_text=_("For example: Monday to Friday, 7:30–17:00"),
    )
    description_vi = LinesOfTextField(
        label=_("About the organisation"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What people come to learn, and what the rooms have."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("Choose")), *OrganizationKind.choices]

    def particulars(self) -> Particulars:
        """Return what a valid form says."""
        said, place = self.cleaned_data, self.place
        assert place is not None
        return Particulars(
            kind=OrganizationKind(said["kind"]),
            place=place,
            **{
                name: said[name]
                for name in ("name_vi", "name_en", "address", "phone", "opening_hours_vi", "description_vi")
            },
        )
