"""Freeze a ledger, by one person and at once; lift the freeze, by two."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from credits import emails
from credits.actions.asking import (
    REASON_CHARACTERS_MAX,
    NotForOneself,
    Question,
    SaysNotWhy,
    ask,
    first_request,
    refuse_unless_curator,
)
from credits.actions.posting import UnableToPost
from credits.choices import RequestKind
from credits.models import Freeze, LedgerRequest, Unfreeze
from learners.actions import person, telling
from learners.choices import MessageKind
from learners.models import Learner


class AlreadyLifted(UnableToPost):
    """The freeze is over."""


def _refuse_if_lifted(freeze: Freeze) -> None:
    if Unfreeze.objects.filter(freeze=freeze).exists():
        raise AlreadyLifted(_("This freeze has been lifted already."))


def _holder(learner: Learner) -> Learner:
    """Return the account that was kept in the end: the learner's own, or the one it was merged into."""
    while merge := learner.ledger_merges_away.filter(undo__isnull=True).order_by("-pk").first():
        learner = merge.kept
    return learner


@transaction.atomic
def freeze(*, learner: Learner, reason: str, actor: Learner, now: datetime) -> Freeze:
    """
    Let no credit leave this ledger from now on and return the freeze. Idempotent: a frozen ledger stays as it is.

    It is the person's that is frozen, in all accounts that merges have joined. It stands with the account that was kept
    in the end; if a merge or its undo comes first, with the one that is kept by then.

    :raises UnableToAsk: if the actor is no curator, or it is about themselves.
    :raises SaysNotWhy: if the reason is missing or too long.
    """
    refuse_unless_curator(actor)
    reason = reason.strip()
    if not reason or len(reason) > REASON_CHARACTERS_MAX:
        raise SaysNotWhy(_("Say why, in at most 1,000 characters. The learner will read it."))
    accounts = person.lock(learner)
    if actor in accounts:
        raise NotForOneself(_("Nobody asks for a change to their own record. Ask a colleague."))
    if frozen := Freeze.objects.filter(learner__in=accounts, lifted__isnull=True).first():
        return frozen
    holder = _holder(learner)
    frozen = Freeze.objects.create(learner=holder, frozen_at=now, frozen_by=actor, reason=reason)
    what = gettext_noop("your record is frozen: for now no credit can be used.")
    _tell(holder, what, reason, key=f"{frozen.pk}", now=now)
    return frozen


def ask_unfreeze(
    *, freeze: Freeze, reason: str, authority: str, actor: Learner, idempotency_key: str, now: datetime
) -> LedgerRequest:
    """
    Ask that a freeze be lifted. A curator asks. Idempotent by key, also when it has been lifted since.

    :raises AlreadyLifted: if it was lifted before.
    """
    refuse_unless_curator(actor)
    question = Question(
        kind=RequestKind.UNFREEZE,
        learner=freeze.learner,
        body={"freeze": freeze.pk},
        reason=reason,
        authority=authority,
        actor=actor,
        idempotency_key=idempotency_key,
    )
    if first := first_request(question):
        return first
    _refuse_if_lifted(freeze)
    return ask(question, now=now)


@transaction.atomic
def unfreeze(*, request: LedgerRequest, actor: Learner, now: datetime) -> Unfreeze:
    """
    Lift the freeze the approved request names and return that. Idempotent by request.

    :raises AlreadyLifted: if another request lifted it.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=request.learner_id)
    lifted, is_new = Unfreeze.objects.get_or_create(
        freeze_id=request.body["freeze"], defaults={"request": request, "lifted_at": now}
    )
    if lifted.request_id != request.pk:
        raise AlreadyLifted(_("This freeze has been lifted already."))
    if is_new:
        what = gettext_noop("your record is no longer frozen; credit can be used again.")
        _tell(request.learner, what, request.reason, key=f"{lifted.pk}:lifted", now=now)
    return lifted


def _tell(learner: Learner, what: str, reason: str, *, key: str, now: datetime) -> None:
    with override(learner.language):
        data = emails.record_changed(_(what), reason, learner=learner, now=now)
    key = f"record_changed:freeze:{key}"
    telling.tell(learner=learner, kind=MessageKind.RECORD_CHANGED, key=key, data=data, now=now)
