"""For whom a class is, as its organization writes it; and what a learner says of themself before they enrol."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.forms.filled import filled
from courses.models import Course, CourseRun, CourseVersion
from courses.queries import terms as queries
from courses.rules import (
    AGE_LIMIT_MAX,
    APPROVAL_DAYS_MAX,
    APPROVAL_DAYS_USUAL,
    LEARNED_ELSEWHERE_LETTERS_MAX,
    PREREQUISITES_MAX,
)
from learners.choices import ConsentWay
from learners.forms.birth_year import AsksWhetherSoYoung, YearField, that_young_field
from learners.forms.fields import LineField

COURSES_LISTED_MAX = 200  # of an organization that has thousands, those first by title and those chosen already


DAYS = filled(gettext_lazy("Write a number of days, from 1 to %(most)s."), most=APPROVAL_DAYS_MAX)


def _age_field(label: Any) -> forms.IntegerField:
    of_people = filled(gettext_lazy("Write an age in years, from 1 to %(most)s."), most=AGE_LIMIT_MAX)
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=AGE_LIMIT_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": of_people, "min_value": of_people, "max_value": of_people},
    )


class TermsForm(forms.Form):
    age_min = _age_field(gettext_lazy("Youngest age"))
    age_max = _age_field(gettext_lazy("Oldest age"))
    approves = forms.BooleanField(label=gettext_lazy("We decide about each who asks for a place"), required=False)
    approval_days = forms.IntegerField(
        label=gettext_lazy("Days until they have an answer"),
        required=False,
        min_value=1,
        max_value=APPROVAL_DAYS_MAX,
        initial=APPROVAL_DAYS_USUAL,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "What is not answered by then goes to all managers, and after two days to the curators."
        ),
        error_messages={"invalid": DAYS, "min_value": DAYS, "max_value": DAYS},
    )
    two_decide = forms.BooleanField(label=gettext_lazy("Two people say yes: the second is a manager"), required=False)
    word_suffices = forms.BooleanField(
        label=gettext_lazy("Whoever has learned it elsewhere may say so in a line instead"), required=False
    )

    def __init__(self, *arguments: Any, run: CourseRun, **options: Any) -> None:
        terms = queries.terms_of(run)
        asked = list(terms.prerequisites.order_by("pk")) if terms else []
        initial: dict[str, Any] = {f"first_{number}": each.course_id for number, each in enumerate(asked, start=1)}
        initial["word_suffices"] = any(each.word_suffices for each in asked)
        if terms:
            initial |= {
                "age_min": terms.age_min,
                "age_max": terms.age_max,
                "approves": terms.approval_days is not None,
                "approval_days": terms.approval_days or APPROVAL_DAYS_USUAL,
                "two_decide": terms.approval_steps > 1,
            }
        options["initial"] = initial
        super().__init__(*arguments, **options)
        versions = queries.may_build_on(run.version.course.provider, apart_from=run.version.course_id)
        listed = {version.course_id: version for version in versions[:COURSES_LISTED_MAX]}
        listed |= {each.course_id: each for each in versions.filter(course__in=[each.course_id for each in asked])}
        self.versions: dict[int, CourseVersion] = listed
        choices = [("", _("No other course")), *((key, version.title) for key, version in listed.items())]
        for number in range(1, PREREQUISITES_MAX.count_max + 1):
            self.fields[f"first_{number}"] = forms.TypedChoiceField(
                label=_("Completed first (%(number)s)") % {"number": number},
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
            )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("first_")]

    def clean(self) -> dict[str, Any]:
        said = cast(dict[str, Any], super().clean())
        least, most = said.get("age_min"), said.get("age_max")
        if least is not None and most is not None and least > most:
            self.add_error("age_max", ValidationError(_("The oldest age is below the youngest.")))
        if said.get("approves") and not said.get("approval_days") and "approval_days" not in self.errors:
            self.add_error("approval_days", ValidationError(DAYS, code="required"))
        said["first"] = self._first(said)
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What was written, as the action takes it."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("age_min", "age_max", "first", "word_suffices")},
            "approval_days": data["approval_days"] if data["approves"] else None,
            "approval_steps": 2 if data["approves"] and data["two_decide"] else 1,
        }

    def _first(self, said: dict[str, Any]) -> list[Course]:
        chosen = dict.fromkeys(value for name, value in said.items() if name.startswith("first_") and value)
        return [self.versions[key].course for key in chosen]


class AboutForm(AsksWhetherSoYoung):
    """What is needed of a learner for one class, and nothing else."""

    def __init__(self, *arguments: Any, needed: queries.Needed, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if needed.year:
            self.fields["birth_year"] = YearField(
                label=_("Year of birth"),
                help_text=_("The class is for people of an age. It is kept on your profile; no other learner sees it."),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
                error_messages={"required": _("Write the year in four digits, for example 1958.")},
            )
            self.fields["is_that_young"] = that_young_field()
        for asked in needed.words:
            self.fields[f"word_{asked.course_id}"] = LineField(
                label=_("Where have you learned “%(course)s”?") % {"course": asked.title},
                help_text=_("The class builds on it. A line is enough, for example “at work, five years”."),
                max_length=LEARNED_ELSEWHERE_LETTERS_MAX,
                error_messages={"required": _("Write in a line where you have learned it.")},
            )

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields of the page: whether one is really so young is asked once it is in question."""
        return [self[name] for name in self.fields if name != "is_that_young" or self.asks_whether_so_young]

    @property
    def said(self) -> dict[str, Any]:
        """What was written, as ``actions.terms.tell`` takes it."""
        data = self.cleaned_data
        words = {int(name.removeprefix("word_")): said for name, said in data.items() if name.startswith("word_")}
        is_that_young = bool(data.get("is_that_young"))
        return {"birth_year": data.get("birth_year"), "is_that_young": is_that_young, "words": words}


class AgreedForm(forms.Form):
    """How somebody in front of staff agreed to a step."""

    agreed_by = forms.ChoiceField(
        choices=ConsentWay.choices,
        label=gettext_lazy("How they agreed"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how the person agreed.")},
    )

    @property
    def way(self) -> ConsentWay:
        return ConsentWay(self.cleaned_data["agreed_by"])
