"""A proposal as a centre writes it: a course with its first run."""

from typing import Any

from courses.forms.catalog import CourseFields
from courses.forms.run import OF_SESSIONS, RUN_ORDER, RunFields
from courses.models import CourseRun, CourseVersion

# What somebody fills in who wants a run; the rest of the section has values from the start.
SIGNS_OF_A_RUN = (*OF_SESSIONS, "starts_on", "own_pace", "seats_max", "enrollment_closes_on")
COURSE_FIRST = (
    *("title_vi", "summary_vi", "outcomes_vi", "audience_vi", "requirements_vi"),
    *("field", "hours", "kind_of_credit", "level", "format"),
)


class ProposalForm(RunFields, CourseFields):
    """A course with its first run, which may be left for later."""

    # As the page shows them, so that the list of what to put right reads downwards.
    field_order = (*COURSE_FIRST, *RUN_ORDER)

    def full_clean(self) -> None:
        if self.is_bound:
            self.wants_run = any(self._has_sign(name) for name in SIGNS_OF_A_RUN)
            if not self.wants_run:
                for name in RunFields.base_fields:
                    self.fields[name].required = False
        super().full_clean()

    def _has_sign(self, name: str) -> bool:
        value = self[name].data
        return any(value) if isinstance(value, list) else bool(str(value or "").strip())


def initial(version: CourseVersion, run: CourseRun | None) -> dict[str, Any]:
    """Return what a proposal says now, as its form shows it."""
    return CourseFields.initial_from(version) | (RunFields.initial_from_run(run) if run else {})
