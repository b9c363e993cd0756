"""The skills a course teaches, each chosen from the list with the outcome it belongs to."""

from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from courses.actions.catalog import SkillSaid
from courses.forms.filled import filled
from courses.models import CourseVersion
from courses.queries import skill as skills
from courses.rules import OUTCOMES_MAX, SKILLS_MAX

NUMBERS = range(1, SKILLS_MAX.count_max + 1)
LINES = [
    ("", _("The course as a whole")),
    *((str(line), filled(_("Line %(number)s"), number=line)) for line in range(1, OUTCOMES_MAX.count_max + 1)),
]


class SkillFields(forms.Form):
    """For a form that has ``format`` and ``outcomes_vi``: pairs of a skill and a line of outcomes."""

    def __init__(self, *arguments: Any, base: CourseVersion | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        taught = list(base.taught_skills.select_related("skill")) if base is not None else []
        offered = skills.offered_by_group()
        known = {code for _group, choices in offered for code, _name in choices}
        choices: list[Any] = [("", _("Choose"))]
        choices += [(each.skill_id, each.skill.name) for each in taught if each.skill_id not in known]
        choices += offered
        for number in NUMBERS:
            now = taught[number - 1] if number <= len(taught) else None
            self.fields[f"skill_{number}"] = forms.ChoiceField(
                label=_("Skill %(number)s") % {"number": number},
                required=False,
                choices=choices,
                initial=now.skill_id if now else "",
                error_messages={"invalid_choice": _("Choose a skill from the list.")},
            )
            self.fields[f"skill_{number}_line"] = forms.TypedChoiceField(
                label=_("Learned with"),
                required=False,
                coerce=int,
                empty_value=None,
                choices=LINES,
                initial=now.outcome if now else None,
                error_messages={"invalid_choice": _("Choose one of the lines.")},
            )
        # As the page shows them, so that the list of what to put right reads downwards.
        names = list(self.fields)
        ours = [name for number in NUMBERS for name in (f"skill_{number}", f"skill_{number}_line")]
        after = names.index("format") + 1
        self.order_fields([*names[:after], *ours, *names[after:]])

    @property
    def skill_rows(self) -> list[tuple[BoundField, BoundField]]:
        """The pairs as the page shows them."""
        return [(self[f"skill_{number}"], self[f"skill_{number}_line"]) for number in NUMBERS]

    @property
    def says_skills(self) -> bool:
        return any(skill.value() or skill.errors for skill, _line in self.skill_rows)

    def clean(self) -> dict[str, Any]:
        said = cast(dict[str, Any], super().clean() or self.cleaned_data)
        lines = len(said.get("outcomes_vi") or ())
        seen: set[str] = set()
        for number in NUMBERS:
            code, line = said.get(f"skill_{number}"), said.get(f"skill_{number}_line")
            if code and code in seen:
                self.add_error(f"skill_{number}", _("This skill is chosen twice."))
            if code and line and "outcomes_vi" in said and line > lines:
                self.add_error(
                    f"skill_{number}_line", _("There is no line %(number)s of what learners can do.") % {"number": line}
                )
            seen.add(code or "")
        return said

    def skills(self) -> tuple[SkillSaid, ...]:
        """Return what a valid form says."""
        said = [(self.cleaned_data[f"skill_{number}"], self.cleaned_data[f"skill_{number}_line"]) for number in NUMBERS]
        return tuple(SkillSaid(code=code, outcome=line) for code, line in said if code)
