"""The guards of rules, pathways and qualifications (``0014_pathway_guards.sql``)."""

import re
from pathlib import Path

from django.db import migrations

HERE = Path(__file__)
# What two persons agree on, as 0002 writes it, and with one question more.
AGREED = re.search(
    r"CREATE FUNCTION (credits_is_agreed\(.*?\n\$\$;)", HERE.with_name("0002_guards.sql").read_text(encoding="utf-8"), re.S
)[1]
AND_WHAT_STANDS_ON_IT = AGREED.replace(
    "q.entry_id = reversed", "q.entry_id = reversed OR public.credits_stands_on(reversed, q.entry_id)", 1
)
FORWARDS = HERE.with_suffix(".sql").read_text(encoding="utf-8") + f"CREATE OR REPLACE FUNCTION {AND_WHAT_STANDS_ON_IT}"
BACKWARDS = f"""
CREATE OR REPLACE FUNCTION {AGREED}
DROP FUNCTION credits_stands_on(bigint, bigint);
DROP TRIGGER credits_check_merge_ties ON credits_mergeundo;
DROP FUNCTION credits_check_merge_ties();
DROP TRIGGER credits_check_stacked_reversal ON credits_journalentry;
DROP FUNCTION credits_check_stacked_reversal();
DROP TRIGGER credits_check_qualification_use ON credits_qualificationuse;
DROP FUNCTION credits_check_qualification_use();
DROP TRIGGER credits_check_qualification ON credits_qualification;
DROP FUNCTION credits_check_qualification();
DROP FUNCTION credits_qualification_stands(bigint);
DROP TRIGGER credits_follow_published ON credits_pathwayfollow;
DROP FUNCTION credits_follow_published();
ALTER TABLE credits_pathwayfollow DROP CONSTRAINT pathway_follow_version_of_pathway;
DROP TRIGGER credits_part_of_draft ON credits_pathwaycomponent;
DROP TRIGGER credits_part_of_draft ON credits_pathwayrule;
DROP FUNCTION credits_part_of_draft();
DROP TRIGGER credits_published_stays ON credits_pathwayversion;
DROP FUNCTION credits_published_pathway_stays();
DROP TRIGGER credits_append_only ON credits_qualificationuse;
DROP TRIGGER credits_append_only ON credits_qualification;
DROP TRIGGER credits_stays ON credits_pathwayfollow;
DROP TRIGGER credits_stays ON credits_acceptance;
DROP TRIGGER credits_stays ON credits_schemepolicy;
DROP TRIGGER credits_stays ON credits_courseequivalence;
DROP TRIGGER credits_stays ON credits_creditrule;
DROP TRIGGER credits_only_closes ON credits_pathwayfollow;
DROP TRIGGER credits_only_closes ON credits_acceptance;
DROP TRIGGER credits_only_closes ON credits_schemepolicy;
DROP TRIGGER credits_only_closes ON credits_courseequivalence;
DROP TRIGGER credits_only_closes ON credits_creditrule;
DROP FUNCTION credits_only_closes();
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0013_rules_and_pathways")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
