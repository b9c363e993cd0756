"""Choosing a place without script: a province, then a commune of it, in the same form."""

from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from learners.models import Place
from learners.queries import place as places

SHOW_COMMUNES = "show_communes"  # the name of the button that lists the communes of the chosen province


class PlaceFields(forms.Form):
    """
    Province and commune. A form sent by the button ``SHOW_COMMUNES`` is shown again with the province's communes.

    While only choosing the province nothing is checked and what was typed elsewhere stays.
    """

    province = forms.ChoiceField(
        label=_("Province or city"),
        error_messages={"required": _("Choose a province or city."), "invalid_choice": _("Choose a province or city.")},
    )
    commune = forms.ChoiceField(
        label=_("Commune or ward"),
        error_messages={"required": _("Choose a commune or ward."), "invalid_choice": _("Choose a commune or ward.")},
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.provinces = {place.code: place for place in places.provinces()}
        chosen = str(self["province"].value() or "")
        # Only a province there is: what somebody sent in its place is for the field to refuse, not for the database.
        is_there = chosen in self.provinces
        self.communes = {place.code: place for place in places.communes(chosen)} if is_there else {}
        cast(forms.ChoiceField, self.fields["province"]).choices = [
            ("", _("Choose")),
            *((place.code, place.name) for place in self.provinces.values()),
        ]
        cast(forms.ChoiceField, self.fields["commune"]).choices = [
            ("", _("Choose")),
            *((code, capfirst(str(place))) for code, place in self.communes.items()),
        ]

        # While there is no province there is nothing to choose from: one thing to put right, not two.
        self.fields["commune"].required = bool(self.communes)

    @property
    def is_choosing_province(self) -> bool:
        return self.is_bound and SHOW_COMMUNES in self.data

    def full_clean(self) -> None:
        if self.is_choosing_province:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "province" in self.errors:
            self.errors.pop("commune", None)
        return said

    def is_valid(self) -> bool:
        return not self.is_choosing_province and super().is_valid()

    @property
    def place(self) -> Place | None:
        """The commune chosen in a form that is valid."""
        return self.communes.get(self.cleaned_data.get("commune", ""))
