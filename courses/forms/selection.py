"""A part of the catalogue to follow or to show elsewhere: a field and a place, all optional, asked for by GET."""

from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from courses.queries import syndication
from courses.queries.field import broad_fields
from courses.queries.syndication import Selection
from learners.forms.place import PlaceFields


class SelectionForm(PlaceFields):
    """What is not understood counts as not chosen; a commune of another province than the one chosen too."""

    field = forms.ChoiceField(label=_("Field"), required=False)
    field_order = ("field", "province", "commune")

    def __init__(self, data: Any, **options: Any) -> None:
        said = MultiValueDict({name: list(values) for name, values in data.lists()})
        super().__init__(said, auto_id="choose_%s", **options)
        self.broad = {field.code: field for field in broad_fields()}
        cast(forms.ChoiceField, self.fields["field"]).choices = [
            ("", _("All fields")),
            *((code, field.name) for code, field in self.broad.items()),
        ]
        for name, anything in (("province", _("Anywhere")), ("commune", _("All of the province"))):
            place: Any = self.fields[name]
            place.required = False
            place.choices = [("", anything), *list(place.choices)[1:]]
        for name in ("field", "province", "commune"):
            offered: Any = self.fields[name]
            if said.get(name, "") not in {str(value) for value, _label in offered.choices}:
                said.setlist(name, [])

    @property
    def is_choosing_province(self) -> bool:
        """The one button of the form shows what was chosen and, with a province, its communes."""
        return False

    def selection(self) -> Selection:
        """Return what is chosen; at most one query."""
        chosen = self.cleaned_data if self.is_valid() else {}
        code = chosen.get("field", "")
        place = self.communes.get(chosen.get("commune", ""))
        if place is None and chosen.get("province"):
            place = syndication.select(province=chosen["province"]).place
        return Selection(fields=(self.broad[code],) if code else (), place=place)
