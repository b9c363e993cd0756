"""How one is greeted, when no letters come, how pages look; which languages one understands and when one is free."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import SLOTS, FormOfAddress, Lightness, ReadAloud, TeachingLanguage, TextSize, Theme
from learners.models import Learner

HOURS = [("", _("At any hour")), *((hour, f"{hour}:00") for hour in range(24))]


class PreferencesForm(forms.Form):
    form_of_address = forms.ChoiceField(
        required=False,
        choices=[("", _("Not chosen yet")), *FormOfAddress.choices],
        label=_("How I am greeted"),
        help_text=_("The first word of our letters and of your page, in Vietnamese. We never guess it from your age."),
        widget=forms.RadioSelect,
    )
    quiet_from = forms.TypedChoiceField(
        required=False,
        choices=HOURS,
        coerce=int,
        empty_value=None,
        label=_("No letters from"),
        help_text=_(
            "So that no telephone rings at night. What is due meanwhile comes afterwards; a sign-in code comes at once."
        ),
    )
    quiet_until = forms.TypedChoiceField(required=False, choices=HOURS, coerce=int, empty_value=None, label=_("until"))
    text_size = forms.ChoiceField(
        required=False,
        choices=TextSize.choices,
        label=_("Text size"),
        help_text=_("Here and on every device on which you sign in."),
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(
        required=False,
        choices=Theme.choices,
        label=_("Background"),
        help_text=_("Dark rests the eyes at night; light reads better in the sun."),
        widget=forms.RadioSelect,
    )
    aloud = forms.ChoiceField(
        required=False,
        choices=ReadAloud.choices,
        label=_("Reading pages aloud"),
        help_text=_("For tired eyes, or for slow readers. The voice is your device’s; nothing is sent anywhere."),
        widget=forms.RadioSelect,
    )
    lite = forms.ChoiceField(
        required=False,
        choices=Lightness.choices,
        label=_("Amount of data"),
        help_text=_("For a slow or costly connection."),
        widget=forms.RadioSelect,
    )

    @classmethod
    def initial_for(cls, learner: Learner) -> dict[str, Any]:
        return {name: getattr(learner, name) for name in cls.base_fields}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        hours = said.get("quiet_from"), said.get("quiet_until")
        if (hours[0] is None) is not (hours[1] is None) and not self.errors:
            self.add_error("quiet_until", _("Choose both hours, or neither."))
        elif hours[0] is not None and hours[0] == hours[1]:
            self.add_error("quiet_until", _("Choose another hour: these are no time at all."))
        return said


class StudyForm(forms.Form):
    """Which languages one understands, and the parts of the week one has free."""

    understands = forms.MultipleChoiceField(
        required=False,
        choices=TeachingLanguage.choices,
        label=_("Languages I understand"),
        help_text=_("To find what is taught in one of them. Nothing chosen: in any language."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    free_slots = forms.MultipleChoiceField(
        required=False,
        choices=[(slot, slot) for slot in SLOTS],
        label=_("When I am free"),
        help_text=_("To find classes that meet at no other time. Only you see it."),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
