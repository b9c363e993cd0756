"""The ledger's guards: functions and triggers owned by the role that migrates (``0002_guards.sql``)."""

from pathlib import Path

from django.db import migrations

FORWARDS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
TRIGGERS = {
    "credits_append_only": [
        "account", "journalentry", "posting", "lot", "hold", "conversion", "ledgerrequest", "ledgerdecision",
        "freeze", "unfreeze", "merge", "mergeundo",
    ],
    "credits_check_decision": ["ledgerdecision"],
    "credits_check_entries": ["journalentry"],
    "credits_entry_is_whole": ["journalentry"],
    "credits_check_parts": ["lot", "hold", "conversion"],
    "credits_check_freeze": ["freeze"],
    "credits_check_unfreeze": ["unfreeze"],
    "credits_check_merge": ["merge", "mergeundo"],
    "credits_check_postings": ["posting"],
}
BACKWARDS = "ALTER TABLE credits_ledgerrequest DROP CONSTRAINT ledger_request_words_fit;\n" + "".join(
    "".join(f"DROP TRIGGER {name} ON credits_{table};\n" for table in tables) + f"DROP FUNCTION {name}();\n"
    for name, tables in TRIGGERS.items()
) + """
DROP FUNCTION credits_words_digest(bytea, text);
DROP FUNCTION credits_moved(bigint);
DROP FUNCTION credits_is_frozen(bigint);
DROP FUNCTION credits_lock_person(bigint);
DROP FUNCTION credits_same_person(bigint, bigint);
DROP FUNCTION credits_accounts_of(bigint);
DROP FUNCTION credits_is_agreed(bigint, text, bigint, bytea, bigint);
DROP FUNCTION credits_route_is_allowed(text, text, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_ledger")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
