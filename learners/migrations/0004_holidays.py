"""Public holidays, and those of 2026 to 2030 from ``learners/data/holidays.csv`` (its README names the source)."""

import csv
from pathlib import Path

from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data" / "holidays.csv"


def load(apps, schema_editor):
    holiday = apps.get_model("learners", "Holiday")
    with DATA.open(encoding="utf-8", newline="") as lines:
        holiday.objects.bulk_create(holiday(**row) for row in csv.DictReader(lines))


class Migration(migrations.Migration):
    dependencies = [("learners", "0003_message_texts")]
    operations = [
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("name_vi", models.CharField(max_length=100, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="name in English")),
                (
                    "source",
                    models.CharField(
                        help_text="The law or decision that gives this day off.",
                        max_length=200,
                        verbose_name="source",
                    ),
                ),
            ],
            options={"verbose_name": "public holiday", "verbose_name_plural": "public holidays"},
        ),
        migrations.AddConstraint(
            model_name="holiday",
            constraint=models.CheckConstraint(condition=models.Q(("source", ""), _negated=True), name="holiday_has_source"),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
