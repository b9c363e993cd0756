"""The ledger's guards: functions and triggers owned by the role that migrates (``0002_guards.sql``)."""

from pathlib import Path

from django.db import migrations

FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
BACKWARDS = """
DROP TRIGGER credits_check_postings ON credits_posting;
DROP TRIGGER credits_entry_has_posting ON credits_journalentry;
DROP TRIGGER credits_check_entry ON credits_journalentry;
DROP TRIGGER credits_append_only ON credits_posting;
DROP TRIGGER credits_append_only ON credits_journalentry;
DROP TRIGGER credits_append_only ON credits_account;
DROP FUNCTION credits_check_postings();
DROP FUNCTION credits_entry_has_posting();
DROP FUNCTION credits_check_entry();
DROP FUNCTION credits_route_is_allowed(text, text, text);
DROP FUNCTION credits_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_ledger")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
