"""A learner's wish, the place of a public board, and an organization's answer."""

from typing import Any, cast

from django import forms
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from courses.choices import WishAnswerKind, WishTime
from courses.models import CourseRun
from courses.queries import wish as queries
from courses.rules import WISH_LETTERS_MAX, WISH_REASON_LETTERS_MAX
from learners import formats
from learners.forms.fields import LineField, LinesOfTextField
from learners.forms.place import PlaceFields


class WishForm(PlaceFields):
    topic = LineField(
        label=_("What would you like to learn?"),
        max_length=WISH_LETTERS_MAX,
        help_text=_("In a few words, for example: growing mushrooms, using a smartphone."),
        error_messages={
            "required": _("Write in a few words what you would like to learn, for example: growing mushrooms."),
            "max_length": _("At most %(limit_value)d letters; this has %(show_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    times = forms.TypedMultipleChoiceField(
        label=_("When could you come?"),
        choices=WishTime.choices,
        coerce=WishTime,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("topic", "province", "commune", "times")

    def clean_topic(self) -> str:
        topic: str = self.cleaned_data["topic"]
        if not queries.folded(topic):
            raise forms.ValidationError(self.fields["topic"].error_messages["required"], code="required")
        return topic


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Your answer"),
        choices=WishAnswerKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three answers.")},
    )
    run = forms.ChoiceField(
        label=_("The class"),
        required=False,
        help_text=_("When a class is open: those who asked are told at once, each once."),
    )
    reason = LinesOfTextField(
        label=_("A sentence for those who asked"),
        required=False,
        max_length=WISH_REASON_LETTERS_MAX,
        help_text=_("What you plan and roughly when, or why it cannot be. Everybody who asked reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *arguments: Any, runs: list[CourseRun], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.runs = {str(run.pk): run for run in runs}
        cast(forms.ChoiceField, self.fields["run"]).choices = [
            ("", _("Choose")),
            *((key, _in_words(run)) for key, run in self.runs.items()),
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        kind = said.get("kind")
        if kind == WishAnswerKind.OPEN and not said.get("run") and "run" not in self.errors:
            self.add_error("run", _("Choose one of your classes that people can still enrol in."))
        if kind == WishAnswerKind.CANNOT and not said.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why in a sentence: people have waited for an answer."))
        return said

    @property
    def chosen_run(self) -> CourseRun | None:
        """The run chosen in a form that is valid."""
        return self.runs.get(self.cleaned_data.get("run", ""))


def _in_words(run: CourseRun) -> str:
    when = formats.day_plain(run.starts_on) if run.ends_on else str(capfirst(translation.gettext("any time")))
    return f"{run.version.title}, {when}"
