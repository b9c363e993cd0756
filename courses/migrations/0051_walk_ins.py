"""Walk-ins: who came to a class session without a place."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from courses.choices import AttendanceMethod

GUARDS = """
-- A walk-in is claimed once, as an enrolment of the run of its class session.
CREATE FUNCTION courses_walk_in_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.claimed_at IS NOT NULL
        AND (NEW.claimed_at, NEW.enrollment_id) IS DISTINCT FROM (OLD.claimed_at, OLD.enrollment_id)
        OR NEW.enrollment_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM courses_enrollment e JOIN courses_classsession s ON s.run_id = e.run_id
            WHERE e.id = NEW.enrollment_id AND s.id = NEW.class_session_id
        ) THEN
        RAISE EXCEPTION 'walk-in % is claimed once, in its run', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_walk_in_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER courses_walk_in_stays BEFORE UPDATE ON courses_walkin
    FOR EACH ROW EXECUTE FUNCTION courses_walk_in_stays();
"""
NO_GUARDS = """
DROP TRIGGER courses_walk_in_stays ON courses_walkin;
DROP FUNCTION courses_walk_in_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0050_attendance_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "WalkIn",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("full_name", models.CharField(blank=True, max_length=120, verbose_name="full name")),
                ("phone", models.CharField(blank=True, max_length=16, verbose_name="phone number")),
                ("method", models.CharField(choices=AttendanceMethod.choices, max_length=8, verbose_name="how")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("marked_at", models.DateTimeField(verbose_name="marked")),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "class_session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walk_ins",
                        to="courses.classsession",
                    ),
                ),
                (
                    "enrollment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walk_ins",
                        to="courses.enrollment",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walk_ins_recorded",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={"verbose_name": "walk-in", "verbose_name_plural": "walk-ins"},
        ),
        migrations.AddIndex(
            "walkin",
            models.Index(condition=Q(claimed_at=None) & ~Q(phone=""), fields=["phone"], name="walk_in_by_phone"),
        ),
        migrations.AddIndex(
            "walkin", models.Index(condition=~Q(full_name=""), fields=["recorded_at"], name="walk_in_to_empty")
        ),
        migrations.AddConstraint(
            "walkin",
            models.CheckConstraint(
                condition=Q(claimed_at=None, enrollment=None) | Q(claimed_at__isnull=False, enrollment__isnull=False),
                name="walk_in_claim_complete",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
