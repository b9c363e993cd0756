"""Entries out of nothing, out of order, and postings that say something else than the truth."""

from datetime import timedelta

from tests.credits.attacks.forger import Forger
from tests.credits.attacks.table import ENTRY, POSTINGS, WHOLE, Attacks, without
from tests.factories.people import NOW

ATTACKS = Attacks()
attack = ATTACKS.add

EARLIER = f"'{NOW - timedelta(hours=1)}'::timestamptz"
LATER = f"'{NOW + timedelta(hours=1)}'::timestamptz"


@attack("moves nothing", [WHOLE], ["L03"])
def an_entry_without_a_posting(f: Forger) -> list[str]:
    return [f.entry(f.ledger.learner, "APPLICATION")]


@attack("not of this transaction", [ENTRY, POSTINGS], ["L03"])
def an_entry_of_an_earlier_transaction(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"xact_id": 1})


@attack("does not continue the chain", [ENTRY], ["L08"])
def an_entry_after_a_gap(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"sequence": 9})


@attack("journal_entry_sequence", [ENTRY, without("journalentry", "journal_entry_sequence")], ["L08"])
def an_entry_in_the_place_of_another(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"sequence": 2})


@attack("does not continue the chain", [ENTRY], ["L09"])
def an_entry_with_a_forged_link(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"prev_hash": "sha256('forged')"})


@attack("journal_entry_no_fork", [ENTRY, "DROP INDEX journal_entry_no_fork"], ["L09"])
def an_entry_that_starts_the_chain_anew(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"prev_hash": "NULL"})


@attack("does not continue the chain", [ENTRY], ["L17"])
def an_entry_recorded_before_the_one_it_follows(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"recorded_at": EARLIER, "occurred_at": EARLIER})


@attack("recorded_after_it", [without("journalentry", "journal_entry_recorded_after_it_happened")], ["L23"])
def an_entry_of_something_that_has_not_happened(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"occurred_at": LATER})


@attack(
    "idempotency_key",
    [without("journalentry", "journal_entry_idempotency_key")],
    ["L07"],
)
def a_key_that_has_posted_before(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"idempotency_key": f"'{f.ledger.use.idempotency_key}'"})


@attack("under which rule", [ENTRY], ["L09"])
def an_entry_that_does_not_say_why(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"snapshot": "'{}'"})


@attack("not a way amounts may move", [POSTINGS], ["L19"])
def a_reason_of_ones_own(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, entry={"reason": "'GIFT'"})


@attack("posting_amount_positive", [POSTINGS, WHOLE, without("posting", "posting_amount_positive")], ["L01"])
def a_posting_of_nothing(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 0)


@attack(
    "check constraint",
    [
        POSTINGS,
        WHOLE,
        without("posting", "posting_amount_positive"),
        without("posting", "credits_posting_amount_minor_check"),
    ],
    ["L01"],
)
def a_posting_of_less_than_nothing(f: Forger) -> list[str]:
    """Used credit made ready again, by using minus two."""
    return f.use_of(f.ledger.learner, f.ledger.lot, -2)


@attack("check constraint", [POSTINGS, without("posting", "posting_moves_somewhere")], ["L01"])
def a_posting_to_where_it_comes_from(f: Forger) -> list[str]:
    earned = f.account(f.ledger.learner, "EARNED")
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, posting={"destination_id": earned})


@attack("bounds or its order", [POSTINGS], ["L05", "L12"])
def more_used_than_is_there(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 12)


@attack("bounds or its order", [POSTINGS], ["L05"])
def a_balance_that_does_not_follow(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, posting={"source_balance": 11})


@attack("bounds or its order", [POSTINGS], ["L05"])
def a_position_left_out(f: Forger) -> list[str]:
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, posting={"destination_position": 9})


@attack("not a way amounts may move", [POSTINGS], ["L05"])
def a_posting_outside_the_order(f: Forger) -> list[str]:
    outside = {"source_position": "NULL", "source_balance": "NULL"}
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, posting=outside)


@attack("not a way amounts may move", [POSTINGS], ["L19"])
def credit_minted_out_of_used_credit(f: Forger) -> list[str]:
    """An award needs an issuer; used credit does not become new credit."""
    applied = f.account(f.ledger.learner, "APPLIED")
    return f.award(2, posting={"source_id": applied, "source_position": 2, "source_balance": 2})


@attack("not a way amounts may move", [POSTINGS], ["L19"])
def another_learners_credit_used_in_ones_own_entry(f: Forger) -> list[str]:
    ledger = f.ledger
    honest = f.use_of(ledger.neighbour, ledger.theirs, 2)
    return [f.entry(ledger.learner, "APPLICATION"), honest[1]]


@attack("not a way amounts may move", [POSTINGS], ["L02", "L12"])
def one_kind_of_credit_made_into_another(f: Forger) -> list[str]:
    academic = f.account(f.ledger.learner, "APPLIED", "ACADEMIC")
    elsewhere = {"destination_id": academic, "destination_position": 1, "destination_balance": 2}
    return f.use_of(f.ledger.learner, f.ledger.lot, 2, posting=elsewhere)


@attack("account_bounds_of_purpose", [without("account", "account_bounds_of_purpose")], ["L05"])
def an_account_that_may_be_overdrawn(f: Forger) -> list[str]:
    columns = "learner_id, unit, purpose, kind_of_credit, balance_min, opened_at"
    values = f"{f.ledger.curator.pk}, 'CREDIT', 'EARNED', 'COMMUNITY', -100, '{NOW}'"
    return [f"INSERT INTO credits_account ({columns}) VALUES ({values})"]
