"""``manage.py verify_ledger`` checks the ledger and every seal of it, and fails when something does not hold."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from credits.models import JournalEntry
from credits.queries import ledger as queries
from credits.queries.frozen import frozen
from credits.queries.invariants import INVARIANTS
from tests.credits.by_hand import no_guards, owner, run
from tests.factories.ledger import an_award
from tests.factories.people import a_learner, an_organization
from tests.factories.seals import a_seal
from tests.faults.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed():
    """Three records under two seals: the first two from the first night on, two of them with an entry of the second."""
    issuer, learners = an_organization(), [a_learner() for _ in range(3)]
    for learner in learners[:2]:
        an_award(learner=learner, issuer=issuer)
    a_seal(1)
    for learner in learners[1:]:
        an_award(learner=learner, issuer=issuer)
    a_seal(2)
    assert queries.audit() == []
    return learners


def test_a_sound_ledger(sealed):
    answer = io.StringIO()

    call_command("verify_ledger", stdout=answer)

    checked, verdict = answer.getvalue().splitlines()
    assert re.fullmatch(rf"Checked {len(INVARIANTS)} invariants, 4 entries, 2 seals in \d+\.\d s\.", checked)
    assert verdict == "The ledger is sound."


def test_an_empty_ledger_is_sound():
    answer = io.StringIO()

    call_command("verify_ledger", stdout=answer)

    assert answer.getvalue().endswith("The ledger is sound.\n")


def test_findings_are_printed_and_the_command_fails(sealed):
    with owner():
        run("DROP TRIGGER credits_append_only ON credits_posting")
    with no_guards():
        run("UPDATE credits_seal SET entries = entries + 1 WHERE number = 2")
    answer = io.StringIO()

    with pytest.raises(CommandError, match="The ledger is not sound: 3 findings"):
        call_command("verify_ledger", stdout=answer)

    assert answer.getvalue().splitlines()[:3] == [
        "L06  the trigger credits_append_only on credits_posting is missing or off",
        "SEAL  seal 2: its hash is not that of what it says",
        "SEAL  seal 2: it counts 3 new entries, the tree 2",
    ]


NODE = "INSERT INTO credits_sealnode (level, index, seal_id, sequence, hash) VALUES "
# What is done to the seals, and what must be said of it; one breach may bring others along.
BREACHES = {
    "number": ("UPDATE credits_seal SET number = 5 WHERE number = 2", "seal 5: it does not continue the one before it"),
    "first": (
        "UPDATE credits_seal SET prev_hash = sha256('x'), number = 7 WHERE number = 1",
        "seal 2: it does not continue the one before it",
    ),
    "prev_hash": (
        "UPDATE credits_seal SET prev_hash = sha256('x') WHERE number = 2",
        "seal 2: it does not continue the one before it",
    ),
    "day": (
        "UPDATE credits_seal SET day = '2026-11-20' WHERE number = 2",
        "seal 2: it does not continue the one before it",
    ),
    "moment": (
        "UPDATE credits_seal SET sealed_at = '2026-11-20' WHERE number = 2",
        "seal 2: it does not continue the one before it",
    ),
    "hash": (
        "UPDATE credits_seal SET hash = sha256('x') WHERE number = 2",
        "seal 2: its hash is not that of what it says",
    ),
    "root": (
        "UPDATE credits_seal SET tree_root = sha256('x') WHERE number = 1",
        "seal 1: its root is not that of its tree",
    ),
    "entries": (
        "UPDATE credits_seal SET entries = entries - 1 WHERE number = 2",
        "seal 2: it counts 1 new entries, the tree 2",
    ),
    "size": (
        "UPDATE credits_seal SET size = 4, entries = 5 WHERE number = 2",
        "seal 2: place 3 of the tree is no record's, or one of another seal",
    ),
    "leaf of another seal": (
        "UPDATE credits_sealleaf SET first_seal_id = 1 WHERE index = 2",
        "seal 2: place 2 of the tree is no record's, or one of another seal",
    ),
    "leaf gone": (
        "DELETE FROM credits_sealleaf WHERE index = 2",
        "seal 2: place 2 of the tree is no record's, or one of another seal",
    ),
    "leaf never written": (
        "DELETE FROM credits_sealnode WHERE level = 0 AND index = 2",
        "seal 2: place 2 of the tree is no record's, or one of another seal",
    ),
    "leaf too many": (
        "INSERT INTO credits_sealleaf SELECT 9, max(id), 1 FROM learners_learner",
        "place 9 of the tree is of no seal",
    ),
    "leaves exchanged": (
        "UPDATE credits_sealleaf SET learner_id = (SELECT max(id) FROM learners_learner) WHERE index = 0",
        "seal 1: record {nobody} is not what was sealed up to entry 1",
    ),
    "leaf hash": (
        "UPDATE credits_sealnode SET hash = sha256('x') WHERE level = 0 AND index = 0",
        "seal 1: record {first} is not what was sealed up to entry 1",
    ),
    "leaf sealed twice": (
        NODE + "(0, 0, 2, 1, (SELECT hash FROM credits_sealnode WHERE level = 0 AND index = 0))",
        "seal 2: record {first} is not what was sealed up to entry 1",
    ),
    "leaf out of place": (
        NODE + "(0, 8, 2, 1, sha256('x'))",
        "seal 2: record nobody's is not what was sealed up to entry 1",
    ),
    "leaf not written": (
        "DELETE FROM credits_sealnode WHERE level = 0 AND index = 1 AND seal_id = 2",
        "seal 2: node 1/0 of the tree is not what stands under it",
    ),
    "node hash": (
        "UPDATE credits_sealnode SET hash = sha256('x') WHERE level = 1 AND index = 0 AND seal_id = 1",
        "seal 1: node 1/0 of the tree is not what stands under it",
    ),
    "node not written": (
        "DELETE FROM credits_sealnode WHERE level = 1 AND index = 1 AND seal_id = 2",
        "seal 2: node 1/1 of the tree is not what stands under it",
    ),
    "node too many": (
        NODE + "(1, 1, 1, NULL, sha256('x'))",
        "seal 1: node 1/1 of the tree is not what stands under it",
    ),
    "node too high": (
        NODE + "(3, 0, 2, NULL, (SELECT tree_root FROM credits_seal WHERE number = 2))",
        "seal 2: node 3/0 of the tree is not what stands under it",
    ),
    "seal gone": ("DELETE FROM credits_seal WHERE number = 2", "node 2/0 of the tree is of no seal"),
    "entry": (
        "UPDATE credits_journalentry SET hash = sha256('x') WHERE sequence = 2",
        "seal 2: record {second} is not what was sealed up to entry 2",
    ),
    "entry gone": (
        "UPDATE credits_journalentry SET sequence = 3 WHERE sequence = 2",
        "seal 2: record {second} is not what was sealed up to entry 2",
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_every_breach_of_a_seal_is_found(sealed, breach):
    nobody = a_learner()
    statement, words = BREACHES[breach]
    with no_guards():
        for table in ("sealleaf", "sealnode", "ledgercheck"):
            foreign_keys_off(f"credits_{table}")
        run(statement)

    found = [finding.detail for finding in queries.audit() if finding.invariant == "SEAL"]

    numbers = {"first": sealed[0].ledger_number, "second": sealed[1].ledger_number, "nobody": nobody.ledger_number}
    assert words.format(**numbers) in found


def foreign_keys_off(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [table])
        for (name,) in cursor.fetchall():
            run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


@pytest.mark.parametrize("nights", [1, 4])
def test_a_seal_costs_the_same_number_of_questions(nights, django_assert_num_queries):
    for night in range(1, nights + 1):
        an_award(learner=a_learner())
        a_seal(night)

    with django_assert_num_queries(3 * (len(INVARIANTS) + 3) + 3 + 4 * nights):
        queries.audit()


def test_it_says_how_far_it_is(sealed):
    seen = []

    def track(words, items, total):
        seen.append((words, total))
        return items

    queries.audit(track=track)

    assert seen == [("invariants", len(INVARIANTS)), ("entries", 4), ("seals", 2)]


@pytest.mark.django_db(transaction=True)
def test_what_is_recorded_meanwhile_does_not_disturb():
    """All questions are answered as of one moment; without it a seal made in between looks like one too many."""
    learner = a_learner()
    an_award(learner=learner)
    a_seal(1)

    def another_day(words, items, _total):
        if words == "entries":
            assert together(lambda: (an_award(learner=learner), a_seal(2)))[0][1].number == 2
        return items

    with frozen():
        findings = queries.audit(track=another_day)
        seen = JournalEntry.objects.count()

    assert (findings, seen, JournalEntry.objects.count()) == ([], 1, 2)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_meanwhile():
    with pytest.raises(DatabaseError, match="read-only transaction"), frozen():
        an_award(learner=a_learner())
