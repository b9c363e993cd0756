"""The audit finds what the guards would have refused: each breach is planted by the owner, with the guards off."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from credits.actions.pathway import Part
from credits.queries import ledger as queries
from credits.queries.invariants import INVARIANTS
from credits.queries.invariants.guards import WRITTEN_IN_SQL
from tests.credits.by_hand import entry, no_guards, owner, posting, run
from tests.factories.ledger import a_hold, a_reversal, a_transfer, a_use, an_award
from tests.factories.pathways import POLICY, a_pathway, a_qualification
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db
DROP_CHECK = "ALTER TABLE credits_{} DROP CONSTRAINT {}"
NEWEST_ENTRY = "(SELECT max(id) FROM credits_journalentry)"
NEWEST_POSTING = "(SELECT max(id) FROM credits_posting)"
LATER_KIND = "UPDATE credits_account SET kind_of_credit = 'ACADEMIC' WHERE purpose = 'ISSUED'"

# Invariants that must be found for each breach; a breach of one often breaks others, which may be found too.
BREACHES = {
    "L01": [
        DROP_CHECK.format("posting", "posting_amount_positive"),
        f"UPDATE credits_posting SET amount_minor = 0 WHERE id = {NEWEST_POSTING}",
    ],
    "L02": [LATER_KIND],
    "L03 empty": [f"DELETE FROM credits_posting WHERE id = {NEWEST_POSTING}"],
    "L03 late": [f"UPDATE credits_posting SET xact_id = xact_id + 1 WHERE id = {NEWEST_POSTING}"],
    "L05 amount": [f"UPDATE credits_posting SET amount_minor = 13 WHERE id = {NEWEST_POSTING}"],
    "L05 balance": [f"UPDATE credits_posting SET destination_balance = 100 WHERE id = {NEWEST_POSTING}"],
    "L05 gap": [f"UPDATE credits_posting SET destination_position = 7 WHERE id = {NEWEST_POSTING}"],
    "L05 bound": [
        DROP_CHECK.format("account", "account_bounds_of_purpose"),
        "UPDATE credits_account SET balance_max = 20 WHERE purpose = 'EARNED'",
    ],
    "L05 unbounded": [
        f"UPDATE credits_posting SET source_position = 1, source_balance = -12 WHERE id = {NEWEST_POSTING}"
    ],
    "L06 trigger": ["DROP TRIGGER credits_append_only ON credits_posting"],
    "L06 right": ["GRANT DELETE ON credits_posting TO lh_app"],
    "L06 schema": ["GRANT CREATE ON SCHEMA public TO lh_app"],
    "L06 constraint": [DROP_CHECK.format("posting", "posting_amount_positive")],
    "L06 constraint in SQL": [DROP_CHECK.format("ledgerrequest", "ledger_request_words_fit")],
    "L06 key in SQL": [DROP_CHECK.format("pathwayfollow", "pathway_follow_version_of_pathway")],
    "L06 index": ["DROP INDEX journal_entry_no_fork"],
    "L07 key": [
        "ALTER TABLE credits_journalentry DROP CONSTRAINT journal_entry_idempotency_key",
        "UPDATE credits_journalentry SET idempotency_key = 'same'",
    ],
    "L07 body": [f"UPDATE credits_journalentry SET body_hash = '' WHERE id = {NEWEST_ENTRY}"],
    "L08 gap": [f"UPDATE credits_journalentry SET sequence = 5 WHERE id = {NEWEST_ENTRY}"],
    "L08 order": [
        "UPDATE credits_journalentry SET sequence = 3 WHERE sequence = 1",
        "UPDATE credits_journalentry SET sequence = 1 WHERE sequence = 2",
        "UPDATE credits_journalentry SET sequence = 2 WHERE sequence = 3",
    ],
    "L09 content": [
        f"UPDATE credits_journalentry SET snapshot = snapshot || '{{\"level\": 8}}' WHERE id = {NEWEST_ENTRY}"
    ],
    "L09 actor": ["UPDATE credits_journalentry SET actor_id = learner_id"],
    "L09 link": [f"UPDATE credits_journalentry SET prev_hash = sha256('x') WHERE id = {NEWEST_ENTRY}"],
    "L10 amount": [
        f"UPDATE credits_journalentry SET reason = 'REVERSAL', reversal_part = 1, reverses_id = id - 1 "
        f"WHERE id = {NEWEST_ENTRY}"
    ],
    "L10 itself": [
        f"UPDATE credits_journalentry SET reason = 'REVERSAL', reversal_part = 1, reverses_id = id "
        f"WHERE id = {NEWEST_ENTRY}"
    ],
    "L17": [f"UPDATE credits_journalentry SET recorded_at = recorded_at - interval '1 hour' WHERE id = {NEWEST_ENTRY}"],
    "L19 route": [
        f"UPDATE credits_posting SET source_id = destination_id, destination_id = source_id WHERE id = {NEWEST_POSTING}"
    ],
    "L19 learner": ["UPDATE credits_journalentry SET learner_id = (SELECT max(id) FROM learners_learner)"],
    "L23": ["UPDATE credits_journalentry SET occurred_at = recorded_at + interval '1 hour'"],
    "L24 column": ["ALTER TABLE credits_posting ALTER COLUMN amount_minor TYPE numeric"],
    "L24 fraction": [f"UPDATE credits_journalentry SET snapshot = '{{\"evidence\": [1.5]}}' WHERE id = {NEWEST_ENTRY}"],
}
CONSTRAINTS_OFF = {
    "L10 amount": ["journal_entry_reversal_names_entry", "journal_entry_two_persons"],
    "L10 itself": ["journal_entry_reversal_names_entry", "journal_entry_two_persons"],
    "L17": ["journal_entry_recorded_after_it_happened"],
    "L23": ["journal_entry_recorded_after_it_happened"],
}


# Of a learner who used a part of one lot, set another part aside, had credit transferred in and an award reversed.
BREACHES_OF_USE = {
    "L04": ["UPDATE credits_account SET purpose = 'CLEARING' WHERE purpose = 'APPLIED'"],
    "L10 more": [
        "UPDATE credits_posting SET amount_minor = 3 WHERE entry_id = (SELECT min(reverses_id) "
        "FROM credits_journalentry)"
    ],
    "L10 kind": [
        "UPDATE credits_journalentry SET reason = 'HOLD' WHERE id IN (SELECT reverses_id FROM credits_journalentry)"
    ],
    "L11 twice": [
        "UPDATE credits_journalentry SET ends_id = (SELECT min(entry_id) FROM credits_hold) "
        "WHERE reason = 'APPLICATION'"
    ],
    "L11 amount": ["UPDATE credits_hold SET amount_minor = amount_minor + 1"],
    "L11 lost": ["DELETE FROM credits_hold"],
    "L12 amount": ["UPDATE credits_lot SET amount_minor = amount_minor + 1"],
    "L12 lost": ["UPDATE credits_posting SET lot_id = NULL"],
    "L12 kind": ["UPDATE credits_lot SET kind_of_credit = 'VOCATIONAL'"],
    "L12 other": [
        "UPDATE credits_posting SET lot_id = (SELECT max(entry_id) FROM credits_lot) "
        "WHERE entry_id IN (SELECT id FROM credits_journalentry WHERE reason = 'APPLICATION')"
    ],
    "L15 residue": ["UPDATE credits_conversion SET residue_grains = residue_grains + 1"],
    "L15 ratio": ["UPDATE credits_conversion SET numerator = 4"],
    "L15 lost": ["DELETE FROM credits_conversion"],
    "L21 lot": ["UPDATE credits_lot SET field_code = '0001'"],
    "L21 level": ["UPDATE credits_lot SET level = 8"],
    "L21 hold": ["UPDATE credits_hold SET expires_at = expires_at + interval '1 day'"],
    "L21 conversion": ["UPDATE credits_conversion SET policy_id = 'mine'"],
    "L16": ["UPDATE credits_journalentry SET reason = 'EXPIRY' WHERE reason = 'APPLICATION'"],
    "L25 alone": [
        "UPDATE credits_ledgerdecision SET decided_by_id = (SELECT requested_by_id "
        "FROM credits_ledgerrequest WHERE id = request_id)"
    ],
    "L25 refused": ["UPDATE credits_ledgerdecision SET outcome = 'REFUSED'"],
    "L25 oneself": [
        "UPDATE credits_ledgerdecision SET decided_by_id = (SELECT learner_id FROM credits_ledgerrequest "
        "WHERE id = request_id)"
    ],
    "L25 missing": ["DELETE FROM credits_ledgerdecision"],
    "L25 other reason": [
        """UPDATE credits_journalentry SET snapshot = snapshot || '{"reason_digest": "00"}' WHERE reason = 'REVERSAL'"""
    ],
    "L25 seen since": [
        """UPDATE credits_journalentry SET snapshot = snapshot || '{"seen_digest": "00"}' WHERE request_id > 0"""
    ],
    "L26 reason": ["UPDATE credits_ledgerrequest SET reason = 'Gian lận'"],
    "L26 document": ["UPDATE credits_ledgerrequest SET authority = authority || '/2026'"],
    "L26 seen": ["UPDATE credits_ledgerrequest SET seen = 'bảng điểm gốc'"],
    "L26 salt": ["UPDATE credits_ledgerrequest SET salt = substring(sha256('x') FOR 16)"],
    "L26 salt lost": ["UPDATE credits_ledgerrequest SET salt = ''"],
    "L26 half erased": ["UPDATE credits_ledgerrequest SET reason = ''"],
}
WORDS_MAY_DIFFER = [("ledgerrequest", "ledger_request_words_fit"), ("ledgerrequest", "ledger_request_says_why")]
OFF_FOR_USE = {
    "L04": [("account", "account_bounds_of_purpose")],
    "L10 kind": [("journalentry", "journal_entry_two_persons")],
    "L11 twice": [("journalentry", "journal_entry_release_names_hold")],
    **{breach: WORDS_MAY_DIFFER for breach in BREACHES_OF_USE if breach.startswith("L26")},
}


# Of a learner whose qualification counts toward a higher one, and who holds a third.
BREACHES_OF_QUALIFICATIONS = {
    "L14 more": ["UPDATE credits_qualificationuse SET amount_minor = amount_minor + 1"],
    "L14 less": ["DELETE FROM credits_qualificationuse"],
    "L14 other entry": [
        "UPDATE credits_qualification SET entry_id = (SELECT min(id) FROM credits_journalentry) "
        "WHERE id = (SELECT max(id) FROM credits_qualification)"
    ],
    "L14 other learner": ["UPDATE credits_qualification SET learner_id = (SELECT max(id) FROM learners_learner)"],
    "L14 other part": [
        "UPDATE credits_qualificationuse SET used_id = (SELECT max(id) FROM credits_qualification)",
    ],
    "L14 twice": [
        "INSERT INTO credits_qualificationuse (used_id, toward_id, amount_minor) SELECT used_id, "
        "(SELECT max(id) FROM credits_qualification), 1 FROM credits_qualificationuse"
    ],
    "L14 withdrawn": [
        "UPDATE credits_journalentry SET reverses_id = (SELECT entry_id FROM credits_qualification "
        "WHERE id = (SELECT used_id FROM credits_qualificationuse)) "
        "WHERE id = (SELECT min(id) FROM credits_journalentry)"
    ],
}
OFF_FOR_QUALIFICATIONS = {"L14 withdrawn": ["journal_entry_reversal_names_entry"]}


@pytest.fixture
def qualified_book():
    learner, lower = a_learner(), a_pathway(total=40)
    part = Part(pathway=lower.pathway, amount_minor=30, kind_of_credit="COMMUNITY", field_code="06", **POLICY)
    higher = a_pathway(total=100, parts=[part])
    for course_id, hundredths in enumerate([40, 70, 40], start=1):
        an_award(learner=learner, hundredths=hundredths, course_id=course_id)
    a_qualification(learner, lower)
    a_qualification(learner, higher)
    a_qualification(learner, a_pathway(total=40))
    a_learner()
    assert queries.audit() == []


@pytest.mark.parametrize("breach", BREACHES_OF_QUALIFICATIONS)
def test_audit_finds_in_a_ledger_with_qualifications(qualified_book, breach):
    with no_guards():
        for constraint in OFF_FOR_QUALIFICATIONS.get(breach, []):
            run(DROP_CHECK.format("journalentry", constraint))
        for statement in BREACHES_OF_QUALIFICATIONS[breach]:
            run(statement)

    assert breach.split()[0] in {finding.invariant for finding in queries.audit()}


@pytest.fixture
def used_book():
    learner = a_learner()
    first = an_award(learner=learner, hundredths=12)
    mistake = an_award(learner=learner, hundredths=4)
    a_use(learner, {first.pk: 5})
    a_hold(learner, {first.pk: 3})
    a_transfer(learner, in_hundredths=501)
    a_reversal(mistake)
    assert queries.audit() == []
    return learner


@pytest.mark.parametrize("breach", BREACHES_OF_USE)
def test_audit_finds_in_a_used_ledger(used_book, breach):
    with no_guards():
        for table, constraint in OFF_FOR_USE.get(breach, []):
            run(DROP_CHECK.format(table, constraint))
        for statement in BREACHES_OF_USE[breach]:
            run(statement)

    assert breach.split()[0] in {finding.invariant for finding in queries.audit()}


@pytest.fixture
def book():
    """A learner with two awards, in a sound ledger."""
    learner = a_learner()
    an_award(learner=learner, hundredths=12)
    an_award(learner=learner, hundredths=12)
    assert queries.audit() == []
    return learner


@pytest.mark.parametrize("breach", BREACHES)
def test_audit_finds(book, breach):
    with no_guards():
        for constraint in CONSTRAINTS_OFF.get(breach, []):
            run(DROP_CHECK.format("journalentry", constraint))
        for statement in BREACHES[breach]:
            run(statement)

    assert breach.split()[0] in {finding.invariant for finding in queries.audit()}


def test_every_invariant_has_a_breach():
    planted = {breach.split()[0] for breach in [*BREACHES, *BREACHES_OF_USE, *BREACHES_OF_QUALIFICATIONS]}
    assert {invariant.number for invariant in INVARIANTS} == planted


def test_every_constraint_written_in_sql_is_known():
    """No model declares them: a new one would be dropped unseen."""
    migrations = Path(apps.get_app_config("credits").path) / "migrations"
    written = {
        name
        for path in migrations.iterdir()
        if path.suffix in {".sql", ".py"}
        for name in re.findall(r"(?:ADD CONSTRAINT|UNIQUE INDEX) (\w+)", path.read_text(encoding="utf-8"))
    }

    assert set(WRITTEN_IN_SQL) == written


def test_a_ledger_without_a_serving_role_is_found(settings):
    settings.DATABASE_APP_ROLE = "nobody"

    assert [finding.detail for finding in queries.audit()] == ["the role nobody does not exist"]


def test_a_trigger_that_is_off_is_found(book):
    with owner():
        run("ALTER TABLE credits_journalentry DISABLE TRIGGER credits_entry_is_whole")

    assert [finding.invariant for finding in queries.audit()] == ["L06"]


def test_the_order_of_ids_says_nothing(book):
    """Ids are taken before the lock is: only positions tell the order of commits."""
    with no_guards():
        run("UPDATE credits_posting SET id = id + 1000 WHERE destination_position = 1")

    assert queries.audit() == []
    assert queries.balance(book).total == 24


@pytest.mark.parametrize("awards", [1, 30])
def test_audit_asks_the_same_number_of_questions(awards, django_assert_num_queries):
    learner = a_learner()
    for _ in range(awards):
        an_award(learner=learner)

    with django_assert_num_queries(
        3 * (len(INVARIANTS) + 3) + 3
    ):  # each in a savepoint; hashes, requests, seals; how many
        queries.audit()


def test_a_line_written_by_hand_is_found_by_its_hash(book):
    run(entry(sequence=3, prev_hash="(SELECT hash FROM credits_journalentry ORDER BY id DESC LIMIT 1)"))
    run(posting(destination_position=3, destination_balance=36))

    assert [finding.invariant for finding in queries.audit()] == ["L09"]
