"""A module or a unit of a draft, as its writers type it; checked in full, like the draft itself (decision 0305)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.actions import content
from courses.actions.outline import ModuleSaid, UnitSaid
from courses.choices import ModuleMode
from courses.models import Module, Unit
from courses.rules import HOURS_MAX, UNIT_MINUTES_MAX
from learners.forms.fields import LineField, LinesOfTextField, says_something

MINUTES_AN_HOUR = 60
TITLE_CHARACTERS_MAX, SUMMARY_CHARACTERS_MAX = 200, 400


def minutes_field(minutes_max: int, *, help_text: Any) -> forms.IntegerField:
    say = _("Write the minutes as a whole number, for example 90.")
    between = _("Between 1 and %(limit_value)s minutes.")
    return forms.IntegerField(
        label=_("Time"),
        help_text=help_text,
        min_value=1,
        max_value=minutes_max,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": say, "invalid": say, "min_value": between, "max_value": between},
    )


class ModuleForm(forms.Form):
    title_vi = LineField(
        label=_("Title of the module"),
        max_length=TITLE_CHARACTERS_MAX,
        error_messages={"required": _("Write the title of the module.")},
    )
    minutes = minutes_field(
        HOURS_MAX.count_max * MINUTES_AN_HOUR,
        help_text=_("Its share of the course's hours; 2 hours are 120 minutes."),
    )
    mode = forms.ChoiceField(
        label=_("How it is learned"),
        choices=ModuleMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is learned.")},
    )
    title_en = LineField(label=_("Title in English"), max_length=TITLE_CHARACTERS_MAX, required=False)

    @staticmethod
    def initial_from(module: Module | None) -> dict[str, Any]:
        """Return what a module says as the form shows it; of a new one what most have."""
        if module is None:
            return {"mode": ModuleMode.CLASS}
        return {name: getattr(module, name) for name in ("title_vi", "title_en", "minutes", "mode")}

    def said(self) -> ModuleSaid:
        return ModuleSaid(**self.cleaned_data | {"mode": ModuleMode(self.cleaned_data["mode"])})


class UnitForm(forms.Form):
    title_vi = LineField(
        label=_("Title of the unit"),
        max_length=TITLE_CHARACTERS_MAX,
        error_messages={"required": _("Write the title of the unit.")},
    )
    minutes = minutes_field(UNIT_MINUTES_MAX, help_text=_("How long reading it and its exercises take."))
    summary_vi = LinesOfTextField(
        label=_("Summary"),
        max_length=SUMMARY_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    markdown = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("An empty line begins a paragraph; # a heading, - a list, **bold** and [words](address) a link."),
        error_messages={"required": _("Write the text that learners read.")},
    )
    title_en = LineField(label=_("Title in English"), max_length=TITLE_CHARACTERS_MAX, required=False)
    summary_en = LinesOfTextField(
        label=_("Summary in English"),
        max_length=SUMMARY_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @staticmethod
    def initial_from(unit: Unit | None) -> dict[str, Any]:
        names = ("title_vi", "title_en", "summary_vi", "summary_en", "minutes", "markdown")
        return {name: getattr(unit, name) for name in names} if unit else {}

    def clean_markdown(self) -> str:
        text = str(self.cleaned_data["markdown"]).replace("\r\n", "\n")
        if not says_something(text):
            raise ValidationError(self.fields["markdown"].error_messages["required"], code="required")
        try:
            content.refuse_too_long(text)
        except content.UnableToSave as reason:
            raise ValidationError(str(reason), code="max_length") from None
        return text

    def said(self) -> UnitSaid:
        return UnitSaid(**self.cleaned_data)
