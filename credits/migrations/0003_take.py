"""The first half of every action of the ledger (``0003_take.sql``)."""

from pathlib import Path

from django.db import migrations

FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARDS = "DROP FUNCTION credits_take(bigint, text, bigint[], bigint[], text[], text[], text[])"


class Migration(migrations.Migration):
    dependencies = [("credits", "0002_guards")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
