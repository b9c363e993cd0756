"""Attendance that looks odd, for a curator to look into."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from courses.choices import FlagOutcome, FlagRule

GUARDS = """
CREATE FUNCTION courses_flag_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'flag % is decided once', OLD.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'courses_flag_stays';
END $$;
CREATE TRIGGER courses_flag_stays BEFORE UPDATE ON courses_attendanceflag
    FOR EACH ROW WHEN (OLD.outcome <> '') EXECUTE FUNCTION courses_flag_stays();
"""
NO_GUARDS = """
DROP TRIGGER courses_flag_stays ON courses_attendanceflag;
DROP FUNCTION courses_flag_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0051_walk_ins"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "AttendanceFlag",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(choices=FlagRule.choices, max_length=12, verbose_name="what looks odd")),
                ("key", models.CharField(editable=False, max_length=120, unique=True)),
                ("people", models.PositiveIntegerField(verbose_name="people")),
                ("found_at", models.DateTimeField(verbose_name="found")),
                (
                    "outcome",
                    models.CharField(blank=True, choices=FlagOutcome.choices, max_length=8, verbose_name="outcome"),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "records",
                    models.ManyToManyField(blank=True, related_name="+", to="courses.attendancerecord"),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance_flags",
                        to="courses.courserun",
                    ),
                ),
            ],
            options={"verbose_name": "odd attendance", "verbose_name_plural": "odd attendance"},
        ),
        migrations.AddConstraint(
            "attendanceflag",
            models.CheckConstraint(
                condition=Q(outcome="", reason="", decided_at=None, decided_by=None)
                | (~Q(outcome="") & ~Q(reason="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="attendance_flag_decision_complete",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
