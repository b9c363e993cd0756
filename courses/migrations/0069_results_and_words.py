"""Results and words of who teaches: entries that stay, what a rule asks of them, and when words are many."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from courses.rules import ATTENDANCE_FIGURES

GUARDS = """
-- A result stays as it was entered and is superseded once; a word is taken back once. Erasing a person empties reasons.
CREATE FUNCTION courses_result_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
        OR (NEW.reason <> OLD.reason AND NOT portal_is_erasing())
        OR (NEW.id, NEW.enrollment_id, NEW.mark, NEW.has_passed, NEW.recorded_by_id, NEW.recorded_at)
        IS DISTINCT FROM (OLD.id, OLD.enrollment_id, OLD.mark, OLD.has_passed, OLD.recorded_by_id, OLD.recorded_at) THEN
        RAISE EXCEPTION 'result % stays: answer it by another one', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_result_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_result_stays BEFORE UPDATE OR DELETE ON courses_resultentry
    FOR EACH ROW EXECUTE FUNCTION courses_result_stays();

CREATE FUNCTION courses_word_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW.ended_by_id) IS DISTINCT FROM (OLD.ended_at, OLD.ended_by_id))
        OR (NEW.reason <> OLD.reason AND NOT portal_is_erasing())
        OR (OLD.ended_at IS NOT NULL AND NEW.end_reason <> OLD.end_reason AND NOT portal_is_erasing())
        OR (NEW.id, NEW.enrollment_id, NEW.given_by_id, NEW.given_at)
        IS DISTINCT FROM (OLD.id, OLD.enrollment_id, OLD.given_by_id, OLD.given_at) THEN
        RAISE EXCEPTION 'word % stays: it is taken back once', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_word_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_word_stays BEFORE UPDATE OR DELETE ON courses_completionword
    FOR EACH ROW EXECUTE FUNCTION courses_word_stays();

-- Nobody says it of themself.
CREATE FUNCTION courses_said_of_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_enrollment WHERE id = NEW.enrollment_id
        AND learner_id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    IF FOUND THEN
        RAISE EXCEPTION 'nobody says of themself what they have reached'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_said_of_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_said_of_another BEFORE INSERT ON courses_resultentry
    FOR EACH ROW EXECUTE FUNCTION courses_said_of_another('recorded_by_id');
CREATE TRIGGER courses_said_of_another BEFORE INSERT ON courses_completionword
    FOR EACH ROW EXECUTE FUNCTION courses_said_of_another('given_by_id');

-- With the owner's rights, as courses_erase: reasons are about the person.
CREATE FUNCTION courses_erase_results(person bigint) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    done integer;
BEGIN
    PERFORM portal_only_of_closed(person);
    PERFORM set_config('portal.erasing', 'on', true);
    UPDATE courses_resultentry r SET reason = '—' FROM courses_enrollment e
        WHERE e.id = r.enrollment_id AND e.learner_id = person AND r.reason <> '';
    UPDATE courses_completionword w SET reason = '—', end_reason = CASE WHEN w.end_reason = '' THEN '' ELSE '—' END
        FROM courses_enrollment e WHERE e.id = w.enrollment_id AND e.learner_id = person;
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('portal.erasing', '', true);
    RETURN done;
END $$;
"""
NO_GUARDS = """
DROP FUNCTION courses_erase_results(bigint);
DROP TRIGGER courses_said_of_another ON courses_completionword;
DROP TRIGGER courses_said_of_another ON courses_resultentry;
DROP FUNCTION courses_said_of_another();
DROP TRIGGER courses_word_stays ON courses_completionword;
DROP FUNCTION courses_word_stays();
DROP TRIGGER courses_result_stays ON courses_resultentry;
DROP FUNCTION courses_result_stays();
"""


def load(apps, _schema_editor):
    """Write the first value of what is new; a portal made today has it already (0050)."""
    figures = apps.get_model("courses", "AttendanceFigure")
    known = set(figures.objects.values_list("name", flat=True))
    figures.objects.bulk_create(
        figures(name=each.name, value=each.value, source=each.source, valid_from=datetime(2026, 1, 1, tzinfo=UTC))
        for each in ATTENDANCE_FIGURES
        if each.name not in known
    )


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0068_steps_at_a_counter_and_calls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CompletionWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('given_at', models.DateTimeField(verbose_name='given')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'word of who teaches',
                'verbose_name_plural': 'words of who teaches',
            },
        ),
        migrations.CreateModel(
            name='ResultEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='points')),
                ('has_passed', models.BooleanField(blank=True, null=True, verbose_name='passed')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'result',
                'verbose_name_plural': 'results',
            },
        ),
        migrations.AddField(
            model_name='completionrule',
            name='asks_result',
            field=models.BooleanField(default=False, verbose_name='a result'),
        ),
        migrations.AddField(
            model_name='completionrule',
            name='mark_min',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='points of 100 needed'),
        ),
        migrations.AddField(
            model_name='completionrule',
            name='word_suffices',
            field=models.BooleanField(default=False, verbose_name='the word of who teaches, for class sessions missed'),
        ),
        migrations.AddConstraint(
            model_name='completionrule',
            constraint=models.CheckConstraint(condition=models.Q(('mark_min__isnull', True), models.Q(('asks_result', True), ('mark_min__range', (1, 100))), _connector='OR'), name='completion_rule_mark'),
        ),
        migrations.AddConstraint(
            model_name='completionrule',
            constraint=models.CheckConstraint(condition=models.Q(('word_suffices', False), ('attendance_percent_min__isnull', False), _connector='OR'), name='completion_rule_word_for_classes_missed'),
        ),
        migrations.AddField(
            model_name='completionword',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='completionword',
            name='enrollment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completion_words', to='courses.enrollment'),
        ),
        migrations.AddField(
            model_name='completionword',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='resultentry',
            name='enrollment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='courses.enrollment'),
        ),
        migrations.AddField(
            model_name='resultentry',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddConstraint(
            model_name='completionword',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('enrollment',), name='completion_word_one_current'),
        ),
        migrations.AddConstraint(
            model_name='completionword',
            constraint=models.CheckConstraint(condition=models.Q(('reason__regex', '^.{20}'), ('reason', '—'), _connector='OR'), name='completion_word_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='completionword',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='completion_word_end_complete'),
        ),
        migrations.AddConstraint(
            model_name='resultentry',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('enrollment',), name='result_one_current'),
        ),
        migrations.AddConstraint(
            model_name='resultentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('has_passed__isnull', False), ('mark__isnull', True)), models.Q(('has_passed__isnull', True), ('mark__range', (0, 100))), _connector='OR'), name='result_says_one_thing'),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
