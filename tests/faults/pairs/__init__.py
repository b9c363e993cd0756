"""
Every two acts of the ledger that can meet: what was there before, the two, and what may come of it.

Each function makes a new world for one meeting. Beside it stands what keeps it right: without that it goes wrong.
"""

from collections.abc import Callable

from tests.faults.pairs import awards, ledgers, persons, seals, uses
from tests.faults.pairs.meeting import Pair

LOCKS = "the row locks"
MEETING = "finding what the other wrote at the same moment"
ONE_DECISION = "one decision a request"
ONE_QUESTION = "one request a key"
ONE_SEAL = "one seal at a time"
NOTHING = "nothing has to: neither waits for the other"

PAIRS: dict[Callable[[], Pair], str] = {
    awards.two_awards: LOCKS,
    awards.the_first_awards: MEETING,
    awards.the_same_award_twice: LOCKS,
    awards.one_key_for_two_learners: MEETING,
    uses.two_holds_of_the_last_credit: LOCKS,
    uses.a_hold_and_a_use: LOCKS,
    uses.two_uses_of_the_last_credit: LOCKS,
    uses.a_hold_released_as_it_lapses: LOCKS,
    uses.a_hold_used_as_it_is_released: LOCKS,
    uses.a_use_and_the_expiry: LOCKS,
    uses.two_expiries: LOCKS,
    persons.an_award_and_a_reversal: LOCKS,
    persons.two_reversals_of_one_award: LOCKS,
    persons.two_parts_reversed: LOCKS,
    persons.a_reversal_and_a_use: LOCKS,
    persons.a_reversal_and_a_hold: LOCKS,
    persons.two_approvals: ONE_DECISION,
    persons.an_approval_and_a_refusal: ONE_DECISION,
    persons.the_same_question_twice: ONE_QUESTION,
    ledgers.a_freeze_and_a_use: LOCKS,
    ledgers.two_freezes: LOCKS,
    ledgers.a_merge_and_an_award: LOCKS,
    ledgers.two_merges_the_opposite_way: LOCKS,
    ledgers.a_merge_and_a_hold: LOCKS,
    ledgers.a_merge_and_the_expiry: LOCKS,
    ledgers.a_merge_undone_and_a_use: LOCKS,
    seals.a_seal_and_an_award: NOTHING,
    seals.two_seals: ONE_SEAL,
}
