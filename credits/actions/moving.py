"""
Moving credit from one of a learner's accounts to another: what holds, uses, expiry and merges have in common.

Called with the learner's lock held (``posting.take``): only then is what a lot has left true until the commit.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from credits.actions.posting import Credit, Move, Side, UnableToPost, amount
from credits.choices import Purpose, Unit
from credits.models import Lot
from credits.queries.lot import LotStanding, standing
from learners.models import Learner

Amounts = Mapping[int, int]  # lot (the entry that brought it) → hundredths of a credit


class NotEnoughOfLot(UnableToPost):
    """Less of this credit is there than was asked for."""


class NoLongerValid(UnableToPost):
    """The last day of this credit has passed."""


def side(learner: Learner | None, purpose: Purpose, kind_of_credit: str) -> Side:
    return Side(unit=Unit.CREDIT, purpose=purpose, kind_of_credit=kind_of_credit, learner=learner)


def sides(learner: Learner, purposes: Iterable[Purpose], lot_ids: Collection[int]) -> list[Side]:
    """Return the learner's accounts of these purposes, of the kinds these lots are of: a lot's kind never changes."""
    kinds = Lot.objects.filter(pk__in=lot_ids).values_list("kind_of_credit", flat=True).distinct()
    if not kinds:
        raise NotEnoughOfLot(_("No such credit is on record."))
    return [side(learner, purpose, kind) for purpose in purposes for kind in sorted(kinds)]


def found(learner: Learner, amounts: Amounts, *, at: Purpose) -> list[tuple[LotStanding, int]]:
    """
    Return the lots with the amounts asked for, oldest learning first.

    :raises NotEnoughOfLot: if less of one lies there, or it is not the learner's at all.
    """
    there = {lot.lot_id: lot for lot in standing(learner, lot_ids=amounts)}
    for lot_id, minor in amounts.items():
        if lot_id not in there or there[lot_id].by_purpose.get(at, 0) < amount(minor):
            raise NotEnoughOfLot(_("Less of this credit is left than was asked for. Look at the record again."))
    return [(lot, amounts[lot.lot_id]) for lot in there.values()]


def refuse_if_over(lots: Iterable[tuple[LotStanding, int]], *, now: datetime) -> None:
    """
    :raises NoLongerValid: if the last day of one of the lots has passed, whether it was let expire already or not.
    """
    today = timezone.localdate(now)
    if any(lot.valid_until is not None and lot.valid_until < today for lot, _minor in lots):
        raise NoLongerValid(_("The last day of this credit has passed, so it cannot be used any more."))


def moves(
    lots: Iterable[tuple[LotStanding, int]],
    *,
    source: tuple[Learner | None, Purpose],
    destination: tuple[Learner | None, Purpose],
) -> list[Move]:
    """Return one move a lot; where nobody is named the credit is in passing."""
    return [
        Move(
            source=side(*source, lot.kind_of_credit),
            destination=side(*destination, lot.kind_of_credit),
            amount_minor=minor,
            credit=Credit(lot_id=lot.lot_id, public_id=lot.public_id),
        )
        for lot, minor in lots
    ]


def written(amounts: Iterable[tuple[LotStanding, int]]) -> list[dict[str, object]]:
    """Return which credit it was, for a body or a snapshot: numbers of entries and amounts."""
    return [{"amount_minor": minor, "lot": str(lot.public_id)} for lot, minor in amounts]
