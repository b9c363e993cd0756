"""The parts of the week: which a run meets in, whether that fits what one has free, and what it clashes with."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.postgres.aggregates import BitOr
from django.db import connection
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery

from courses.choices import DayPart, EnrollmentState
from courses.models import ClassSession, CourseRun
from courses.models.catalog import in_reading_language
from learners.choices import DAYS, SLOTS
from learners.models import Learner


def said(values: Collection[str]) -> tuple[str, ...]:
    """Return the parts of the week that words speak of: days, parts of the day, or both together."""
    days = {day for value in values for day in (("sat", "sun") if value == "weekend" else (value,)) if day in DAYS}
    parts = {value for value in values if value in DayPart.values}
    if not days and not parts:
        return ()
    return tuple(f"{day}-{part}" for day in DAYS for part in DayPart.values
                 if day in (days or DAYS) and part in (parts or DayPart.values))  # fmt: skip


def mask(slots: Iterable[str]) -> int:
    """Return the bits of these parts of the week, as ``courses_session_slots`` makes them."""
    return sum(1 << SLOTS.index(slot) for slot in set(slots))


def fits(slots_of_run: int, *, free: int) -> bool:
    """Return whether a run meets only when one is free; one without meetings always does."""
    return not slots_of_run & ~free


def with_slots(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Add ``slots``: the bits of the parts of the week the run meets in (None: it has no meetings)."""
    sessions = ClassSession.objects.filter(run=OuterRef("pk"), cancelled_at__isnull=True).order_by().values("run")
    of_one = Func(F("starts_at"), F("ends_at"), function="courses_session_slots", output_field=IntegerField())
    return runs.annotate(slots=Subquery(sessions.annotate(slots=BitOr(of_one)).values("slots")))


def clashes(learner: Learner, *, run_ids: Collection[int], now: datetime) -> dict[int, str]:
    """
    Return for each of these runs that meets while the learner has another class the title of that class's course.

    One query, however many runs and classes there are.
    """
    if not run_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (asked.run_id) asked.run_id, version.title_vi, version.title_en
               FROM courses_enrollment AS enrollment
               JOIN courses_courserun AS run ON run.id = enrollment.run_id AND run.cancelled_at IS NULL
               JOIN courses_courseversion AS version ON version.id = run.version_id
               JOIN courses_classsession AS taken ON taken.run_id = run.id AND taken.cancelled_at IS NULL
                    AND taken.ends_at > %(now)s
               JOIN courses_classsession AS asked ON asked.run_id = ANY (%(runs)s) AND asked.run_id <> taken.run_id
                    AND asked.cancelled_at IS NULL
                    AND asked.starts_at < taken.ends_at AND taken.starts_at < asked.ends_at
               WHERE enrollment.learner_id = %(learner)s AND enrollment.state = %(state)s
               ORDER BY asked.run_id, asked.starts_at""",
            {"now": now, "runs": list(run_ids), "learner": learner.pk, "state": EnrollmentState.ENROLLED},
        )
        return {run_id: in_reading_language(vi, en) for run_id, vi, en in cursor.fetchall()}
