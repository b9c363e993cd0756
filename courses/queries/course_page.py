"""A course as its page shows it to everybody: two queries, however much it holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef
from django.utils import timezone

from courses.models import ClassSession, CourseRun, CourseVersion, Module, RunInstructor, Skill, TaughtSkill
from courses.queries import catalog, terms
from courses.queries.gathered import as_rows, gathered
from courses.queries.terms import TermsShown
from courses.queries.waiting_shown import with_waiting
from courses.rules import MINUTES_STEP
from learners.choices import AgeKind
from learners.queries import age

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleShown:
    module: Module
    units_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseShown:
    """A published version with all that belongs to it."""

    version: CourseVersion
    modules: Sequence[ModuleShown]
    skills: Sequence[tuple[Skill, int | None]]  # with the number of the outcome each belongs to
    facets: Sequence[str]  # its tokens in the catalogue
    communes: Sequence[str]  # where it is taught, by code

    @property
    def outcomes(self) -> list[tuple[str, list[Skill]]]:
        """What one will be able to do, each with the skills that belong to it."""
        return [
            (outcome, [skill for skill, line in self.skills if line == number])
            for number, outcome in enumerate(self.version.outcomes, start=1)
        ]

    @property
    def other_skills(self) -> list[Skill]:
        """The skills of the course as a whole, and those of an outcome this language does not tell apart."""
        return [skill for skill, line in self.skills if line is None or line > len(self.version.outcomes)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunShown:
    """A run one may enrol in now or later, with ``seats_left`` and ``waiting``."""

    run: CourseRun
    is_open: bool
    sessions: Sequence[ClassSession]
    instructors: Sequence[str]  # names
    terms: TermsShown | None

    @property
    def minutes_a_week(self) -> int:
        """How long one is in class in a week of the run, on average; 0 where it all happens within one."""
        if not self.sessions:
            return 0
        first, last = self.sessions[0].starts_at, self.sessions[-1].starts_at
        weeks = (last - first).days // DAYS_A_WEEK + 1
        minutes = sum(int((each.ends_at - each.starts_at).total_seconds() // 60) for each in self.sessions)
        return minutes // weeks // MINUTES_STEP * MINUTES_STEP if weeks > 1 else 0


def get_course(course_id: int) -> CourseShown | None:
    """Return the published version of a course with all that its page says, or None; one query."""
    modules = Module.objects.filter(version=OuterRef("pk")).annotate(units_count=Count("units")).order_by("position")
    taught = TaughtSkill.objects.filter(version=OuterRef("pk")).order_by("position")
    version = (
        catalog.published()
        .select_related("completion_rule", "course__quality")
        .annotate(
            modules_shown=gathered(modules, "title_vi", "title_en", "minutes", "mode", "units_count"),
            skills_shown=gathered(taught, "outcome", code="skill", name_vi="skill__name_vi", name_en="skill__name_en"),
            facets=F("catalog_entry__facets"),
            communes=F("catalog_entry__communes"),
        )
        .filter(course=course_id)
        .first()
    )
    if version is None:
        return None
    counts = [each.pop("units_count") for each in version.modules_shown]
    outcomes = [each.pop("outcome") for each in version.skills_shown]
    return CourseShown(
        version=version,
        modules=[
            ModuleShown(module=module, units_count=count)
            for module, count in zip(as_rows(Module, version.modules_shown), counts, strict=True)
        ],
        skills=list(zip(as_rows(Skill, version.skills_shown), outcomes, strict=True)),
        facets=version.facets or [],
        communes=version.communes or [],
    )


def get_runs(*, course_id: int, now: datetime) -> list[RunShown]:
    """
    Return the course's open runs with their class sessions and who teaches, soonest first; one query.

    Somebody who is not of age teaches without being named: the page is everybody's.
    """
    sessions = ClassSession.objects.filter(run=OuterRef("pk"), cancelled_at__isnull=True).order_by("starts_at")
    under_age = age.under(AgeKind.OF_AGE, on=timezone.localdate(now), of="learner__birth_year")
    teaching = RunInstructor.objects.filter(run=OuterRef("pk")).exclude(under_age)
    teaching = teaching.order_by("learner__full_name", "pk")
    opened = catalog.open_runs(course_ids=[course_id], now=now).select_related("terms")
    asked = terms.asked_first(OuterRef("terms"))
    runs = with_waiting(opened).annotate(
        asked_first=gathered(asked, "course_id", "word_suffices", "title_vi", "title_en"),
        sessions_shown=gathered(sessions, "position", "starts_at", "ends_at"),
        names=gathered(teaching, name="learner__full_name"),
    )
    return [
        RunShown(
            run=run,
            is_open=run.is_open(now=now),
            sessions=as_rows(ClassSession, run.sessions_shown),
            instructors=[each["name"] for each in run.names],
            terms=terms.as_shown(run.terms, run.asked_first) if terms.terms_of(run) else None,
        )
        for run in runs
    ]
