"""Where one lives: a commune, or the province alone, or nothing."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.forms.place import PlaceFields
from learners.models import Place


class HomeFields(PlaceFields):
    """
    A commune, a province alone, or nothing: who has moved, or would rather not say it, knows the province at least.

    The commune is what "near me" and the helper hang on, so its list says what one goes without, and who has not seen
    the list is shown it once.
    """

    why: Any = _("To find classes near you, and who helps in your commune. No other learner sees it.")
    without_commune: Any = _(
        "With the province alone you see what there is in all of it, and not what is near or who helps in the commune."
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["province"].required = self.fields["commune"].required = False
        self.fields["province"].help_text = self.why
        commune = cast(forms.ChoiceField, self.fields["commune"])
        commune.help_text = self.without_commune
        commune.choices = [("", _("The province alone")), *list(cast(Any, commune.choices))[1:]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("province") and "commune" not in self.data and "commune" not in self.errors:
            self.add_error("commune", _("Choose your commune here, or “The province alone”."))
        return cleaned

    @classmethod
    def said(cls, place: Place | None) -> dict[str, str]:
        """Return what the two lists begin with for a place that is known."""
        if place is None:
            return {}
        return {"province": place.parent_id, "commune": place.pk} if place.parent_id else {"province": place.pk}

    @property
    def place(self) -> Place | None:
        """The commune chosen in a form that is valid, or the province where none is."""
        return super().place or self.provinces.get(self.cleaned_data.get("province", ""))
