"""The forms of rules, at the desk."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credits.actions.rule import Says
from credits.choices import RuleKind, RulePeriod
from credits.models import CourseEquivalence, CreditRule
from credits.models.rule import LIMITS, RuleRow
from credits.queries import rule as queries

RULE_FIELDS = [
    "kind",
    "amount_minor",
    "percent",
    "months",
    "period",
    "kind_of_credit",
    "source",
    "field_code",
    "level_min",
    "level_max",
    "issuer",
    "course_keys",
    "about_vi",
    "about_en",
    "legal_source_vi",
    "legal_source_en",
]
# What each kind of rule says a figure with; everything else stays empty.
FIGURES = {
    **dict.fromkeys((*LIMITS, RuleKind.MINIMUM), ("amount_minor", "percent")),
    RuleKind.VALIDITY: ("months",),
    RuleKind.COUNT_ONCE: (),
}


class RuleForm(forms.ModelForm):
    """What every rule is asked, with words for what the database would refuse."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind is None:
            return cleaned
        allowed = FIGURES[RuleKind(kind)]
        given = [name for name in ("amount_minor", "percent", "months") if cleaned.get(name) is not None]
        for name in given:
            if name not in allowed:
                self.add_error(name, _("A rule of this kind has no such figure."))
        if allowed and len([name for name in given if name in allowed]) != 1:
            self.add_error(allowed[0], _("Give exactly one figure.") if len(allowed) > 1 else _("Say how many months."))
        if cleaned.get("period") not in {None, RulePeriod.NONE} and kind not in LIMITS:
            self.add_error("period", _("Only a limit is counted over a period."))
        if kind in {RuleKind.TRANSFER_LIMIT, RuleKind.PRIOR_LEARNING_LIMIT} and cleaned.get("source"):
            self.add_error("source", _("This kind of rule says itself how it was learned."))
        levels = cleaned.get("level_min"), cleaned.get("level_max")
        if levels[0] and levels[1] and levels[1] < levels[0]:
            self.add_error("level_max", _("The last level lies below the first."))
        return cleaned


class CreditRuleForm(RuleForm):
    class Meta:
        model = CreditRule
        fields = ["code", "valid_from", *RULE_FIELDS]

    def clean_valid_from(self) -> Any:
        day = from_today_on(self.cleaned_data["valid_from"])
        before = queries.current(self.cleaned_data.get("code", ""))
        if before is not None and day < before.valid_from:
            raise ValidationError(_("The version before this one begins later. Choose a day after it."))
        return day


class EquivalenceForm(forms.ModelForm):
    class Meta:
        model = CourseEquivalence
        fields = ["name", "course_keys", "legal_source", "valid_from"]

    def clean_course_keys(self) -> list[str]:
        keys: list[str] = sorted({key.strip() for key in self.cleaned_data["course_keys"]} - {""})
        if len(keys) < 2:
            raise ValidationError(_("Name two courses at least."))
        return keys

    def clean_valid_from(self) -> Any:
        return from_today_on(self.cleaned_data["valid_from"])


def from_today_on(day: Any) -> Any:
    if day < timezone.localdate():
        raise ValidationError(_("A rule begins today at the earliest: what people started under stays."))
    return day


def says(cleaned: dict[str, Any]) -> Says:
    """Return what a checked form says."""
    return Says(**{**{name: cleaned[name] for name in RULE_FIELDS}, "course_keys": tuple(cleaned["course_keys"] or ())})


def initial_of(row: RuleRow) -> dict[str, Any]:
    """Return what a form begins with that supersedes a rule."""
    return {name: getattr(row, name) for name in RULE_FIELDS}
