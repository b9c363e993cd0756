"""What a course says, as a centre writes it."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.actions.catalog import Content
from courses.choices import Accessibility, CompletedBy, Format, ResultAsked, TeachingLanguage
from courses.forms.amounts import MINUTES_AN_HOUR, HoursField, MoneyField
from courses.forms.filled import filled
from courses.forms.skills import SkillFields
from courses.models import CompletionRule, CourseVersion
from courses.queries import field as fields
from courses.rules import LEVEL_MAX, LEVEL_MIN, OUTCOMES_MAX
from credits.choices import KindOfCredit
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.forms.fields import LineField, LinesOfTextField, says_something, tidy

LINE_CHARACTERS_MAX = 200
CAPITALS_LETTERS_MIN = 6  # short names may well be capitals
AS_TYPED = ("title", "summary", "audience", "requirements")


class LinesField(forms.CharField):
    """One thing a line; lines without a letter or digit are dropped."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = tuple(line for line in map(tidy, super().clean(value).splitlines()) if says_something(line))
        if self.required and not lines:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(lines) > OUTCOMES_MAX.count_max:
            raise ValidationError(
                _("At most %(count)s lines. Choose the most important ones."), params={"count": OUTCOMES_MAX.count_max}
            )
        if any(len(line) > LINE_CHARACTERS_MAX for line in lines):
            raise ValidationError(
                _("One of the lines is too long: at most %(count)s characters."), params={"count": LINE_CHARACTERS_MAX}
            )
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class CourseFields(SkillFields):
    """The course itself; its run, if any, comes from ``RunFields``."""

    title_vi = LineField(
        label=_("Title of the course"),
        max_length=200,
        help_text=_("Write it as you would say it to a learner. Not too general, such as “Skills class”."),
        error_messages={"required": _("Write the title of the course.")},
    )
    summary_vi = LinesOfTextField(
        label=_("Summary"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences. It stands under the title."),
        error_messages={"required": _("Say in one or two sentences what the course is about.")},
    )
    outcomes_vi = LinesField(
        label=_("When they finish, what can learners do?"),
        help_text=_("Two to four things, one on each line. Learners read this part most."),
        error_messages={"required": _("Write at least one thing learners will be able to do.")},
    )
    audience_vi = LineField(label=_("For whom"), max_length=300, required=False)
    requirements_vi = LinesOfTextField(
        label=_("What to bring or know beforehand"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    format = forms.ChoiceField(
        label=_("How it is taught"),
        choices=[
            (Format.IN_PERSON, Format.IN_PERSON.label),
            (Format.BLENDED, Format.BLENDED.label),
            (Format.ONLINE, Format.ONLINE.label),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is taught.")},
    )
    field = forms.ChoiceField(
        label=_("Field"),
        help_text=_("What the course is about. Learners filter by it."),
        error_messages={"required": _("Choose a field.")},
    )
    kind_of_credit = forms.ChoiceField(
        label=_("Kind of credit"),
        choices=KindOfCredit.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of credit.")},
    )
    hours = HoursField(
        label=_("Hours of study in all"),
        help_text=_("In class and guided work at home together. 50 hours are 1 credit, so 10 hours are 0.20 credits."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Write how many hours the course takes, for example 10.")},
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("Open to all")),
            *((str(level), filled(_("Level %(number)s"), number=level)) for level in range(LEVEL_MIN, LEVEL_MAX + 1)),
        ],
        help_text=_("Only when the course is aimed at a level of the national qualifications framework."),
    )
    completed_by = forms.ChoiceField(
        label=_("When do learners complete it?"),
        choices=CompletedBy.choices,
        widget=forms.RadioSelect,
        help_text=_("A course on the web that everybody reads when it suits them is completed by reading every unit."),
        error_messages={"required": _("Choose when learners complete it.")},
    )
    attendance_percent_min = forms.IntegerField(
        label=_("Class sessions a learner must attend to complete"),
        help_text=_("Only where coming to class counts."),
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Write a percentage, for example 75."),
            "invalid": _("Write a percentage, for example 75."),
            "min_value": _("Between 1 and 100 percent."),
            "max_value": _("Between 1 and 100 percent."),
        },
    )
    result = forms.ChoiceField(
        label=_("Is there a result besides?"),
        choices=ResultAsked.choices,
        initial=ResultAsked.NONE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Of a test, a piece of work, something shown. Whoever teaches enters it for each learner."),
    )
    mark_min = forms.IntegerField(
        label=_("Points needed to complete"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Between 1 and 100 points.")),
    )
    word_suffices = forms.BooleanField(
        label=_("Whoever teaches may complete somebody who has missed class sessions, with a reason"),
        required=False,
        help_text=_("The reason is shown to the learner and to the curators, who are told where it happens often."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Taught in"),
        choices=TeachingLanguage.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    cost_vnd = MoneyField(
        label=_("Cost"),
        required=False,
        help_text=_("Leave it empty if the course is free."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    accessibility = forms.MultipleChoiceField(
        label=_("What the class offers"),
        required=False,
        choices=Accessibility.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    title_en = LineField(label=_("Title in English"), max_length=200, required=False)
    summary_en = LinesOfTextField(
        label=_("Summary in English"), max_length=400, required=False, widget=forms.Textarea({"rows": 3})
    )
    outcomes_en = LinesField(label=_("Outcomes in English"), required=False, help_text=_("One on each line."))
    audience_en = LineField(label=_("For whom, in English"), max_length=300, required=False)
    requirements_en = LinesOfTextField(
        label=_("What to bring or know, in English"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *arguments: Any, base: CourseVersion | None = None, **options: Any) -> None:
        super().__init__(*arguments, base=base, **options)
        self.base = base
        shown = fields.shown_by_broad()
        if base is not None and all(base.field_id != code for _broad, group in shown for code, _name in group):
            shown.append((base.field.name, [(base.field_id, base.field.name)]))
        cast(forms.ChoiceField, self.fields["field"]).choices = [("", _("Choose")), *shown]
        self.is_elsewhere = base is not None and base.is_elsewhere
        if self.is_elsewhere:  # nobody completes here what is taught elsewhere
            for name in ("hours", "outcomes_vi", "summary_vi", "completed_by", "attendance_percent_min"):
                self.fields[name].required = False

    @staticmethod
    def initial_from(version: CourseVersion) -> dict[str, Any]:
        """Return a version's content as the form shows it."""
        hours = Decimal(version.notional_minutes) / MINUTES_AN_HOUR
        rule = getattr(version, "completion_rule", None)  # what is taught elsewhere has none
        cost = version.cost_vnd if version.is_elsewhere else version.cost_vnd or None
        initial: dict[str, Any] = {
            name: getattr(version, name)
            for name in (
                "format",
                "kind_of_credit",
                "level",
                "languages",
                "accessibility",
                "outcomes_vi",
                "outcomes_en",
            )
        }
        initial |= {f"{name}_{lang}": getattr(version, f"{name}_{lang}") for name in AS_TYPED for lang in ("vi", "en")}
        return initial | {
            "field": version.field_id,
            "hours": f"{hours.normalize():f}" if hours else "",
            "cost_vnd": "" if cost is None else str(cost),
            "completed_by": completed_by(version),
            "attendance_percent_min": rule.attendance_percent_min if rule else None,
            "result": _result_asked(rule),
            "mark_min": rule.mark_min if rule else None,
            "word_suffices": rule is not None and rule.word_suffices,
        }

    def clean_title_vi(self) -> str:
        title = str(self.cleaned_data["title_vi"])
        if title.isupper() and len(title) >= CAPITALS_LETTERS_MIN:
            raise ValidationError(
                _("All capitals are hard to read. Do you change it to “%(title)s”?"),
                params={"title": title.capitalize()},
            )
        return title

    def clean(self) -> dict[str, Any]:
        """A share of class sessions is asked for, and read, only where coming to class counts."""
        said = super().clean() or self.cleaned_data
        if said.get("completed_by") == CompletedBy.UNITS or self.is_elsewhere:
            self.errors.pop("attendance_percent_min", None)
            said["attendance_percent_min"] = None
            said["word_suffices"] = False
        if said.get("result") != ResultAsked.POINTS:
            self.errors.pop("mark_min", None)
            said["mark_min"] = None
        elif not said.get("mark_min") and "mark_min" not in self.errors:
            self.add_error("mark_min", ValidationError(_("Write how many points are needed, for example 50.")))
        return said

    @property
    def credit_hundredths(self) -> int | None:
        """The credit that follows from the hours typed or given; None while they are no hours."""
        field = self.fields["hours"]
        try:
            return field.clean(self["hours"].value() or "") // MINUTES_PER_HUNDREDTH
        except ValidationError:
            return None

    def content(self) -> Content:
        """Return what a valid form says; what it does not ask stays as the base has it."""
        said, base = self.cleaned_data, self.base
        return Content(
            **{f"{name}_{lang}": said[f"{name}_{lang}"] for name in (*AS_TYPED, "outcomes") for lang in ("vi", "en")},
            format=Format(said["format"]),
            kind_of_credit=KindOfCredit(said["kind_of_credit"]),
            field_id=said["field"],
            notional_minutes=said["hours"],
            level=said["level"],
            languages=tuple(said["languages"]),
            cost_vnd=None if self.is_elsewhere and not self["cost_vnd"].data else said["cost_vnd"],
            accessibility=tuple(said["accessibility"]),
            tags=tuple(base.tags) if base else (),
            licence=base.licence if base else "",
            external_url=base.external_url if base else "",
            skills=self.skills(),
            attendance_percent_min=said["attendance_percent_min"],
            all_units=said["completed_by"] in (CompletedBy.UNITS, CompletedBy.BOTH),
            asks_result=said["result"] in (ResultAsked.PASSED, ResultAsked.POINTS),
            mark_min=said["mark_min"],
            word_suffices=said["word_suffices"],
        )


def completed_by(version: CourseVersion) -> str:
    """Return what the rule of a version asks, as the form has it; nothing of what is taught elsewhere."""
    rule = getattr(version, "completion_rule", None)
    if rule is None:
        return ""
    if rule.attendance_percent_min is None:
        return CompletedBy.UNITS
    return CompletedBy.BOTH if rule.all_units else CompletedBy.CLASSES


def _result_asked(rule: CompletionRule | None) -> str:
    if rule is None or not rule.asks_result:
        return ResultAsked.NONE
    return ResultAsked.PASSED if rule.mark_min is None else ResultAsked.POINTS


class CourseForm(CourseFields):
    """The course alone: a new version of one that is published."""
