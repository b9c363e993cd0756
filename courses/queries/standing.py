"""Where one person stands with one class: a place, a wait, a request; and whether a seat is free for the asking."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from courses.models import CourseRun
from courses.models.enrollment import SEAT_HOLDING
from learners.models import Learner

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is asked about a person and a class before they take a place in it."""

    has_place: bool
    waits: bool  # for this class or another of the course
    stands_in_line: bool  # for this class
    teaches: bool
    has_asked: bool  # the organization for a place, and has no answer yet
    is_waited_for: bool  # somebody stands in the line of the class
    seats_left: int | None  # None: no limit
    taken_lately: int  # places taken within a day, those given up again too
    taken_here_lately: int  # of them in this class


# In SQL and in one, because who enrols asks it while everybody else who wants the class waits for the lock: to build
# the same from querysets takes longer than all else that is done meanwhile. ``seats.with_seats`` counts alike.
_STANDING = """
    SELECT EXISTS (SELECT FROM courses_enrollment e
                   WHERE e.run_id = r.id AND e.learner_id = %(learner)s AND e.state = ANY(%(seated)s)) AS has_place,
           EXISTS (SELECT FROM courses_waitingrequest q
                   WHERE q.course_id = v.course_id AND q.learner_id = %(learner)s AND q.ended_at IS NULL) AS waits,
           EXISTS (SELECT FROM courses_waitingchoice c JOIN courses_waitingrequest q ON q.id = c.request_id
                   WHERE c.run_id = r.id AND q.learner_id = %(learner)s AND c.ended_at IS NULL) AS stands_in_line,
           EXISTS (SELECT FROM courses_runinstructor i
                   WHERE i.run_id = r.id AND i.learner_id = %(learner)s) AS teaches,
           EXISTS (SELECT FROM courses_placerequest p
                   WHERE p.run_id = r.id AND p.learner_id = %(learner)s AND p.outcome = '') AS has_asked,
           EXISTS (SELECT FROM courses_waitingchoice c
                   WHERE c.run_id = r.id AND c.ended_at IS NULL) AS is_waited_for,
           r.seats_max
           - (SELECT count(*) FROM courses_enrollment e WHERE e.run_id = r.id AND e.state = ANY(%(seated)s))
           - (SELECT count(*) FROM courses_seatoffer o WHERE o.run_id = r.id AND o.outcome = '') AS seats_left,
           (SELECT count(*) FROM courses_enrollment e
            WHERE e.learner_id = %(learner)s AND e.enrolled_at > %(since)s) AS taken_lately,
           (SELECT count(*) FROM courses_enrollment e
            WHERE e.learner_id = %(learner)s AND e.enrolled_at > %(since)s AND e.run_id = r.id) AS taken_here_lately
    FROM courses_courserun r JOIN courses_courseversion v ON v.id = r.version_id
    WHERE r.id = %(run)s
"""


def of(learner: Learner, run: CourseRun, *, now: datetime) -> Standing:
    """Return where a learner stands with a run at ``now``; one query, as exact as the lock of who asks."""
    asked: dict[str, Any] = {"learner": learner.pk, "run": run.pk, "seated": list(SEAT_HOLDING), "since": now - DAY}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, asked)
        return Standing(**dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True)))
