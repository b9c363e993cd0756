"""The form of a search word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import SearchWord
from courses.queries.asked import contradictions, letters


class LinesField(forms.CharField):
    """One item on each line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return [line for line in map(letters.tidy, (super().to_python(value) or "").splitlines()) if line]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class SearchWordForm(forms.ModelForm):
    means = LinesField(
        label=_("what it means"),
        required=False,
        max_length=120,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One on each line. Other words for the same thing; an abbreviation in full; the right spelling; a filter "
            "such as cost=free; codes of places in force. Nothing for what is left out."
        ),
    )

    class Meta:
        model = SearchWord
        fields = ["kind", "phrase", "means", "note", "is_used"]
        help_texts = {"is_used": _("Switched off, it stays here and is not searched by.")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"phrase", "means"} <= cleaned.keys() and "kind" not in self.errors:
            self.instance.kind = cleaned.get("kind", self.instance.kind)  # of a row that came with the portal it stays
            self.instance.phrase, self.instance.means = letters.tidy(cleaned["phrase"]), cleaned["means"]
            self.instance.is_used = cleaned.get("is_used", False)
            for problem in contradictions.of(self.instance):
                self.add_error(problem.box, problem.message)
        return cleaned
