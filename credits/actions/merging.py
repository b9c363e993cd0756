"""
Merge two accounts of one person: all the merged one holds moves to the one that is kept, and within a month back again.

Nothing of the ledger is re-keyed. Each account keeps its own chain: one entry moves the credit out, one brings it in,
and between the two it passes through an account that is empty at every commit. Totals are the same before and after.
What is not of the ledger follows by ``learners.actions.following``, and goes back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from credits import emails
from credits.actions.application import LedgerIsFrozen, refuse_if_frozen
from credits.actions.asking import Question, UnableToAsk, agreement, ask, first_request, refuse_unless_curator
from credits.actions.moving import moves, written
from credits.actions.posting import Draft, Move, UnableToPost, take, write
from credits.choices import Purpose, Reason, RequestKind
from credits.models import Freeze, JournalEntry, LedgerRequest, Merge, MergeUndo, chain
from credits.queries.lot import LotStanding, open_holds, standing
from credits.queries.qualification import are_tied
from credits.rules import KEPT, MERGE_UNDO_DAYS, POLICY
from learners import formats
from learners.actions import following, telling
from learners.choices import MessageKind
from learners.models import Learner
from learners.queries import closing
from learners.queries.learner import of_now

Lots = dict[Purpose, list[tuple[LotStanding, int]]]


class CreditIsSetAside(UnableToPost):
    """The account that is merged has credit set aside; that has to end first."""


class AlreadyMerged(UnableToPost):
    """The account has been merged, or the merge undone, already."""


class TooLateToUndo(UnableToPost):
    """A merge is undone within thirty days."""


class ClosedOrClosing(UnableToPost):
    """One of the two accounts is closed, or its person has asked to close it."""


class NoWayBack(UnableToPost):
    """Nobody could come in to the account that would be given back."""


class UsedSince(UnableToPost):
    """What came with the merge has been used since; that has to be taken back first."""


def ask_merge(
    *, kept: Learner, merged: Learner, reason: str, authority: str, actor: Learner, idempotency_key: str, now: datetime
) -> LedgerRequest:
    """
    Ask that ``merged`` be emptied into ``kept``, two accounts of one person. A curator asks.

    :raises AlreadyMerged: if one of them has been merged away already.
    :raises ClosedOrClosing: if one of them is closed or about to be.
    :raises LedgerIsFrozen: if one of them is frozen.
    """
    refuse_unless_curator(actor)
    if kept == merged:
        raise UnableToAsk(_("These are not two accounts."))
    question = Question(
        kind=RequestKind.MERGE,
        learner=kept,
        other_learner=merged,
        body={"kept": str(kept.ledger_number), "merged": str(merged.ledger_number)},
        reason=reason,
        authority=authority,
        actor=actor,
        idempotency_key=idempotency_key,
    )
    if first := first_request(question):
        return first
    _refuse_if_merged_away(kept, merged)
    _refuse_if_closing(kept, merged)
    if Freeze.objects.filter(learner__in=[kept, merged], lifted__isnull=True).exists():
        raise LedgerIsFrozen(_("One of these ledgers is frozen. The freeze has to be lifted first."))
    return ask(question, now=now)


def ask_undo(
    *, merge: Merge, reason: str, authority: str, actor: Learner, idempotency_key: str, now: datetime
) -> LedgerRequest:
    """
    Ask that a merge be undone. A curator asks.

    :raises TooLateToUndo: if it was more than thirty days ago.
    :raises AlreadyMerged: if the kept account has been merged away since.
    :raises ClosedOrClosing: if one of the two is closed or about to be.
    """
    refuse_unless_curator(actor)
    question = Question(
        kind=RequestKind.UNMERGE,
        learner=merge.kept,
        other_learner=merge.merged,
        body={"merge": merge.pk},
        reason=reason,
        authority=authority,
        actor=actor,
        idempotency_key=idempotency_key,
    )
    if first := first_request(question):
        return first
    _refuse_if_too_late(merge, now)
    _refuse_if_merged_away(merge.kept)
    _refuse_if_closing(merge.kept, merge.merged)
    return ask(question, now=now)


@transaction.atomic
def merge(*, request: LedgerRequest, actor: Learner, now: datetime) -> Merge:
    """
    Do what the approved request asks and return the merge. Idempotent by request.

    :raises AlreadyMerged: if one of the two has been merged away meanwhile.
    :raises ClosedOrClosing: if one of the two has been closed meanwhile, or is about to be.
    :raises LedgerIsFrozen: if one of the two has been frozen meanwhile.
    :raises CreditIsSetAside: if the merged account has credit set aside.
    """
    kept, merged = _lock_both(request)
    if first := Merge.objects.filter(request=request).first():
        return first
    _refuse_if_merged_away(kept, merged)
    _refuse_if_closing(kept, merged)
    refuse_if_frozen(kept)
    refuse_if_frozen(merged)
    if holds := open_holds(merged):
        raise CreditIsSetAside(
            _("The account to be merged has credit set aside until %(day)s. That has to end first.")
            % {"day": formats.day_plain(max(hold.expires_at for hold in holds))}
        )
    lots = _lots(standing(merged))
    out_entry, in_entry = _pass_on(
        lots,
        giver=merged,
        taker=kept,
        request=request,
        actor=actor,
        reasons=(Reason.MERGE_OUT, Reason.MERGE_IN),
        now=now,
    )
    done = Merge.objects.create(
        kept=kept, merged=merged, request=request, out_entry=out_entry, in_entry=in_entry, merged_at=now
    )
    following.move(giver=merged, taker=kept, key=_key(done), now=now)
    _tell(request, gettext_noop("two accounts of yours are one record now."), now=now)
    return done


@transaction.atomic
def undo(*, request: LedgerRequest, actor: Learner, now: datetime) -> MergeUndo:
    """
    Move back what the merge moved and return its undoing. Idempotent by request.

    :raises TooLateToUndo: if it was more than thirty days ago.
    :raises AlreadyMerged: if it has been undone, or the kept account has been merged away since.
    :raises UsedSince: if some of it has been used or set aside since.
    :raises ClosedOrClosing: if one of the two is closed or about to be.
    :raises LedgerIsFrozen: if the kept account is frozen.
    :raises NoWayBack: if nothing would open the merged account.
    """
    kept, merged = _lock_both(request)
    done = Merge.objects.get(pk=request.body["merge"])
    if first := MergeUndo.objects.filter(merge=done).first():
        if first.request_id == request.pk:
            return first
        raise AlreadyMerged(_("This merge has been undone already."))
    _refuse_if_too_late(done, now)
    _refuse_if_merged_away(kept)
    _refuse_if_closing(kept, merged)
    refuse_if_frozen(kept)
    if are_tied(kept, merged):
        raise UsedSince(_("A qualification of one account counts toward one of the other. That has to end first."))
    lots = _moved(done, kept)
    out_entry, in_entry = _pass_on(
        lots,
        giver=kept,
        taker=merged,
        request=request,
        actor=actor,
        reasons=(Reason.UNMERGE_OUT, Reason.UNMERGE_IN),
        now=now,
    )
    undone = MergeUndo.objects.create(
        merge=done, request=request, out_entry=out_entry, in_entry=in_entry, undone_at=now
    )
    try:
        following.move_back(giver=merged, taker=kept, key=_key(done), since=done.merged_at, now=now)
    except following.NoWayBack as reason:
        raise NoWayBack(str(reason)) from reason
    _tell(request, gettext_noop("the merge of two accounts was undone; each has its own record again."), now=now)
    return undone


def _key(merge: Merge) -> str:
    return f"merge:{merge.pk}"


def _tell(request: LedgerRequest, what: str, *, now: datetime) -> None:
    """Tell whoever they are now, one person or two, at every address: another one may open their record since."""
    pair = [each for each in (request.learner_id, request.other_learner_id) if each is not None]
    people = {of_now(each) for each in Learner.objects.filter(pk__in=pair)}
    for learner in sorted(people, key=lambda each: each.pk):
        with override(learner.language):
            data = emails.record_changed(_(what), request.reason, learner=learner, now=now)
        key = f"record_changed:{request.public_id}:{learner.pk}"
        telling.tell(learner=learner, kind=MessageKind.RECORD_CHANGED, key=key, data=data, now=now)


def _lock_both(request: LedgerRequest) -> tuple[Learner, Learner]:
    """
    Lock both learners by id, so that two merges the other way round do not wait for each other.

    What comes before learners in the order of locks is locked first: a completion holds its enrolment and waits for
    the learner.
    """
    pair = (request.learner_id, request.other_learner_id or 0)
    following.lock(pair)
    locked = Learner.objects.select_for_update(no_key=True).filter(pk__in=pair).order_by("pk")
    by_id = {learner.pk: learner for learner in locked}
    return by_id[pair[0]], by_id[pair[1]]


def _lots(lots: Sequence[LotStanding]) -> Lots:
    return {
        purpose: [(lot, lot.by_purpose[purpose]) for lot in lots if lot.by_purpose.get(purpose, 0)] for purpose in KEPT
    }


def _moved(merge: Merge, kept: Learner) -> Lots:
    """
    Return what is left in the kept account of what the merge moved, as it lies there now.

    Of a lot less may be left, where an award was reversed since; what a reversed use gave back lies elsewhere.

    :raises UsedSince: if some of it has been used or set aside since.
    """
    if merge.in_entry is None:
        return {purpose: [] for purpose in KEPT}
    came: dict[int, int] = {}  # by lot, what came as used
    for posting in merge.in_entry.postings.select_related("destination"):
        is_used = posting.destination.purpose == Purpose.APPLIED
        came[posting.lot_id or 0] = came.get(posting.lot_id or 0, 0) + (posting.amount_minor if is_used else 0)
    there = standing(kept, lot_ids=came)
    if any(lot.held or lot.applied > came[lot.lot_id] for lot in there):
        raise UsedSince(_("Credit that came with the merge has been used since. That has to be taken back first."))
    return _lots(there)


def _pass_on(
    lots: Lots,
    *,
    giver: Learner,
    taker: Learner,
    request: LedgerRequest,
    actor: Learner,
    reasons: tuple[Reason, Reason],
    now: datetime,
) -> tuple[JournalEntry | None, JournalEntry | None]:
    """Write the entry that moves the lots out and the one that brings them in; nothing where there is nothing."""
    if not any(lots.values()):
        return None, None
    out_moves = [
        move
        for purpose, amounts in lots.items()
        for move in moves(amounts, source=(giver, purpose), destination=(None, Purpose.CLEARING))
    ]
    in_moves = [
        move
        for purpose, amounts in lots.items()
        for move in moves(amounts, source=(None, Purpose.CLEARING), destination=(taker, purpose))
    ]
    entries = [
        _write(learner, sides, reason=reason, lots=lots, request=request, actor=actor, now=now)
        for learner, sides, reason in zip((giver, taker), (out_moves, in_moves), reasons, strict=True)
    ]
    return entries[0], entries[1]


def _write(
    learner: Learner,
    moved: list[Move],
    *,
    reason: Reason,
    lots: Lots,
    request: LedgerRequest,
    actor: Learner,
    now: datetime,
) -> JournalEntry:
    key = f"request:{request.public_id}:{reason}"
    head = take(
        learner=learner,
        sides=[account for move in moved for account in (move.source, move.destination)],
        idempotency_key=key,
        now=now,
    )
    return write(
        head,
        Draft(
            reason=reason,
            learner=learner,
            moves=moved,
            occurred_at=now,
            actor=actor,
            idempotency_key=key,
            body_hash=chain.digest({"reason": str(reason), "request": bytes(request.body_hash).hex()}),
            snapshot={
                "type": reason.lower(),
                "title_vi": "",
                "title_en": "",
                **agreement(request, approved_by=actor),
                "rule": "two persons",
                "rule_source": POLICY,
                "lots": [each for amounts in lots.values() for each in written(amounts)],
            },
            request=request,
        ),
        now=now,
    )


def _refuse_if_merged_away(*learners: Learner) -> None:
    if Merge.objects.filter(merged__in=learners, undo__isnull=True).exists():
        raise AlreadyMerged(_("One of these accounts has been merged into another one already."))


def _refuse_if_closing(*learners: Learner) -> None:
    """To be asked under the locks of the learners, which ``closing.ask`` takes too."""
    closed = Learner.objects.filter(pk__in=[learner.pk for learner in learners], closed_at__isnull=False)
    if closed.exists() or any(closing.waiting(learner) for learner in learners):
        raise ClosedOrClosing(_("One of these accounts is closed, or will be closed soon because its owner asked."))


def _refuse_if_too_late(merge: Merge, now: datetime) -> None:
    if now > merge.merged_at + timedelta(days=MERGE_UNDO_DAYS):
        raise TooLateToUndo(_("A merge can be undone for thirty days. For this one that time is over."))
