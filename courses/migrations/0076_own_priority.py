"""Everybody in a line has a class of their own beside the one they stand in, which may be that of their group."""

from django.db import migrations, models

# Whose group stood in a better class than theirs is not on record; what they stand in counts as their own.
OWN = """
ALTER TABLE courses_waitingchoice DISABLE TRIGGER courses_waiting_stays;
UPDATE courses_waitingchoice SET own_priority = priority WHERE priority <> 0;
ALTER TABLE courses_waitingchoice ENABLE TRIGGER courses_waiting_stays;
"""
GUARDS = """
-- Nobody is ever put behind others by more than their own class, and that can only become the usual one.
DROP TRIGGER courses_priority_rises ON courses_waitingchoice;
CREATE TRIGGER courses_priority_rises BEFORE UPDATE OF priority, own_priority ON courses_waitingchoice
    FOR EACH ROW WHEN (NEW.own_priority > OLD.own_priority
                       OR (NEW.priority > OLD.priority AND NEW.priority > NEW.own_priority))
    EXECUTE FUNCTION courses_priority_rises();
"""
AS_BEFORE = """
DROP TRIGGER courses_priority_rises ON courses_waitingchoice;
CREATE TRIGGER courses_priority_rises BEFORE UPDATE OF priority ON courses_waitingchoice
    FOR EACH ROW WHEN (NEW.priority > OLD.priority) EXECUTE FUNCTION courses_priority_rises();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0075_type_ahead_in_order'),
    ]

    operations = [
        migrations.AddField(
            model_name='waitingchoice',
            name='own_priority',
            field=models.PositiveSmallIntegerField(choices=[(0, 'In the order of joining'), (1, 'After the others')], default=0, db_default=0),
        ),
        migrations.RunSQL(OWN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='waitingchoice',
            constraint=models.CheckConstraint(condition=models.Q(('priority__lte', models.F('own_priority'))), name='waiting_choice_not_behind_own'),
        ),
        migrations.RunSQL(GUARDS, AS_BEFORE),
    ]
