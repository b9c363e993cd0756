"""Results as they are entered: one field for each learner, and why where one is corrected."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.actions.result import Said
from courses.queries.result import Line
from courses.rules import RESULT_REASON_LETTERS_MAX, WORD_LETTERS_MAX, WORD_LETTERS_MIN
from learners.forms.fields import LineField, LinesOfTextField

PASSED, FAILED = "passed", "failed"
POINTS = _("Write points from 0 to 100, without decimals.")


class ResultsForm(forms.Form):
    reason = LineField(
        label=_("Why is a result corrected?"),
        max_length=RESULT_REASON_LETTERS_MAX,
        required=False,
        help_text=_("Only where one on record changes. The learner reads it."),
    )

    def __init__(self, *arguments: Any, lines: Sequence[Line], in_points: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lines, self.in_points = lines, in_points
        for line in lines:
            make = self._points if in_points else self._passed
            self.fields[self._name(line)] = make(line)
        self.order_fields([*(self._name(line) for line in lines), "reason"])

    @staticmethod
    def _name(line: Line) -> str:
        return f"result_{line.enrollment.pk}"

    @staticmethod
    def _points(line: Line) -> forms.Field:
        return forms.IntegerField(
            label=line.enrollment.learner.full_name,
            required=False,
            min_value=0,
            max_value=100,
            initial=line.on_record,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), POINTS),
        )

    @staticmethod
    def _passed(line: Line) -> forms.Field:
        return forms.ChoiceField(
            label=line.enrollment.learner.full_name,
            required=False,
            choices=[("", _("Not entered")), (PASSED, _("Passed")), (FAILED, _("Not passed"))],
            initial=line.on_record,
        )

    @property
    def rows(self) -> Iterator[tuple[Line, forms.BoundField]]:
        for line in self.lines:
            yield line, self[self._name(line)]

    @property
    def shown(self) -> str:
        """Which result each row is shown with, for the page to bring back in one field."""
        return " ".join(f"{line.enrollment.pk}:{line.entry_id}" for line in self.lines)

    @property
    def results(self) -> dict[int, Said]:
        """What a valid form says; a field that is left empty says nothing."""
        said = {}
        for line in self.lines:
            value = self.cleaned_data[self._name(line)]
            if value not in (None, ""):
                said[line.enrollment.pk] = Said(mark=value) if self.in_points else Said(has_passed=value == PASSED)
        return said


class WordForm(forms.Form):
    reason = LinesOfTextField(
        label=_("Why have they learned it all the same?"),
        max_length=WORD_LETTERS_MAX,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What they showed you, and when. The learner and the curators read it."),
        error_messages={"required": _("Write the reason.")},
    )

    def clean_reason(self) -> str:
        said: str = self.cleaned_data["reason"]
        if len(" ".join(said.split())) < WORD_LETTERS_MIN:
            raise forms.ValidationError(
                _("Write the reason in at least %(count)s letters: the learner and the curators read it."),
                params={"count": WORD_LETTERS_MIN},
            )
        return said


class EndWordForm(forms.Form):
    reason = LineField(
        label=_("Why is it taken back?"),
        max_length=RESULT_REASON_LETTERS_MAX,
        error_messages={"required": _("Say briefly why it is taken back. The learner reads it.")},
    )
