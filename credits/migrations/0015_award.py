"""An award in one call (``0015_award.sql``)."""

from pathlib import Path

from django.db import migrations

FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARDS = "DROP FUNCTION credits_award(text[], text, text, bigint, bigint, bigint, date, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("credits", "0012_disputes_and_access")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
