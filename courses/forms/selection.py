"""A part of the catalogue to follow or to show elsewhere: a field and a place, all optional, asked for by GET."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms.asked import AskedForm
from courses.queries import syndication
from courses.queries.field import broad_fields
from courses.queries.syndication import Selection


class SelectionForm(AskedForm):
    field = forms.ChoiceField(label=_("Field"), required=False)
    field_order = ("field", "province", "commune")

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, auto_id="choose_%s", **options)

    def offer(self) -> None:
        self.broad = {field.code: field for field in broad_fields()}
        cast(forms.ChoiceField, self.fields["field"]).choices = [
            ("", _("All fields")),
            *((code, field.name) for code, field in self.broad.items()),
        ]

    def selection(self) -> Selection:
        """Return what is chosen; at most one query."""
        chosen = self.cleaned_data if self.is_valid() else {}
        code = chosen.get("field", "")
        place = self.communes.get(chosen.get("commune", ""))
        if place is None and chosen.get("province"):
            place = syndication.select(province=chosen["province"]).place
        return Selection(fields=(self.broad[code],) if code else (), place=place)
