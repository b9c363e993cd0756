"""The first text messages, and the letters that came with them, from learners/data/messages.yaml."""

from datetime import UTC, datetime
from pathlib import Path

import yaml
from django.db import migrations

FILE = Path(__file__).resolve().parent.parent / "data" / "messages.yaml"
SOURCE = "learners/data/messages.yaml, 2026-11-26"
VALID_FROM = datetime(2026, 11, 21, tzinfo=UTC)


def load(apps, schema_editor):
    """Letters only where 0003, run before they were written, has left them out."""
    MessageText = apps.get_model("learners", "MessageText")
    there = set(MessageText.objects.values_list("kind", "channel", "language"))
    with FILE.open(encoding="utf-8") as file:
        kinds = yaml.safe_load(file)["kinds"]
    texts = [
        (kind.upper(), "EMAIL", language, text["subject"], text["body"])
        for kind, row in kinds.items()
        for language, text in row["email"].items()
    ] + [
        (kind.upper(), "SMS", language, "", body)
        for kind, row in kinds.items()
        for language, body in row.get("sms", {}).items()
    ]
    MessageText.objects.bulk_create(
        MessageText(
            kind=kind,
            channel=channel,
            language=language,
            version=1,
            subject=subject,
            body="\n\n".join(body),
            source=SOURCE,
            valid_from=VALID_FROM,
        )
        for kind, channel, language, subject, body in texts
        if (kind, channel, language) not in there
    )


def unload(apps, schema_editor):
    apps.get_model("learners", "MessageText").objects.filter(source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [("learners", "0007_ways_in")]
    operations = [migrations.RunPython(load, unload)]
