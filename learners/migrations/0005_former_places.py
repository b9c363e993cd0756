"""The places of the three tiers until 30 June 2025, from ``learners/data/former_places.csv`` (its README: the source)."""

import csv
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

DATA = Path(__file__).resolve().parent.parent / "data" / "former_places.csv"


def load(apps, schema_editor):
    former = apps.get_model("learners", "FormerPlace")
    with DATA.open(encoding="utf-8", newline="") as lines:
        former.objects.bulk_create(
            (
                former(
                    code=row["code"],
                    kind=row["kind"],
                    name=row["name_vi"],
                    parent_id=row["parent"] or None,
                    successors=row["successors"].split(),
                )
                for row in csv.DictReader(lines)  # parents come first in the file
            ),
            batch_size=2000,
        )


class Migration(migrations.Migration):
    dependencies = [("learners", "0004_holidays")]
    operations = [
        migrations.CreateModel(
            name="FormerPlace",
            fields=[
                ("code", models.CharField(max_length=5, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("PROVINCE", "province"), ("MUNICIPALITY", "city"), ("URBAN_DISTRICT", "urban district"), ("RURAL_DISTRICT", "rural district"), ("TOWN", "town"), ("CITY", "city"), ("WARD", "ward"), ("COMMUNE", "commune"), ("TOWNSHIP", "township")], max_length=20, verbose_name="kind")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("successors", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None)),
                ("parent", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="learners.formerplace")),
            ],
            options={
                "verbose_name": "former place",
                "verbose_name_plural": "former places",
                "constraints": [models.CheckConstraint(condition=models.Q(("successors__len__gt", 0)), name="former_place_became_something")],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
