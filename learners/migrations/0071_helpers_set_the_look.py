"""A mandate may allow a helper to set how pages look for the person."""

from django.db import migrations, models

ACT = """
CREATE OR REPLACE FUNCTION learners_act_by_a_mandate_that_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM learners_mandate m WHERE m.id = NEW.mandate_id
        AND m.accepted_at IS NOT NULL AND m.revoked_at IS NULL
        AND m.until >= (NEW.done_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND CASE NEW.act
            WHEN 'ENROL' THEN m.may_enroll WHEN 'WITHDRAW' THEN m.may_withdraw WHEN 'SEE' THEN m.may_see_timetable
            {look}ELSE false END
    ) THEN
        RAISE EXCEPTION 'no mandate allows this now' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('learners', '0070_curators_are_the_second'),
    ]

    operations = [
        migrations.AddField(
            model_name='mandate',
            name='may_set_look',
            field=models.BooleanField(db_default=False, default=False, verbose_name='set how pages look'),
        ),
        migrations.RemoveConstraint(
            model_name='mandate',
            name='mandate_allows_something',
        ),
        migrations.AddConstraint(
            model_name='mandate',
            constraint=models.CheckConstraint(condition=models.Q(('may_enroll', True), ('may_withdraw', True), ('may_see_timetable', True), ('may_set_look', True), _connector='OR'), name='mandate_allows_something'),
        ),
        migrations.AlterField(
            model_name='mandateact',
            name='act',
            field=models.CharField(choices=[('SEE', 'Saw the timetable'), ('ENROL', 'Enrolled'), ('WITHDRAW', 'Gave up the place'), ('LOOK', 'Set how pages look')], max_length=10, verbose_name='what was done'),
        ),
        migrations.RunSQL(ACT.format(look="WHEN 'LOOK' THEN m.may_set_look "), ACT.format(look="")),
    ]
