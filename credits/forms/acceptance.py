"""What an organisation accepts, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credits.actions.acceptance import Accepted
from credits.models import Acceptance
from credits.queries import acceptance as queries
from credits.rules import ACCEPTANCES_MAX

WHAT = ("provider", "course_key", "kind_of_credit", "field_code")


class AcceptanceForm(forms.ModelForm):
    class Meta:
        model = Acceptance
        fields = [
            "organization",
            "provider",
            "course_key",
            "course_title",
            "kind_of_credit",
            "field_code",
            "since",
            "document",
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in WHAT):
            self.add_error(None, _("Say what is accepted: from whom, which course, which kind or which field."))
        organization = cleaned.get("organization")
        if organization and queries.of_organization(organization).filter(until=None).count() >= ACCEPTANCES_MAX:
            self.add_error("organization", _("It has as many rows in the register as there may be. End one first."))
        if bool(cleaned.get("course_key")) != bool(cleaned.get("course_title")):
            self.add_error("course_title", _("A course is named by its number and its title together."))
        return cleaned

    def accepted(self) -> Accepted:
        names = [name for name in self.Meta.fields if name != "organization"]
        return Accepted(**{name: self.cleaned_data[name] for name in names})
