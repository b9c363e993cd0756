"""An award in one call (``0017_award.sql``)."""

from pathlib import Path

from django.db import migrations

FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARDS = "DROP FUNCTION credits_award(text[], text, text, bigint, bigint, bigint, date, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("credits", "0016_held_accounts_and_issued_lots")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
