"""
A closing asked for at a counter is confirmed by a second person who works there, or by the person's PIN.

What had begun before this rule counts as confirmed when it was asked for; what still waited needs a second person now.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The day something is emptied is put off by its confirmation, and by nothing else; it is confirmed once.
ONCE = """
CREATE FUNCTION learners_closing_confirmed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.due_at IS DISTINCT FROM OLD.due_at OR NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
        OR NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id THEN
        IF OLD.confirmed_at IS NOT NULL OR NEW.confirmed_at IS NULL OR NEW.due_at < OLD.due_at THEN
            RAISE EXCEPTION 'a closing is confirmed once, and waits from then on'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_closing_confirmed_once BEFORE UPDATE ON learners_accountclosing
    FOR EACH ROW EXECUTE FUNCTION learners_closing_confirmed_once();
"""
ANY_TIME = """
DROP TRIGGER learners_closing_confirmed_once ON learners_accountclosing;
DROP FUNCTION learners_closing_confirmed_once();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0062_confirmed_year_follows'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountclosing',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='confirmed'),
        ),
        migrations.AddField(
            model_name='accountclosing',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(
            "UPDATE learners_accountclosing SET confirmed_at = asked_at WHERE leaving_at IS NOT NULL AND witnessed_by_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='accountclosing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__gte', models.F('asked_at')), ('due_at__gt', models.F('confirmed_at')), ('witnessed_by__isnull', False), models.Q(('confirmed_by__isnull', True), models.Q(models.Q(('confirmed_by', models.F('witnessed_by')), _negated=True), models.Q(('confirmed_by', models.F('learner')), _negated=True)), _connector='OR')), _connector='OR'), name='account_closing_second_is_another'),
        ),
        migrations.AddConstraint(
            model_name='accountclosing',
            constraint=models.CheckConstraint(condition=models.Q(('leaving_at__isnull', True), ('witnessed_by__isnull', True), ('confirmed_at__isnull', False), _connector='OR'), name='account_closing_not_by_one_of_staff'),
        ),
        migrations.RunSQL(ONCE, ANY_TIME),
    ]
