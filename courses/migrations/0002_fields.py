"""Fields of education, from ``courses/data/fields.csv``. Source: ISCED-F 2013 (UNESCO Institute for Statistics)."""

import csv
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parent.parent / "data" / "fields.csv"


def load(apps, schema_editor):
    field = apps.get_model("courses", "Field")
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: (len(row["code"]), row["code"]))
    field.objects.bulk_create(
        field(
            code=row["code"],
            level=row["level"].upper(),
            parent_id=row["parent"] or None,
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            search_words=row["search_words"],
            is_shown=row["show"] == "yes",
        )
        for row in rows
    )


def unload(apps, schema_editor):
    field = apps.get_model("courses", "Field")
    for level in ("DETAILED", "NARROW", "BROAD"):
        field.objects.filter(level=level).delete()


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_courses")]
    operations = [migrations.RunPython(load, unload)]
