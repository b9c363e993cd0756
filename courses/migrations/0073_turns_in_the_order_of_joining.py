"""
Turns follow the order of joining, those given by 0060 too.

0060 gave a turn to everybody who stood in line by rewriting the table, which numbers rows as they lie on the disk: one
that had been changed since, such as one whose request a merge had moved, came after all. Who joins is written after who
joined before, so the order of ids is the order of joining; only who asked the organization for a place has the turn of
that day, and keeps it. Turns go to other rows; no turn is lost or made, and where all is in order nothing changes.
"""

from django.db import migrations

IN_ORDER = """
ALTER TABLE courses_waitingchoice DISABLE TRIGGER courses_waiting_stays;
WITH joined AS (
    SELECT id, turn FROM courses_waitingchoice c
    WHERE NOT EXISTS (SELECT FROM courses_placerequest p WHERE p.turn = c.turn)
      AND NOT EXISTS (SELECT FROM courses_waitingrequest r WHERE r.id = c.request_id AND r.group_id IS NOT NULL)
),
by_id AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM joined),
by_turn AS (SELECT turn, row_number() OVER (ORDER BY turn) AS place FROM joined)
UPDATE courses_waitingchoice c SET turn = by_turn.turn
FROM by_id JOIN by_turn USING (place)
WHERE c.id = by_id.id AND c.turn <> by_turn.turn;
ALTER TABLE courses_waitingchoice ENABLE TRIGGER courses_waiting_stays;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('courses', '0072_run_locked_by_who_takes_a_place'),
    ]

    operations = [migrations.RunSQL(IN_ORDER, migrations.RunSQL.noop)]
