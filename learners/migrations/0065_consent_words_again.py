"""
The words of a consent in a second version, which reads better in Vietnamese; nobody's consent or receipt changes.
"""

from datetime import UTC, datetime
from pathlib import Path

import yaml
from django.db import migrations

WORDS = Path(__file__).resolve().parent.parent / "data" / "personal_data.yaml"
VALID_FROM = datetime(2026, 11, 26, tzinfo=UTC)


def supersede(apps, schema_editor):
    texts = apps.get_model("learners", "ConsentText").objects
    with WORDS.open(encoding="utf-8") as file:
        rows = yaml.safe_load(file)["consents_2"]
    for row in rows:
        # Where the desk has written words of its own meanwhile, they stay.
        if texts.filter(purpose=row["purpose"], version=1, valid_to=None).update(valid_to=VALID_FROM):
            texts.create(version=2, valid_from=VALID_FROM, **row)


class Migration(migrations.Migration):
    dependencies = [
        ("learners", "0064_dead_ways"),
    ]

    operations = [
        migrations.RunPython(supersede, migrations.RunPython.noop),
    ]
