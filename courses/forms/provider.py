"""Finding an organization: words of its name, its kind, a place and how far from it; all optional, asked for by GET."""

from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from courses.forms.asked import AskedForm
from courses.queries.provider import ProviderQuery
from courses.rules import WITHIN_KM
from learners.choices import OrganizationKind
from learners.forms.fields import LineField
from learners.models import Place

WORDS_LETTERS_MAX = 200


class ProviderForm(AskedForm):
    q = LineField(
        label=_("Name"),
        max_length=WORDS_LETTERS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind of organisation"), required=False)
    within = forms.ChoiceField(label=_("How far, in a straight line"), required=False)
    field_order = ("q", "kind", "province", "commune", "within")

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, auto_id="find_%s", **options)
        said = cast(MultiValueDict[str, str], self.data)
        said.setlist("q", ["".join(each for each in said.get("q", "") if each.isprintable())[:WORDS_LETTERS_MAX]])

    def offer(self) -> None:
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("Every kind")), *OrganizationKind.choices]
        cast(forms.ChoiceField, self.fields["within"]).choices = [
            ("", _("Only in this commune")),
            *((str(km), _("Within %(km)s km") % {"km": km}) for km in WITHIN_KM),
        ]

    def query(self) -> ProviderQuery:
        chosen = self.cleaned_data if self.is_valid() else {}
        return ProviderQuery(
            text=chosen.get("q", ""),
            kind=OrganizationKind(chosen["kind"]) if chosen.get("kind") else None,
            place=self._place(chosen),
            within_km=int(chosen.get("within") or 0),
        )

    def _place(self, chosen: dict[str, Any]) -> Place | None:
        """The commune chosen, else the province: its communes are loaded, and each of them knows it."""
        if place := self.communes.get(chosen.get("commune", "")):
            return place
        return next(iter(self.communes.values())).parent if self.communes else None
