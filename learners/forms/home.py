"""Where one lives: both fields may stay empty."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from learners.forms.place import PlaceFields


class HomeFields(PlaceFields):
    """A commune, or nothing; a province alone is asked about, because classes nearby hang on the commune."""

    why: Any = _("To find classes near you, and who helps in your commune. No other learner sees it.")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["province"].required = self.fields["commune"].required = False
        self.fields["province"].help_text = self.why

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("province") and not cleaned.get("commune") and "commune" not in self.errors:
            self.add_error("commune", _("Choose a commune or ward, or leave both empty."))
        return cleaned
