"""Changing, removing or emptying what is written, and taking the guards away: for that one has to own the tables."""

from tests.credits.attacks.forger import Forger
from tests.credits.attacks.table import Attacks, may, off, without

ATTACKS = Attacks()


def changes(name: str, table: str, statement: str, found: list[str], *more: str) -> None:
    """Add an attack that changes rows: neither has the application the right, nor lets the trigger anybody."""

    def forge(f: Forger) -> list[str]:
        ledger = f.ledger
        return [statement.format(lot=ledger.lot.pk, learner=ledger.learner.pk, asker=ledger.curator.pk)]

    right = statement.split()[0]
    guards = [may(right, table), off(table, "credits_append_only"), *more]
    forge.__name__ = name
    ATTACKS.add(f"permission denied for table credits_{table}", guards, found)(forge)


changes(
    "a posting made larger", "posting", "UPDATE credits_posting SET amount_minor = 99 WHERE lot_id = {lot}", ["L05"]
)
changes("a posting removed", "posting", "DELETE FROM credits_posting WHERE lot_id = {lot}", ["L03"])
changes("all postings removed", "posting", "TRUNCATE credits_posting", ["L03"])
changes(
    "an entry rewritten",
    "journalentry",
    "UPDATE credits_journalentry SET snapshot = snapshot || '{{\"level\": 8}}' WHERE id = {lot}",
    ["L09"],
)
changes(
    "an entry given to somebody else",
    "journalentry",
    "UPDATE credits_journalentry SET learner_id = {asker}, sequence = 1 WHERE id = {lot}",
    ["L19"],
)
changes("a lot made valid for longer", "lot", "UPDATE credits_lot SET valid_until = '2099-01-01'", ["L21"])
changes("a lot made larger", "lot", "UPDATE credits_lot SET amount_minor = 99 WHERE entry_id = {lot}", ["L12"])
changes("a hold made longer", "hold", "UPDATE credits_hold SET expires_at = expires_at + interval '1 year'", ["L21"])
changes("a hold forgotten", "hold", "DELETE FROM credits_hold", ["L11"])
changes(
    "an account without a lower bound",
    "account",
    "UPDATE credits_account SET balance_min = NULL WHERE learner_id = {learner}",
    ["L05"],
    without("account", "account_bounds_of_purpose"),
)


def rules(name: str, statement: str) -> None:
    """Add an attack on the guards themselves; whoever owns the tables gets through, and the audit says so."""

    def forge(_forger: Forger) -> list[str]:
        return [statement]

    forge.__name__ = name
    ATTACKS.add("must be owner", [], ["L06"])(forge)


rules("a trigger switched off", "ALTER TABLE credits_posting DISABLE TRIGGER credits_check_postings")
rules("a trigger dropped", "DROP TRIGGER credits_append_only ON credits_posting")
rules("a constraint dropped", "ALTER TABLE credits_posting DROP CONSTRAINT posting_amount_positive")
