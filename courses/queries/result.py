"""What is on record of results and words: of a whole run to enter, of one person to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.models import CompletionWord, CourseRun, Enrollment, ResultEntry
from courses.queries import completion

PEOPLE_MAX = 500  # on one page; results are few, and one looks for a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One learner of a run with what counts."""

    enrollment: Enrollment
    progress: completion.Progress

    @property
    def on_record(self) -> str:
        """What counts, as the form has it; empty while nothing is."""
        if self.progress.mark is not None:
            return str(self.progress.mark)
        if self.progress.has_passed is None:
            return ""
        return "passed" if self.progress.has_passed else "failed"


def lines(run: CourseRun) -> list[Line]:
    """Return who holds a seat in a run, by name; two queries."""
    enrollments = list(
        run.enrollments.holding_seat().select_related("learner").order_by("learner__full_name", "pk")[:PEOPLE_MAX]
    )
    progress = completion.progress(enrollments)
    return [Line(enrollment=each, progress=progress[each.pk]) for each in enrollments]


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
