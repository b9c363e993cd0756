"""Seals rewritten, forged or gone round: what was published must stay what the ledger shows."""

from tests.credits.attacks.forger import Forger, insert
from tests.credits.attacks.table import Attacks, may, off
from tests.factories.seals import a_seal

ATTACKS = Attacks()
attack = ATTACKS.add

SEAL = ["SEAL"]


def rewritten(table: str, right: str = "UPDATE") -> list[str]:
    return [may(right, table), off(table, "credits_append_only")]


@attack("permission denied", rewritten("seal"), SEAL)
def a_root_rewritten(_f: Forger) -> list[str]:
    a_seal(1)
    return ["UPDATE credits_seal SET tree_root = sha256('x')"]


@attack("permission denied", rewritten("seal"), SEAL)
def more_records_sealed_than_there_were(_f: Forger) -> list[str]:
    a_seal(1)
    return ["UPDATE credits_seal SET size = size + 1, entries = entries + 1"]


@attack("permission denied", rewritten("sealnode"), SEAL)
def a_sealed_hash_rewritten(_f: Forger) -> list[str]:
    a_seal(1)
    return ["UPDATE credits_sealnode SET hash = sha256('x') WHERE level = 0 AND index = 0"]


@attack("permission denied", rewritten("sealleaf"), SEAL)
def two_learners_exchanged_in_the_tree(f: Forger) -> list[str]:
    a_seal(1)
    one, other = f.ledger.learner.pk, f.ledger.neighbour.pk
    exchange = f"UPDATE credits_sealleaf SET learner_id = CASE learner_id WHEN {one} THEN {other} ELSE {one} END"
    return [
        "SET CONSTRAINTS ALL DEFERRED",
        f"UPDATE credits_sealleaf SET learner_id = {f.ledger.curator.pk} WHERE learner_id = {one}",
        f"{exchange} WHERE learner_id = {other}",
        f"UPDATE credits_sealleaf SET learner_id = {other} WHERE learner_id = {f.ledger.curator.pk}",
    ]


@attack(
    "permission denied",
    [guard for table in ("posting", "lot", "journalentry") for guard in rewritten(table, "DELETE")],
    SEAL,
)
def the_newest_entry_of_a_sealed_record_cut_off(f: Forger) -> list[str]:
    """The chain before it is whole, and so are all sums: only the seal knows that there was more."""
    a_seal(1)
    newest = f.ledger.academic.pk
    return [
        f"DELETE FROM credits_posting WHERE entry_id = {newest}",
        f"DELETE FROM credits_lot WHERE entry_id = {newest}",
        f"DELETE FROM credits_journalentry WHERE id = {newest}",
    ]


def next_seal(**given: str) -> str:
    last = "(SELECT {} FROM credits_seal WHERE number = 1)"
    row = {
        "number": "2",
        "day": last.format("day + 1"),
        "sealed_at": last.format("sealed_at + interval '1 day'"),
        "size": last.format("size"),
        "entries": last.format("entries"),
        "tree_root": last.format("tree_root"),
        "prev_hash": last.format("hash"),
        "hash": "sha256('forged')",
    }
    return insert("seal", row | given)


@attack("does not continue the one before it", [off("seal", "credits_check_seal")], SEAL)
def a_seal_that_follows_no_other(_f: Forger) -> list[str]:
    a_seal(1)
    return [next_seal(prev_hash="sha256('x')")]


@attack("does not continue the one before it", [off("seal", "credits_check_seal")], SEAL)
def a_seal_of_a_day_before(_f: Forger) -> list[str]:
    a_seal(1)
    return [next_seal(day="'2026-01-01'")]


@attack("not of the tree that stands", [off("seal", "credits_check_seal")], SEAL)
def a_seal_with_a_root_of_ones_own(_f: Forger) -> list[str]:
    a_seal(1)
    return [next_seal(tree_root="sha256('x')")]


@attack("to the next seal only", [off("sealnode", "credits_check_seal_nodes")], SEAL)
def a_node_added_to_an_older_seal(f: Forger) -> list[str]:
    """Somebody who was not in the tree gets under the published root."""
    a_seal(1)
    row = {"level": 0, "index": 9, "seal_id": 1, "sequence": 1, "hash": "sha256('x')"}
    return [insert("sealnode", row)]


@attack("added at the end", [off("sealleaf", "credits_check_seal_leaves")], SEAL)
def a_leaf_added_to_an_older_seal(f: Forger) -> list[str]:
    a_seal(1)
    return [insert("sealleaf", {"index": 9, "learner_id": f.ledger.curator.pk, "first_seal_id": 1})]
