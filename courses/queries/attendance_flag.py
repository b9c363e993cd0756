"""Patterns in entries of attendance that look odd: each a question to a curator, never an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from courses.choices import AttendanceMethod, AttendanceStatus, FigureName, FlagRule
from courses.models import AttendanceFlag
from courses.queries import attendance_figure
from courses.rules import COUNTS_AS_ATTENDED

# By themselves or one by one; a roster, a sheet and a phone write many down in one second, and that says nothing.
ONE_BY_ONE = [AttendanceMethod.ROOM, AttendanceMethod.CARD]
RECORDS_NAMED_MAX = 200  # of one flag

# What counts now, of class sessions that were marked since a moment. Each statement gives: key, run, people, entries.
SAME_SECOND = """
    SELECT 'second:' || r.class_session_id || ':' || extract(epoch FROM date_trunc('second', r.marked_at))::bigint,
        s.run_id, count(*), array_agg(r.id ORDER BY r.id)
    FROM courses_attendancerecord r JOIN courses_classsession s ON s.id = r.class_session_id
    WHERE r.superseded_at IS NULL AND r.recorded_at > %(since)s AND r.method = ANY (%(one_by_one)s)
    GROUP BY r.class_session_id, s.run_id, date_trunc('second', r.marked_at)
    HAVING count(*) >= %(same_second)s
"""
OVERLAP = """
    SELECT 'overlap:' || least(a.id, b.id) || ':' || greatest(a.id, b.id), s.run_id, 1, ARRAY[a.id, b.id]
    FROM courses_attendancerecord a
    JOIN courses_enrollment e ON e.id = a.enrollment_id
    JOIN courses_classsession s ON s.id = a.class_session_id
    JOIN courses_courserun x ON x.id = s.run_id AND x.venue <> ''
    JOIN courses_enrollment f ON f.learner_id = e.learner_id AND f.run_id <> e.run_id
    JOIN courses_attendancerecord b ON b.enrollment_id = f.id AND b.superseded_at IS NULL
        AND b.status = ANY (%(attended)s)
    JOIN courses_classsession t ON t.id = b.class_session_id AND t.starts_at < s.ends_at AND s.starts_at < t.ends_at
    JOIN courses_courserun y ON y.id = t.run_id AND y.venue <> ''
        AND (y.venue, y.place_id) IS DISTINCT FROM (x.venue, x.place_id)
    WHERE a.superseded_at IS NULL AND a.recorded_at > %(since)s AND a.status = ANY (%(attended)s)
        AND (a.recorded_at, a.id) > (b.recorded_at, b.id)
"""
CANCELLED = """
    SELECT 'cancelled:' || s.id, s.run_id, count(*), array_agg(r.id ORDER BY r.id)
    FROM courses_attendancerecord r JOIN courses_classsession s ON s.id = r.class_session_id
    WHERE r.superseded_at IS NULL AND r.status = ANY (%(attended)s) AND s.cancelled_at IS NOT NULL
        AND greatest(r.recorded_at, s.cancelled_at) > %(since)s
    GROUP BY s.id, s.run_id
"""
ALWAYS = """
    SELECT 'always:' || s.run_id, s.run_id, count(DISTINCT r.enrollment_id), '{}'::bigint[]
    FROM courses_attendancerecord r JOIN courses_classsession s ON s.id = r.class_session_id
    WHERE r.superseded_at IS NULL AND s.run_id IN (
        SELECT u.run_id FROM courses_attendancerecord q JOIN courses_classsession u ON u.id = q.class_session_id
        WHERE q.recorded_at > %(since)s
    )
    GROUP BY s.run_id
    HAVING count(DISTINCT s.id) > %(always_sessions)s AND count(DISTINCT r.enrollment_id) >= %(always_people)s
        AND bool_and(r.status = %(present)s)
        AND count(*) = count(DISTINCT s.id) * count(DISTINCT r.enrollment_id)
"""
WORDS = """
    SELECT 'words:' || e.run_id, e.run_id, count(*), '{}'::bigint[]
    FROM courses_completionword w JOIN courses_enrollment e ON e.id = w.enrollment_id
    WHERE w.ended_at IS NULL AND e.run_id IN (
        SELECT f.run_id FROM courses_completionword v JOIN courses_enrollment f ON f.id = v.enrollment_id
        WHERE v.given_at > %(since)s
    )
    GROUP BY e.run_id
    HAVING count(*) >= %(words_in_a_run)s
"""
STATEMENTS = {
    FlagRule.SAME_SECOND: SAME_SECOND,
    FlagRule.OVERLAP: OVERLAP,
    FlagRule.CANCELLED: CANCELLED,
    FlagRule.ALWAYS: ALWAYS,
    FlagRule.WORDS: WORDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Something that looks odd."""

    rule: FlagRule
    key: str
    run_id: int
    people: int
    record_ids: list[int]


def patterns(*, since: datetime) -> Iterator[Pattern]:
    """Yield what looks odd in what was recorded since a moment; one query each rule, and one for its figures."""
    figures = attendance_figure.values()
    parameters: dict[str, Any] = {
        "since": since,
        "one_by_one": [str(method) for method in ONE_BY_ONE],
        "attended": [str(status) for status in COUNTS_AS_ATTENDED],
        "present": str(AttendanceStatus.PRESENT),
        "same_second": figures[FigureName.SAME_SECOND_PEOPLE],
        "always_sessions": figures[FigureName.ALWAYS_SESSIONS],
        "always_people": figures[FigureName.ALWAYS_PEOPLE],
        "words_in_a_run": figures[FigureName.WORDS_IN_A_RUN],
    }
    with connection.cursor() as cursor:
        for rule, statement in STATEMENTS.items():
            cursor.execute(statement, parameters)
            for key, run_id, people, record_ids in cursor.fetchall():
                yield Pattern(
                    rule=rule, key=key, run_id=run_id, people=people, record_ids=record_ids[:RECORDS_NAMED_MAX]
                )


def in_full() -> QuerySet[AttendanceFlag]:
    """Return all that was found, with what its pages name; what waits first, then the newest."""
    return AttendanceFlag.objects.select_related("run__version__course__provider", "decided_by").order_by(
        "decided_at", "-found_at", "-pk"
    )


def waiting() -> int:
    """Return how many flags wait for a curator; one query."""
    return AttendanceFlag.objects.filter(outcome="").count()
