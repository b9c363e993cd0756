"""The figures of a course that follow from enrolments: counted anew once a day, because some end by the clock alone."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from courses.rules import FEEDBACK_ASKED_AFTER_DAYS

# The condition is the one of queries.quality.ended; a row without enrolments that ended goes back to zero.
COUNT_ALL = """
INSERT INTO courses_coursequality AS kept (course_id, ended, completed)
SELECT course_id, sum(ended)::int, sum(completed)::int
FROM (
    SELECT v.course_id, count(*) AS ended, count(*) FILTER (WHERE e.state = 'COMPLETED') AS completed
    FROM courses_enrollment e
    JOIN courses_courserun r ON r.id = e.run_id
    JOIN courses_courseversion v ON v.id = r.version_id
    WHERE e.state IN ('COMPLETED', 'NOT_COMPLETED')
       OR (e.state = 'WITHDRAWN' AND (e.withdrawn_at AT TIME ZONE %(zone)s)::date >= r.starts_on)
       OR (e.state = 'ENROLLED' AND r.ends_on <= %(over_by)s AND r.cancelled_at IS NULL)
    GROUP BY v.course_id
    UNION ALL
    SELECT course_id, 0, 0 FROM courses_coursequality
) AS counted
GROUP BY course_id
ORDER BY course_id
ON CONFLICT (course_id) DO UPDATE SET ended = excluded.ended, completed = excluded.completed
WHERE (kept.ended, kept.completed) IS DISTINCT FROM (excluded.ended, excluded.completed)
"""


@transaction.atomic
def count_all(*, now: datetime) -> int:
    """Count every course's enrolments that are over and return how many rows changed; one statement. Idempotent."""
    over_by = timezone.localdate(now) - timedelta(days=FEEDBACK_ASKED_AFTER_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ALL, {"zone": timezone.get_current_timezone_name(), "over_by": over_by})
        return int(cursor.rowcount)
