"""What a run asks of those who would take part, and what of it a learner does not meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from courses.choices import EnrollmentState
from courses.models import CourseRun, CourseVersion, Enrollment, EnrollmentTerms, LearnedElsewhere, Prerequisite
from courses.models.catalog import in_reading_language
from courses.queries.catalog import OFFERED, published
from credits.permissions import accounts_of
from learners.models import Learner, Organization


def terms_of(run: CourseRun) -> EnrollmentTerms | None:
    """Return the terms of a run; no query where they were read with it."""
    return getattr(run, "terms", None)


def asked_first(terms: int | OuterRef) -> QuerySet[Any]:
    """Return the courses that terms ask for, with ``title_vi`` and ``title_en``; ``terms`` may be of an outer query."""
    return Prerequisite.objects.filter(terms=terms).annotate(**_titles()).order_by("pk")


def _titles() -> dict[str, Subquery]:
    """Return the SQL of the titles of ``course``: those of its newest version that is or was on offer."""
    newest = CourseVersion.objects.filter(course=OuterRef("course"), state__in=OFFERED).order_by("-number")[:1]
    return {name: Subquery(newest.values(name)) for name in ("title_vi", "title_en")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A course that is completed first."""

    course_id: int
    title: str
    word_suffices: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsShown:
    """The terms of a run as everybody reads them."""

    age_min: int | None
    age_max: int | None
    approval_days: int | None  # within which the organization answers; None: one enrols by oneself
    first: Sequence[Asked]

    def __bool__(self) -> bool:
        return bool(self.age_min or self.age_max or self.first or self.approval_days)


def shown(run: CourseRun) -> TermsShown | None:
    """Return the terms of a run, None where it has none; one query, none without."""
    if (terms := terms_of(run)) is None:
        return None
    return as_shown(terms, list(asked_first(terms.pk).values("course_id", "word_suffices", "title_vi", "title_en")))


def as_shown(terms: EnrollmentTerms, rows: Sequence[dict[str, Any]]) -> TermsShown:
    first = [
        Asked(
            course_id=row["course_id"],
            title=in_reading_language(row["title_vi"] or "", row["title_en"] or ""),
            word_suffices=row["word_suffices"],
        )
        for row in rows
    ]
    return TermsShown(age_min=terms.age_min, age_max=terms.age_max, approval_days=terms.approval_days, first=first)


def lacks(learner: Learner, terms: EnrollmentTerms) -> list[Asked]:
    """Return the courses asked for that the learner has neither completed nor said a word about; three queries."""
    completed = Enrollment.objects.filter(learner__in=accounts_of(learner), state=EnrollmentState.COMPLETED)
    said = LearnedElsewhere.objects.filter(learner=learner, run=terms.run_id)
    missing = asked_first(terms.pk).exclude(course__in=completed.values("run__version__course"))
    missing = missing.exclude(word_suffices=True, course__in=said.values("course"))
    shown = as_shown(terms, list(missing.values("course_id", "word_suffices", "title_vi", "title_en")))
    return list(shown.first)


def is_of_age(terms: EnrollmentTerms, birth_year: int, *, on: date) -> bool:
    """
    Return whether somebody born in that year may be of the age asked for on a day.

    Of a person the year alone is known: who turns of age in that year may come, before their birthday too.
    """
    oldest = on.year - birth_year
    is_old_enough = terms.age_min is None or oldest >= terms.age_min
    return is_old_enough and (terms.age_max is None or oldest - 1 <= terms.age_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a learner says before they enrol."""

    year: bool  # of birth
    words: Sequence[Asked]  # courses they have not completed here, for which a word suffices


def needed(learner: Learner, run: CourseRun) -> Needed:
    """Return what a learner still has to say for a run; three queries at most, none without terms."""
    if (terms := terms_of(run)) is None:
        return Needed(year=False, words=())
    asks_age = terms.age_min is not None or terms.age_max is not None
    return Needed(
        year=asks_age and learner.birth_year is None,
        words=[asked for asked in lacks(learner, terms) if asked.word_suffices],
    )


def words_of(run: CourseRun, learner_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return what these learners said they have learned elsewhere: of which course, and where; one query or none."""
    said: dict[int, list[tuple[str, str]]] = {}
    if terms_of(run) is None:
        return said
    said_here: QuerySet[Any] = LearnedElsewhere.objects.filter(run=run, learner__in=learner_ids)
    words = said_here.annotate(**_titles()).order_by("pk")
    for word in words.values("learner_id", "title_vi", "title_en", "words"):
        title = in_reading_language(word["title_vi"] or "", word["title_en"] or "")
        said.setdefault(word["learner_id"], []).append((title, word["words"]))
    return said


def may_build_on(provider: Organization, *, apart_from: int) -> QuerySet[CourseVersion]:
    """Return the published versions of the organization's courses a class may build on."""
    return published().filter(course__provider=provider).exclude(course=apart_from).order_by("title_vi", "pk")
