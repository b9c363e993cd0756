"""What the database itself keeps: the rights of the role that serves, and every trigger and constraint."""

from credits.queries.invariants.invariant import Invariant

# What no model declares, because Django has no word for it: written in SQL by the migrations.
WRITTEN_IN_SQL = ("ledger_request_words_fit", "pathway_follow_version_of_pathway")

INVARIANTS = (
    Invariant(
        number="L06",
        breaches="""
            WITH expected(relname, name) AS (
                SELECT 'credits_' || tablename, 'credits_append_only' FROM unnest(%(append_only)s) tablename
                UNION ALL VALUES
                ('credits_journalentry', 'credits_check_entries'), ('credits_journalentry', 'credits_entry_is_whole'),
                ('credits_posting', 'credits_check_postings'), ('credits_ledgerdecision', 'credits_check_decision'),
                ('credits_lot', 'credits_check_parts'), ('credits_hold', 'credits_check_parts'),
                ('credits_conversion', 'credits_check_parts'), ('credits_freeze', 'credits_check_freeze'),
                ('credits_unfreeze', 'credits_check_unfreeze'), ('credits_merge', 'credits_check_merge'),
                ('credits_mergeundo', 'credits_check_merge'), ('credits_seal', 'credits_check_seal'),
                ('credits_sealleaf', 'credits_check_seal_leaves'), ('credits_sealnode', 'credits_check_seal_nodes'),
                ('credits_dispute', 'credits_check_dispute'), ('credits_dispute', 'credits_append_only'),
                ('credits_qualification', 'credits_check_qualification'),
                ('credits_qualificationuse', 'credits_check_qualification_use'),
                ('credits_journalentry', 'credits_check_stacked_reversal'),
                ('credits_mergeundo', 'credits_check_merge_ties')
            ), guarded AS (
                SELECT oid, relname, relowner, CASE relname
                    WHEN 'credits_dispute' THEN ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']  -- an answer is written into it
                    ELSE ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'] END AS refused
                FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname IN (SELECT relname FROM expected)
            ), serving AS (
                SELECT oid, rolname, rolsuper FROM pg_roles WHERE rolname = %(serving_role)s
            )
            SELECT concat('the role ', %(serving_role)s, ' does not exist') WHERE NOT EXISTS (SELECT 1 FROM serving)
            UNION ALL
            SELECT concat(rolname, ' may ', lower(act), ' ', relname)
            FROM serving, guarded, unnest(guarded.refused) act
            WHERE has_table_privilege(serving.oid, guarded.oid, act)
            UNION ALL
            SELECT concat(rolname, ' may act as the owner of ', relname) FROM serving, guarded
            WHERE rolsuper OR pg_has_role(serving.oid, guarded.relowner, 'MEMBER')
            UNION ALL
            SELECT concat(rolname, ' may create in the schema') FROM serving
            WHERE has_schema_privilege(serving.oid, 'public', 'CREATE')
            UNION ALL
            SELECT concat(rolname, ' may switch triggers off') FROM serving
            WHERE has_parameter_privilege(serving.oid, 'session_replication_role', 'SET')
            UNION ALL
            SELECT concat('the trigger ', expected.name, ' on ', expected.relname, ' is missing or off')
            FROM expected LEFT JOIN guarded ON guarded.relname = expected.relname
            LEFT JOIN pg_trigger t ON t.tgrelid = guarded.oid AND t.tgname = expected.name
            WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
            UNION ALL
            SELECT concat('the constraint ', name, ' is missing') FROM unnest(%(constraints)s) name
            WHERE NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = name AND convalidated)
                AND NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = name AND relkind = 'i')
        """,
    ),
)
