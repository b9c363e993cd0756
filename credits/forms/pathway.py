"""The forms of a pathway version and its parts, at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credits.choices import KindOfCredit
from credits.forms.rule import RULE_FIELDS, RuleForm
from credits.models import Pathway, PathwayComponent, PathwayRule, PathwayVersion
from learners.models import Organization

CONTENT_FIELDS = [
    "title_vi",
    "title_en",
    "description_vi",
    "description_en",
    "level",
    "total_minor",
    "kinds_of_credit",
]


class PathwayVersionForm(forms.ModelForm):
    """A draft; a new pathway is also asked where it is and who awards it."""

    slug = forms.SlugField(
        label=_("address"),
        max_length=60,
        help_text=_("Letters without diacritics, and hyphens: cong-dan-so."),
    )
    kinds_of_credit = forms.MultipleChoiceField(
        label=_("kinds of credit that count"), choices=KindOfCredit.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PathwayVersion
        fields = CONTENT_FIELDS

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if self.instance.pk:
            for name in ("slug", "organization"):
                self.fields.pop(name, None)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Pathway.objects.filter(slug=slug).exists():
            raise ValidationError(_("There is a pathway at this address."))
        return slug

    def clean_total_minor(self) -> int:
        total: int = self.cleaned_data["total_minor"]
        if total < 1:
            raise ValidationError(_("A pathway asks for something."))
        return total


class NewPathwayForm(PathwayVersionForm):
    organization = forms.ModelChoiceField(label=_("awarded by"), queryset=Organization.objects.order_by("name_vi"))


class PathwayRuleForm(RuleForm):
    class Meta:
        model = PathwayRule
        fields = RULE_FIELDS


class PathwayComponentForm(forms.ModelForm):
    class Meta:
        model = PathwayComponent
        fields = [
            "pathway",
            "amount_minor",
            "kind_of_credit",
            "field_code",
            "level",
            "legal_source_vi",
            "legal_source_en",
        ]
