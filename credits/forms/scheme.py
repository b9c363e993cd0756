"""The form of a scheme's next policy, at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credits.forms.rule import from_today_on
from credits.models import SchemePolicy
from credits.queries import scheme as queries
from credits.rules import GRAINS_PER_HUNDREDTH


class SchemePolicyForm(forms.ModelForm):
    class Meta:
        model = SchemePolicy
        fields = [
            "policy_id",
            "scheme",
            "organization",
            "numerator",
            "denominator",
            "legal_source_vi",
            "legal_source_en",
            "valid_from",
        ]

    def clean_denominator(self) -> int:
        denominator: int = self.cleaned_data["denominator"]
        if denominator < 1 or GRAINS_PER_HUNDREDTH % denominator:
            raise ValidationError(
                _("It must divide %(grains)s, so that what is rounded away is a whole number of grains."),
                params={"grains": GRAINS_PER_HUNDREDTH},
            )
        return denominator

    def clean_valid_from(self) -> Any:
        day = from_today_on(self.cleaned_data["valid_from"])
        scheme, organization = self.cleaned_data.get("scheme"), self.cleaned_data.get("organization")
        before = scheme and queries.open_policy(scheme.code, organization=organization)
        if before and day < before.valid_from:
            raise ValidationError(_("The version before this one begins later. Choose a day after it."))
        return day
