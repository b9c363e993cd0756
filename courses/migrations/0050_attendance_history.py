"""Entries of attendance that stay, what learners say of them, and the figures a curator may change."""

import uuid
from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from courses.choices import AttendanceMethod, AttendanceStatus, FigureName, ObjectionOutcome
from courses.rules import ATTENDANCE_FIGURES

GUARDS = """
-- An entry stays as it was written. It is superseded once, by another one of the same person at the same class session;
-- erasing a person may empty its reason. It is about a class session of the run the learner is enrolled in.
CREATE FUNCTION courses_attendance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at
        OR NEW.reason <> OLD.reason AND current_setting('portal.erasing', true) IS DISTINCT FROM 'on'
        OR (NEW.id, NEW.mark_id, NEW.enrollment_id, NEW.class_session_id, NEW.status, NEW.method, NEW.recorded_by_id,
            NEW.recorded_at, NEW.marked_at, NEW.sequence, NEW.device_at)
        IS DISTINCT FROM (OLD.id, OLD.mark_id, OLD.enrollment_id, OLD.class_session_id, OLD.status, OLD.method,
            OLD.recorded_by_id, OLD.recorded_at, OLD.marked_at, OLD.sequence, OLD.device_at) THEN
        RAISE EXCEPTION 'entry % of attendance stays: answer it by another one', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_attendance_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_attendance_stays BEFORE UPDATE OR DELETE ON courses_attendancerecord
    FOR EACH ROW EXECUTE FUNCTION courses_attendance_stays();

CREATE FUNCTION courses_attendance_of_its_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM courses_enrollment e JOIN courses_classsession s ON s.run_id = e.run_id
        WHERE e.id = NEW.enrollment_id AND s.id = NEW.class_session_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'enrolment % is of another run', NEW.enrollment_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_attendance_of_its_run';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_attendance_of_its_run BEFORE INSERT ON courses_attendancerecord
    FOR EACH ROW EXECUTE FUNCTION courses_attendance_of_its_run();
CREATE TRIGGER courses_attendance_of_its_run BEFORE INSERT ON courses_attendanceobjection
    FOR EACH ROW EXECUTE FUNCTION courses_attendance_of_its_run();

-- An objection is answered once.
CREATE FUNCTION courses_objection_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.outcome <> '' AND current_setting('portal.erasing', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'objection % is answered once', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_objection_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_objection_stays BEFORE UPDATE ON courses_attendanceobjection
    FOR EACH ROW EXECUTE FUNCTION courses_objection_stays();
"""
NO_GUARDS = """
DROP TRIGGER courses_objection_stays ON courses_attendanceobjection;
DROP FUNCTION courses_objection_stays();
DROP TRIGGER courses_attendance_of_its_run ON courses_attendanceobjection;
DROP TRIGGER courses_attendance_of_its_run ON courses_attendancerecord;
DROP FUNCTION courses_attendance_of_its_run();
DROP TRIGGER courses_attendance_stays ON courses_attendancerecord;
DROP FUNCTION courses_attendance_stays();
"""
ERASE_OBJECTIONS = """
-- What somebody said of their attendance, and what they were answered, goes with the other words (0020).
CREATE FUNCTION courses_erase_objections(person bigint) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    done integer;
BEGIN
    PERFORM portal_only_of_closed(person);
    PERFORM set_config('portal.erasing', 'on', true);
    UPDATE courses_attendanceobjection o SET text = '—', answer = CASE WHEN o.answer = '' THEN '' ELSE '—' END
    FROM courses_enrollment e WHERE e.id = o.enrollment_id AND e.learner_id = person;
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('portal.erasing', '', true);
    RETURN done;
END $$;
"""


def load(apps, _schema_editor):
    figures = apps.get_model("courses", "AttendanceFigure")
    figures.objects.bulk_create(
        figures(name=each.name, value=each.value, source=each.source, valid_from=datetime(2026, 1, 1, tzinfo=UTC))
        for each in ATTENDANCE_FIGURES
    )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0041_calendars_and_cancelled_runs"),
        ("learners", "0050_kinds_of_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "attendancerecord", "mark_id", models.UUIDField(default=uuid.uuid4, editable=False, null=True)
        ),
        migrations.AddField("attendancerecord", "marked_at", models.DateTimeField(null=True, verbose_name="marked")),
        migrations.RunSQL(
            "UPDATE courses_attendancerecord SET mark_id = gen_random_uuid(), marked_at = recorded_at;",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "attendancerecord", "mark_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
        migrations.AlterField("attendancerecord", "marked_at", models.DateTimeField(verbose_name="marked")),
        migrations.AddField("attendancerecord", "sequence", models.PositiveIntegerField(default=0)),
        migrations.AddField("attendancerecord", "device_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "attendancerecord",
            "method",
            models.CharField(
                choices=AttendanceMethod.choices, default="ROSTER", max_length=8, verbose_name="how"
            ),
        ),
        migrations.AlterField(
            "attendancerecord",
            "recorded_by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attendance_recorded",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AlterField("attendancerecord", "recorded_at", models.DateTimeField(verbose_name="recorded")),
        migrations.AddField(
            "enrollment", "awards_taken_back", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
        migrations.CreateModel(
            "AttendanceConfirmation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("confirmed_at", models.DateTimeField()),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="courses.attendancerecord",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "AttendanceFigure",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(choices=FigureName.choices, max_length=24, verbose_name="figure")),
                ("value", models.PositiveIntegerField(verbose_name="value")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="valid to")),
            ],
            options={"verbose_name": "figure of attendance", "verbose_name_plural": "figures of attendance"},
        ),
        migrations.AddConstraint(
            "attendancefigure",
            models.UniqueConstraint(
                condition=Q(valid_to__isnull=True), fields=("name",), name="attendance_figure_one_current"
            ),
        ),
        migrations.AddConstraint(
            "attendancefigure",
            models.CheckConstraint(condition=Q(value__range=(1, 3650)), name="attendance_figure_value"),
        ),
        migrations.AddConstraint(
            "attendancefigure",
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="attendance_figure_in_order",
            ),
        ),
        migrations.CreateModel(
            "AttendanceObjection",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("said", models.CharField(choices=AttendanceStatus.choices, max_length=8, verbose_name="says")),
                ("text", models.CharField(max_length=500, verbose_name="in their own words")),
                ("opened_at", models.DateTimeField()),
                ("due_on", models.DateField(verbose_name="answer due")),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=ObjectionOutcome.choices, max_length=8, verbose_name="outcome"
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "class_session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance_objections",
                        to="courses.classsession",
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance_objections",
                        to="courses.enrollment",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="courses.attendancerecord",
                    ),
                ),
            ],
            options={
                "verbose_name": "objection to attendance",
                "verbose_name_plural": "objections to attendance",
            },
        ),
        migrations.AddIndex(
            "attendanceobjection",
            models.Index(condition=Q(outcome=""), fields=["due_on"], name="attendance_objection_due"),
        ),
        migrations.AddConstraint(
            "attendanceobjection",
            models.UniqueConstraint(
                condition=Q(outcome=""), fields=("enrollment", "class_session"), name="attendance_objection_one_open"
            ),
        ),
        migrations.AddConstraint(
            "attendanceobjection",
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(outcome="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="attendance_objection_answer_complete",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(ERASE_OBJECTIONS, "DROP FUNCTION courses_erase_objections(bigint);"),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
