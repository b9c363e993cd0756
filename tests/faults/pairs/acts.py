"""The acts of the ledger: all that is done to it, each by which action."""

from collections.abc import Callable
from enum import StrEnum, auto

from credits.actions import (
    application,
    batch,
    deciding,
    expiry,
    freezing,
    holding,
    ledger,
    merging,
    qualification,
    recognition,
    reversal,
    seal,
)


class Act(StrEnum):
    AWARD = auto()
    AWARD_MANY = auto()
    RECOGNIZE = auto()
    HOLD = auto()
    RELEASE = auto()
    APPLY_HOLD = auto()
    LAPSE = auto()
    USE = auto()
    CLAIM = auto()
    EXPIRE = auto()
    REVERSE = auto()
    MERGE = auto()
    UNDO = auto()
    FREEZE = auto()
    UNFREEZE = auto()
    SEAL = auto()
    ASK = auto()
    DECIDE = auto()


DONE_BY: dict[Act, tuple[Callable[..., object], ...]] = {
    Act.AWARD: (ledger.award,),
    Act.AWARD_MANY: (batch.award_many,),
    Act.RECOGNIZE: (recognition.recognize,),
    Act.HOLD: (holding.hold,),
    Act.RELEASE: (holding.release,),
    Act.APPLY_HOLD: (holding.apply_hold,),
    Act.LAPSE: (holding.lapse_due,),
    Act.USE: (application.use,),
    Act.CLAIM: (qualification.claim,),
    Act.EXPIRE: (expiry.expire_due,),
    Act.REVERSE: (reversal.reverse,),
    Act.MERGE: (merging.merge,),
    Act.UNDO: (merging.undo,),
    Act.FREEZE: (freezing.freeze,),
    Act.UNFREEZE: (freezing.unfreeze,),
    Act.SEAL: (seal.seal,),
    Act.ASK: (
        reversal.ask_reversal,
        recognition.ask_transfer,
        recognition.ask_prior_learning,
        merging.ask_merge,
        merging.ask_undo,
        freezing.ask_unfreeze,
    ),
    Act.DECIDE: (deciding.approve, deciding.refuse, deciding.withdraw),
}
