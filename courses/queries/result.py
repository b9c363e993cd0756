"""What is on record of results and words: of a whole run to enter, of one person to read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import QuerySet

from courses.models import CompletionWord, CourseRun, Enrollment, ResultEntry
from courses.queries import completion
from courses.queries.attendance import LEARNERS_PER_PAGE, in_order, page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One learner of a run with what counts."""

    enrollment: Enrollment
    progress: completion.Progress
    entry_id: int  # of the result that counts; 0: none

    @property
    def on_record(self) -> str:
        """What counts, as the form has it; empty while nothing is."""
        if self.progress.mark is not None:
            return str(self.progress.mark)
        if self.progress.has_passed is None:
            return ""
        return "passed" if self.progress.has_passed else "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page of the learners of a run with what counts."""

    lines: list[Line]
    page: Page[int]


def sheet(run: CourseRun, *, page_number: str | int = 1) -> Sheet:
    """Return a page of who holds a seat in a run, by given name; four queries."""
    page = page_of(run, page_number)
    return Sheet(lines=_lines(in_order(page)), page=page)


def lines_of(run: CourseRun, enrollment_ids: Collection[int]) -> list[Line]:
    """Return those of a page that was shown before who hold a seat still, in its order; three queries."""
    found = run.enrollments.holding_seat().select_related("learner").in_bulk(list(enrollment_ids)[:LEARNERS_PER_PAGE])
    return _lines([found[key] for key in enrollment_ids if key in found])


def _lines(enrollments: Sequence[Enrollment]) -> list[Line]:
    progress = completion.progress(enrollments)
    counting = ResultEntry.objects.filter(superseded_at=None, enrollment__in=[each.pk for each in enrollments])
    entries = dict(counting.values_list("enrollment", "pk"))
    return [Line(enrollment=each, progress=progress[each.pk], entry_id=entries.get(each.pk, 0)) for each in enrollments]


def words_in(run: CourseRun) -> QuerySet[CompletionWord]:
    """Return the words that stand in a run, the oldest first, with of whom and by whom."""
    standing = CompletionWord.objects.filter(enrollment__run=run, ended_at=None)
    return standing.select_related("enrollment__learner", "given_by").order_by("given_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRecord:
    """All entries about one enrolment, the newest first."""

    results: Sequence[ResultEntry]
    words: Sequence[CompletionWord]

    def __bool__(self) -> bool:
        return bool(self.results or self.words)

    @property
    def word(self) -> CompletionWord | None:
        return next((word for word in self.words if word.ended_at is None), None)


def of_enrollment(enrollment: Enrollment) -> OnRecord:
    """Return it; two queries."""
    results = ResultEntry.objects.filter(enrollment=enrollment).select_related("recorded_by")
    words = CompletionWord.objects.filter(enrollment=enrollment).select_related("given_by", "ended_by")
    return OnRecord(
        results=list(results.order_by("-recorded_at", "-pk")), words=list(words.order_by("-given_at", "-pk"))
    )
