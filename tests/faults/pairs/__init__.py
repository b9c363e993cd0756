"""
Every two acts of the ledger that can meet: what was there before, the two, and what may come of it.

Each function makes a new world for one meeting. Beside it stands which two acts meet, and what keeps it right: without
that it goes wrong. Pairs that are not here stand in ``elsewhere.py``, each with its reason.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.faults.pairs import (
    awards,
    batches,
    claims,
    expiries,
    freezes,
    holds,
    merges,
    persons,
    recognitions,
    seals,
    uses,
)
from tests.faults.pairs.acts import Act
from tests.faults.pairs.meeting import Pair

LOCKS = "the row locks"
MEETING = "finding what the other wrote at the same moment"
ONE_DECISION = "one decision a request"
ONE_QUESTION = "one request a key"
ONE_LIFTING = "one end of a freeze"
ONE_SEAL = "one seal at a time"
NOTHING = "nothing has to: neither waits for the other"


class Met(NamedTuple):
    one: Act
    other: Act
    guard: str = LOCKS


PAIRS: dict[Callable[[], Pair], Met] = {
    awards.two_awards: Met(Act.AWARD, Act.AWARD),
    awards.the_first_awards: Met(Act.AWARD, Act.AWARD, MEETING),
    awards.the_same_award_twice: Met(Act.AWARD, Act.AWARD),
    awards.one_key_for_two_learners: Met(Act.AWARD, Act.AWARD, MEETING),
    batches.a_batch_and_an_award: Met(Act.AWARD_MANY, Act.AWARD),
    batches.a_batch_and_an_award_under_its_key: Met(Act.AWARD_MANY, Act.AWARD, MEETING),
    batches.two_batches: Met(Act.AWARD_MANY, Act.AWARD_MANY),
    batches.a_batch_and_a_use: Met(Act.AWARD_MANY, Act.USE),
    recognitions.a_recognition_and_an_award: Met(Act.RECOGNIZE, Act.AWARD),
    recognitions.one_learning_asked_for_twice: Met(Act.ASK, Act.ASK),
    uses.two_holds_of_the_last_credit: Met(Act.HOLD, Act.HOLD),
    uses.a_hold_and_a_use: Met(Act.HOLD, Act.USE),
    uses.two_uses_of_the_last_credit: Met(Act.USE, Act.USE),
    uses.a_use_and_a_hold_used: Met(Act.USE, Act.APPLY_HOLD),
    holds.a_hold_released_as_it_lapses: Met(Act.RELEASE, Act.LAPSE),
    holds.a_hold_used_as_it_is_released: Met(Act.APPLY_HOLD, Act.RELEASE),
    holds.a_hold_used_as_it_lapses: Met(Act.APPLY_HOLD, Act.LAPSE),
    holds.a_hold_and_the_release_of_another: Met(Act.HOLD, Act.RELEASE),
    expiries.a_use_and_the_expiry: Met(Act.USE, Act.EXPIRE),
    expiries.two_expiries: Met(Act.EXPIRE, Act.EXPIRE),
    expiries.a_hold_and_the_expiry: Met(Act.HOLD, Act.EXPIRE),
    expiries.a_release_and_the_expiry: Met(Act.RELEASE, Act.EXPIRE),
    expiries.a_hold_used_and_the_expiry: Met(Act.APPLY_HOLD, Act.EXPIRE),
    expiries.a_reversal_and_the_expiry: Met(Act.REVERSE, Act.EXPIRE),
    holds.a_hold_lapsed_as_its_credit_is_reversed: Met(Act.LAPSE, Act.REVERSE),
    holds.a_hold_used_as_its_credit_is_reversed: Met(Act.APPLY_HOLD, Act.REVERSE),
    claims.two_claims_with_one_qualification: Met(Act.CLAIM, Act.CLAIM),
    claims.one_pathway_claimed_from_two_accounts: Met(Act.CLAIM, Act.CLAIM),
    claims.a_claim_and_a_reversal_in_the_other_account: Met(Act.CLAIM, Act.REVERSE),
    claims.a_claim_and_a_merge: Met(Act.CLAIM, Act.MERGE),
    claims.a_claim_and_a_merge_undone: Met(Act.CLAIM, Act.UNDO),
    persons.an_award_and_a_reversal: Met(Act.AWARD, Act.REVERSE),
    persons.two_reversals_of_one_award: Met(Act.REVERSE, Act.REVERSE),
    persons.two_parts_reversed: Met(Act.ASK, Act.ASK),
    persons.a_reversal_and_a_use: Met(Act.REVERSE, Act.USE),
    persons.a_reversal_and_a_hold: Met(Act.REVERSE, Act.HOLD),
    persons.two_approvals: Met(Act.DECIDE, Act.DECIDE, ONE_DECISION),
    persons.an_approval_and_a_refusal: Met(Act.DECIDE, Act.DECIDE, ONE_DECISION),
    persons.the_same_question_twice: Met(Act.ASK, Act.ASK, ONE_QUESTION),
    merges.a_merge_and_an_award: Met(Act.MERGE, Act.AWARD),
    merges.a_merge_and_a_batch: Met(Act.MERGE, Act.AWARD_MANY),
    merges.a_merge_and_a_completion: Met(Act.MERGE, Act.AWARD),
    merges.a_merge_and_a_recognition: Met(Act.MERGE, Act.RECOGNIZE),
    merges.a_merge_and_a_hold: Met(Act.MERGE, Act.HOLD),
    merges.a_merge_and_a_release: Met(Act.MERGE, Act.RELEASE, NOTHING),
    merges.a_merge_and_a_use: Met(Act.MERGE, Act.USE),
    merges.a_merge_and_the_expiry: Met(Act.MERGE, Act.EXPIRE),
    merges.a_merge_and_a_reversal: Met(Act.MERGE, Act.REVERSE),
    merges.a_merge_of_who_approves: Met(Act.MERGE, Act.DECIDE),
    merges.a_merge_of_who_asked: Met(Act.MERGE, Act.DECIDE),
    merges.two_merges_the_opposite_way: Met(Act.MERGE, Act.MERGE),
    merges.a_merge_undone_and_a_use: Met(Act.UNDO, Act.USE),
    merges.a_merge_undone_and_a_reversal: Met(Act.UNDO, Act.REVERSE),
    merges.a_merge_undone_and_one_further_on: Met(Act.UNDO, Act.MERGE),
    merges.a_merge_undone_twice: Met(Act.UNDO, Act.UNDO),
    freezes.a_freeze_and_a_use: Met(Act.FREEZE, Act.USE),
    freezes.a_freeze_and_a_use_in_the_merged_account: Met(Act.FREEZE, Act.USE),
    freezes.a_freeze_and_a_hold: Met(Act.FREEZE, Act.HOLD),
    freezes.a_freeze_and_a_hold_used: Met(Act.FREEZE, Act.APPLY_HOLD),
    freezes.a_freeze_and_a_reversal: Met(Act.FREEZE, Act.REVERSE, NOTHING),
    freezes.a_freeze_and_a_merge: Met(Act.FREEZE, Act.MERGE),
    freezes.a_freeze_of_the_kept_account_and_a_merge: Met(Act.FREEZE, Act.MERGE),
    freezes.a_freeze_and_a_merge_undone: Met(Act.FREEZE, Act.UNDO),
    freezes.two_freezes: Met(Act.FREEZE, Act.FREEZE),
    freezes.a_freeze_lifted_and_a_use: Met(Act.UNFREEZE, Act.USE, NOTHING),
    freezes.a_freeze_lifted_and_a_new_one: Met(Act.UNFREEZE, Act.FREEZE, NOTHING),
    freezes.a_freeze_lifted_twice: Met(Act.UNFREEZE, Act.UNFREEZE, ONE_LIFTING),
    seals.a_seal_and_an_award: Met(Act.SEAL, Act.AWARD, NOTHING),
    seals.two_seals: Met(Act.SEAL, Act.SEAL, ONE_SEAL),
}
