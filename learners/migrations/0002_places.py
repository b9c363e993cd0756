"""The 34 provinces and cities and 3,321 communes, from ``learners/data/places.csv`` (its README names the source)."""

import csv
from pathlib import Path

from django.db import migrations

from learners.models.folding import sort_key

DATA = Path(__file__).resolve().parent.parent / "data" / "places.csv"


def load(apps, schema_editor):
    place = apps.get_model("learners", "Place")
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows.sort(key=lambda row: bool(row["parent"]))  # provinces first: communes point to them
    place.objects.bulk_create(
        [
            place(
                code=row["code"],
                kind=row["kind"],
                name=row["name_vi"],
                parent_id=row["parent"] or None,
                latitude=row["latitude"] or None,
                longitude=row["longitude"] or None,
                valid_from=row["valid_from"],
                sort_key=sort_key(row["name_vi"]),
            )
            for row in rows
        ],
        batch_size=1000,
    )


def unload(apps, schema_editor):
    place = apps.get_model("learners", "Place")
    place.objects.filter(parent__isnull=False).delete()
    place.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("learners", "0001_people")]
    operations = [migrations.RunPython(load, unload)]
