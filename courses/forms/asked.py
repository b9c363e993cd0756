"""What an address asks for: a place and more, all optional."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from learners.forms.place import PlaceFields


class AskedForm(PlaceFields):
    """What is not understood counts as not chosen; a commune of another province than the one chosen too."""

    def __init__(self, data: Any, **options: Any) -> None:
        said = MultiValueDict({name: list(values) for name, values in data.lists()})
        super().__init__(said, **options)
        for name, anything in (("province", _("Anywhere")), ("commune", _("All of the province"))):
            place: Any = self.fields[name]
            place.required = False
            place.choices = [("", anything), *list(place.choices)[1:]]
        self.offer()
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and said.get(name, "") not in _values(field):
                said.setlist(name, [])

    def offer(self) -> None:
        """Fill in the choices that are known only when the form is asked for."""

    @property
    def is_choosing_province(self) -> bool:
        """The one button of the form shows what was chosen and, with a province, its communes."""
        return False


def _values(field: forms.ChoiceField) -> set[str]:
    choices: Any = field.choices
    return {str(value) for value, _label in choices}
