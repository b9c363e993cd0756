"""
The pairs of acts for which there is no world: the same meeting as another's, or none at all.

One row is for every act on its left with every act on its right.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from tests.faults.pairs.acts import Act

TwoActs = frozenset[Act]  # one where an act meets another one of its kind

COMES_IN = (Act.AWARD, Act.AWARD_MANY, Act.RECOGNIZE)
COMES_BACK = (Act.RELEASE, Act.LAPSE)
STOPPED_BY_A_FREEZE = (Act.HOLD, Act.APPLY_HOLD, Act.USE, Act.CLAIM, Act.MERGE, Act.UNDO)
MOVES_CREDIT = (
    *COMES_IN,
    *COMES_BACK,
    *STOPPED_BY_A_FREEZE,
    Act.EXPIRE,
    Act.REVERSE,
)


class Same(NamedTuple):
    left: tuple[Act, ...]
    right: tuple[Act, ...]
    world: TwoActs  # whose meeting it is
    because: str


class Apart(NamedTuple):
    left: tuple[Act, ...]
    right: tuple[Act, ...]
    because: str


def two(one: Act, other: Act) -> TwoActs:
    return frozenset({one, other})


SAME_AS = (
    Same(
        (Act.AWARD,),
        (Act.HOLD, *COMES_BACK, Act.APPLY_HOLD, Act.USE, Act.CLAIM, Act.EXPIRE),
        two(Act.AWARD, Act.REVERSE),
        "credits_award against credits_take, over the learner and the account of what is ready",
    ),
    Same(
        (Act.AWARD_MANY,),
        (Act.RECOGNIZE, Act.HOLD, *COMES_BACK, Act.APPLY_HOLD, Act.CLAIM, Act.EXPIRE, Act.REVERSE),
        two(Act.AWARD_MANY, Act.USE),
        "the batch's own two locks against credits_take",
    ),
    Same(
        (Act.RECOGNIZE,),
        (Act.HOLD, *COMES_BACK, Act.APPLY_HOLD, Act.USE, Act.CLAIM, Act.EXPIRE, Act.REVERSE),
        two(Act.HOLD, Act.USE),
        "two that go by credits_take, one after the other on one chain; what comes in is never refused",
    ),
    Same(
        (Act.RECOGNIZE,),
        (Act.RECOGNIZE,),
        two(Act.RECOGNIZE, Act.AWARD),
        "one that goes by credits_take, and brings credit under a key of its own",
    ),
    Same(
        COMES_IN,
        (Act.UNDO,),
        two(Act.MERGE, Act.AWARD),
        "both learners are locked by id and lots change their account, whichever way they go",
    ),
    Same(
        (Act.LAPSE,),
        (Act.HOLD,),
        two(Act.HOLD, Act.RELEASE),
        "a hold that lapses is given back like any other, by the clock",
    ),
    Same(
        COMES_BACK,
        (Act.USE, Act.CLAIM),
        two(Act.HOLD, Act.RELEASE),
        "what comes back is ready or not yet, for a use as for another hold",
    ),
    Same((Act.RELEASE,), (Act.RELEASE,), two(Act.RELEASE, Act.LAPSE), "a hold has one key to end under"),
    Same((Act.LAPSE,), (Act.LAPSE,), two(Act.RELEASE, Act.LAPSE), "a hold has one key to end under"),
    Same((Act.APPLY_HOLD,), (Act.APPLY_HOLD,), two(Act.APPLY_HOLD, Act.RELEASE), "a hold has one key to end under"),
    Same((Act.LAPSE,), (Act.EXPIRE,), two(Act.RELEASE, Act.EXPIRE), "a lapse is a release by the clock"),
    Same(
        (Act.APPLY_HOLD,),
        (Act.HOLD, Act.CLAIM),
        two(Act.USE, Act.APPLY_HOLD),
        "whoever else wants what is ready, for a hold or a claim as for a use",
    ),
    Same(
        (Act.RELEASE,),
        (Act.REVERSE,),
        two(Act.LAPSE, Act.REVERSE),
        "the reversal gives back itself what is set aside, under the one key a hold has to end under",
    ),
    Same(
        (Act.LAPSE, Act.APPLY_HOLD),
        (Act.MERGE,),
        two(Act.MERGE, Act.RELEASE),
        "a merge waits until what is set aside has ended, however it ends",
    ),
    Same(
        (Act.HOLD, *COMES_BACK, Act.APPLY_HOLD),
        (Act.UNDO,),
        two(Act.UNDO, Act.USE),
        "an undo asks under its lock whether what came is used or set aside",
    ),
    Same(
        (Act.EXPIRE,),
        (Act.UNDO,),
        two(Act.MERGE, Act.EXPIRE),
        "the job finds a lot in one account, and under the lock it lies in the other",
    ),
    Same(
        (Act.UNFREEZE,),
        (Act.HOLD, Act.APPLY_HOLD, Act.CLAIM, Act.MERGE, Act.UNDO),
        two(Act.UNFREEZE, Act.USE),
        "a freeze is lifted or not yet, for all that it stops",
    ),
    # What a claim judges besides is the person's, and has worlds of its own; test_claim_races.py is about one account.
    Same(
        (Act.CLAIM,),
        (Act.USE,),
        two(Act.USE, Act.USE),
        "of one account's credit: it is judged under the lock that a use waits for, then used like any other",
    ),
    Same((Act.CLAIM,), (Act.HOLD,), two(Act.HOLD, Act.USE), "of one account's credit, as against a use"),
    Same((Act.CLAIM,), (Act.EXPIRE,), two(Act.USE, Act.EXPIRE), "of one account's credit, as against a use"),
    Same(
        (Act.CLAIM,),
        (Act.FREEZE,),
        two(Act.FREEZE, Act.USE),
        "it uses credit, and a freeze is of all accounts of the person, whichever the claim is made in",
    ),
    Same(
        (Act.SEAL,),
        tuple(act for act in MOVES_CREDIT if act != Act.AWARD),
        two(Act.SEAL, Act.AWARD),
        "a seal reads the newest entry of each chain as it is committed, whoever wrote it",
    ),
    Same(
        (Act.ASK,),
        (Act.REVERSE,),
        two(Act.ASK, Act.ASK),
        "who asks waits for the learner's lock, then looks at what is left and at what waits",
    ),
)

APART = (
    Apart(
        (Act.FREEZE, Act.UNFREEZE),
        (*COMES_IN, *COMES_BACK, Act.EXPIRE),
        "a freeze stops what goes to somebody or something; what comes, comes back or is over takes no notice of it",
    ),
    Apart((Act.UNFREEZE,), (Act.REVERSE,), "a reversal takes no notice of a freeze; it meets the freeze itself"),
    Apart((Act.SEAL,), (Act.FREEZE, Act.UNFREEZE, Act.ASK), "no entry is written that a seal could miss"),
    Apart(
        (Act.ASK,),
        tuple(act for act in (*MOVES_CREDIT, Act.FREEZE, Act.UNFREEZE) if act != Act.REVERSE),
        "a question changes nothing, and all it asked about is asked again under the locks when it is approved",
    ),
    Apart(
        (Act.DECIDE,),
        tuple(act for act in Act if act not in {Act.DECIDE, Act.MERGE}),
        "a decision is one row of its request, and what an approval does is an act of its own in this table; who may "
        "decide is changed by a merge alone, for an undo only takes away what stood against it",
    ),
)


def pairs_of(row: Same | Apart) -> Iterator[TwoActs]:
    return (two(one, other) for one, other in product(row.left, row.right))
