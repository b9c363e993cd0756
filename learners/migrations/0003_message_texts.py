"""The first texts of every message kind in both languages, from learners/data/messages.yaml."""

from datetime import UTC, datetime
from pathlib import Path

import yaml
from django.db import migrations

FILE = Path(__file__).resolve().parent.parent / "data" / "messages.yaml"
VALID_FROM = datetime(2026, 11, 21, tzinfo=UTC)


def load(apps, schema_editor):
    MessageText = apps.get_model("learners", "MessageText")
    with FILE.open(encoding="utf-8") as file:
        kinds = yaml.safe_load(file)["kinds"]
    MessageText.objects.bulk_create(
        MessageText(
            kind=kind.upper(),
            channel="EMAIL",
            language=language,
            version=1,
            subject=text["subject"],
            body="\n\n".join(text["body"]),
            source="learners/data/messages.yaml, 2026-11-21",
            valid_from=VALID_FROM,
        )
        for kind, row in kinds.items()
        for language, text in row["email"].items()
    )


def unload(apps, schema_editor):
    apps.get_model("learners", "MessageText").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("learners", "0002_places")]
    operations = [migrations.RunPython(load, unload)]
