"""The form of one's own profile."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import Language, Weekday
from learners.forms.birth_year import AsksWhetherSoYoung, YearField, that_young_field
from learners.forms.fields import NameField
from learners.forms.home import HomeFields
from learners.models import Learner


class ProfileForm(AsksWhetherSoYoung, HomeFields):
    full_name = NameField(
        max_length=120,
        label=_("Full name"),
        help_text=_("It stands on your certificates and on the list of a class you are in."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    birth_year = YearField(
        required=False,
        label=_("Birth year"),
        help_text=_(
            "For the rules that protect children, and to tell you apart from others of your name. "
            "No other learner sees it."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
    )
    is_that_young = that_young_field()
    language = forms.ChoiceField(
        choices=Language.choices,
        label=_("Language of letters"),
        help_text=_("Letters and text messages come in it. Pages have their own switch, at the top."),
        widget=forms.RadioSelect,
    )
    wants_reminders = forms.BooleanField(
        required=False,
        label=_("Remind me the evening before a class"),
        help_text=_("With the hour, the place and what to bring."),
    )
    wants_digest = forms.BooleanField(
        required=False,
        label=_("Send me a weekly letter when there is something to tell"),
        help_text=_("What you have learned, which classes come, where you can go on. No more than one a week."),
    )
    wants_suggestions = forms.BooleanField(
        required=False,
        label=_("Suggest courses to me, each with the reason"),
        help_text=_(
            "From what you like to learn, what you have completed, your pathways and your place. "
            "Nothing else is looked at."
        ),
    )
    digest_weekday = forms.TypedChoiceField(
        choices=Weekday.choices,
        coerce=int,
        label=_("Day of the weekly letter"),
        help_text=_("So that it comes when you have time to read it."),
    )
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour}:00") for hour in range(24)],
        coerce=int,
        label=_("Hour of the weekly letter"),
        help_text=_("By the clock of Viet Nam."),
    )
    field_order = [
        "full_name",
        "birth_year",
        "is_that_young",
        "province",
        "commune",
        "language",
        "wants_reminders",
        "wants_digest",
        "digest_weekday",
        "digest_hour",
        "wants_suggestions",
    ]

    def __init__(self, *arguments: Any, learner: Learner, **options: Any) -> None:
        super().__init__(*arguments, initial=self.initial_for(learner), **options)
        # Confirmed by staff, it stays what it is, whatever is sent.
        self.fields["birth_year"].disabled = learner.birth_year_confirmed_at is not None

    @classmethod
    def initial_for(cls, learner: Learner) -> dict[str, Any]:
        return {
            **{name: getattr(learner, name) for name in cls.base_fields if hasattr(learner, name)},
            **cls.said(learner.place),
        }
