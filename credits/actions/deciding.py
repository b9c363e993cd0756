"""
Decide a request: the second of two persons. Approving does what was asked, in the same transaction.

The one who decides is a curator, is not the one who asked, is not the learner, and does not work for the organisation
that asks.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits import emails
from credits.actions import freezing, merging, recognition, reversal
from credits.actions.posting import UnableToPost
from credits.choices import Outcome, RequestKind
from credits.models import LedgerDecision, LedgerRequest
from credits.permissions import Obstacle, accounts_of, concerned_by, obstacle_to_deciding
from learners.actions import message, telling_apart
from learners.choices import MessageKind
from learners.models import Learner

NOTE_CHARACTERS_MAX = 1000
__all__ = ["AlreadyDecided", "LedgerRequest", "UnableToDecide", "alongside", "approve", "refuse", "withdraw"]

ACTS: Mapping[str, Callable[..., object]] = {
    RequestKind.REVERSAL: reversal.reverse,
    RequestKind.TRANSFER_IN: recognition.recognize,
    RequestKind.PRIOR_LEARNING: recognition.recognize,
    RequestKind.MERGE: merging.merge,
    RequestKind.UNMERGE: merging.undo,
    RequestKind.UNFREEZE: freezing.unfreeze,
}


class Alongside(Protocol):
    """What an app above does around an approved act, in its transaction and before any lock of the ledger."""

    def __call__(self, *, request: LedgerRequest, now: datetime) -> AbstractContextManager[None]: ...


_ALONGSIDE: dict[str, list[Alongside]] = {}


def alongside(kind: RequestKind, what: Alongside) -> None:
    """Register what else happens when such a request is approved; called once, when the apps are ready."""
    _ALONGSIDE.setdefault(kind, []).append(what)


class UnableToDecide(UnableToPost):
    """This person does not decide this request; the message is written for them."""


class AlreadyDecided(UnableToPost):
    """Somebody decided otherwise before."""


@transaction.atomic
def approve(*, request: LedgerRequest, actor: Learner, note: str = "", now: datetime) -> LedgerDecision:
    """
    Approve the request, do what it asks, and return the decision. Approving twice is approving once.

    Who is who is asked before and after: a merge may make the actor, or the one who asked, the learner's other account,
    and only the act waits for it.

    :raises UnableToDecide: if the actor is not the second person, or the one who asked is concerned by now.
    :raises AlreadyDecided: if it was refused or taken back before.
    :raises UnableToPost: if what it asks cannot be done by now; then nothing is decided either.
    """
    with ExitStack() as others:
        for each in _ALONGSIDE.get(request.kind, ()):
            others.enter_context(each(request=request, now=now))
        decision, is_new = _decide(request, Outcome.APPROVED, actor=actor, note=note, now=now)
        if is_new:
            ACTS[request.kind](request=request, actor=actor, now=now)
            # With the act's locks held: true at the commit.
            _refuse_unless_second_person(request, Outcome.APPROVED, actor)
    return decision


@transaction.atomic
def refuse(*, request: LedgerRequest, actor: Learner, note: str, now: datetime) -> LedgerDecision:
    """
    Refuse the request and return the decision; ``note`` tells the one who asked why.

    The accounts of a merge that is refused are two people's until a curator says otherwise.

    :raises UnableToDecide: if the actor is not the second person, or does not say why.
    :raises AlreadyDecided: if it was approved or taken back before.
    """
    if not note.strip():
        raise UnableToDecide(_("Say why, so that the one who asked knows what to change."))
    decision, is_new = _decide(request, Outcome.REFUSED, actor=actor, note=note, now=now)
    if is_new and request.kind == RequestKind.MERGE:
        accounts = (request.learner, request.other_learner)
        telling_apart.say(accounts=accounts, actor=actor, now=now)  # type: ignore[arg-type]  # a merge names both
    return decision


@transaction.atomic
def withdraw(*, request: LedgerRequest, actor: Learner, now: datetime) -> LedgerDecision:
    """
    Take the request back and return the decision; only who asked may.

    :raises UnableToDecide: if somebody else asked.
    :raises AlreadyDecided: if it has been decided.
    """
    return _decide(request, Outcome.WITHDRAWN, actor=actor, note="", now=now)[0]


def _decide(
    request: LedgerRequest, outcome: Outcome, *, actor: Learner, note: str, now: datetime
) -> tuple[LedgerDecision, bool]:
    _refuse_unless_second_person(request, outcome, actor)
    try:
        decision, is_new = LedgerDecision.objects.get_or_create(
            request=request,
            defaults={
                "outcome": outcome,
                "decided_by": actor,
                "decided_at": now,
                "note": note.strip()[:NOTE_CHARACTERS_MAX],
            },
        )
    except IntegrityError:  # the database asks too, and a merge may have been committed since we did
        _refuse_unless_second_person(request, outcome, actor)
        raise
    if is_new and outcome != Outcome.WITHDRAWN:
        message.queue(
            kind=MessageKind.REQUEST_DECIDED,
            key=f"request_decided:{request.public_id}",
            data=emails.request_decided(decision, now=now),
            recipient=request.requested_by,
            now=now,
        )
    if decision.outcome != outcome:
        raise AlreadyDecided(
            _("This request has been decided before: %(outcome)s.") % {"outcome": decision.get_outcome_display()}
        )
    return decision, is_new


REFUSALS = {
    Obstacle.NO_CURATOR: gettext_lazy("Only a curator decides a request."),
    Obstacle.ASKED: gettext_lazy("A request is decided by a second person. Ask another curator."),
    Obstacle.CONCERNED: gettext_lazy("Nobody decides about their own record. Ask another curator."),
    Obstacle.WORKS_THERE: gettext_lazy("You work for the organisation that asks. Ask another curator."),
}


def _refuse_unless_second_person(request: LedgerRequest, outcome: Outcome, actor: Learner) -> None:
    if outcome == Outcome.WITHDRAWN:
        if actor.pk != request.requested_by_id:
            raise UnableToDecide(_("Only the one who asked can take a request back."))
    elif obstacle := obstacle_to_deciding(actor, request):
        raise UnableToDecide(str(REFUSALS[obstacle]))
    elif outcome == Outcome.APPROVED and not accounts_of(request.requested_by).isdisjoint(concerned_by(request)):
        raise UnableToDecide(_("Nobody asks for a change to their own record. Ask a colleague."))
