"""The priority class of who waits: the first key of the order of a line."""

from django.db import migrations, models

GUARDS = """
-- Who stands in line is put before others by the class they come to have, and never behind them.
CREATE FUNCTION courses_priority_rises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'choice % is not put behind others', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_priority_rises';
END $$;
CREATE TRIGGER courses_priority_rises BEFORE UPDATE OF priority ON courses_waitingchoice
    FOR EACH ROW WHEN (NEW.priority > OLD.priority) EXECUTE FUNCTION courses_priority_rises();
"""
NO_GUARDS = """
DROP TRIGGER courses_priority_rises ON courses_waitingchoice;
DROP FUNCTION courses_priority_rises();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0070_groups'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='waitingchoice',
            name='waiting_line_of_run',
        ),
        migrations.AddField(
            model_name='waitingchoice',
            name='priority',
            field=models.PositiveSmallIntegerField(choices=[(0, 'In the order of joining'), (1, 'After the others')], default=0),
        ),
        migrations.AddIndex(
            model_name='waitingchoice',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['run', 'priority', 'turn'], name='waiting_line_of_run'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
