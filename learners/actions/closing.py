"""Closing an account: asked for, stopped by signing in. What is emptied when its time has come: ``erasure``."""

import logging
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from learners import formats, rules
from learners.actions import sign_in, telling, ways
from learners.actions.consent import Witness
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import MessageKind
from learners.models import AccountClosing, Learner
from learners.permissions import is_at_counter
from learners.queries import closing as queries

log = logging.getLogger("learners.closing")
TOKEN_BYTES = 16  # 128 bits. Source: OWASP ASVS 5.0, 11.5.1 (at least 128 bits of entropy)


class UnableToClose(Exception):
    """The account cannot be closed now; the message is written for its person."""


class LastManager(UnableToClose):
    pass


@transaction.atomic
def ask(*, learner: Learner, now: datetime, witness: Witness | None = None) -> tuple[AccountClosing, str]:
    """
    Close the account when the waiting time is over; return the row and the token of its page.

    By the person, or, for who has only a card, in front of the staff who registered them. Every session ends, and a
    letter or text message to every address of theirs has the address of the page. Asked again while it waits: the same
    row, without a token, of which only a hash is kept. Locks the organizations they manage, so that of two managers one
    stays, and the learner.

    :raises LastManager: if a verified organization would be left without a manager.
    :raises UnableToClose: if the staff may not, or the person has an address and does it themself.
    """
    _lock_managed(learner)
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if witness is not None:
        whom = {"learner": learner, "actor": witness.staff, "organization": witness.organization}
        refuse_unless_served(**whom, refusal=UnableToClose, now=now)  # type: ignore[arg-type]
        refuse_who_has_address(learner, refusal=UnableToClose)
    if waiting := queries.waiting(learner):
        return waiting, ""
    if left := queries.left_without_manager(learner):
        raise LastManager(
            _("You are the only manager of %(name)s. Let somebody else manage it first, or ask a person.")
            % {"name": left[0].name}
        )
    token = token_urlsafe(TOKEN_BYTES)
    closing = AccountClosing.objects.create(
        learner=learner,
        token_hash=sha256(token.encode()).hexdigest(),
        asked_at=now,
        due_at=now + rules.CLOSING_WAITS,
        witnessed_by=witness.staff if witness else None,
        organization=witness.organization if witness else None,
    )
    with translation.override(learner.language):
        data = {
            "date": formats.day(closing.due_at, learner.language),
            "link": settings.SITE_URL + reverse("learners:closing", args=[token]),
        }
    kind = MessageKind.ACCOUNT_CLOSING
    telling.tell(learner=learner, kind=kind, key=f"account_closing:{closing.pk}", data=data, now=now)
    sign_in.sign_out_everywhere(learner=learner, now=now)
    return closing, token


@transaction.atomic
def stop(*, learner: Learner, now: datetime) -> bool:
    """
    Stop a closing that waits and return whether there was one; the person is told at every address. Idempotent.

    What has begun is not stopped.
    """
    waiting = AccountClosing.objects.filter(
        learner=learner, stopped_at__isnull=True, leaving_at__isnull=True, erased_at__isnull=True
    )
    if not waiting.update(stopped_at=now):
        return False
    with translation.override(learner.language):
        what = _("somebody has signed in, so your account stays open: the closing you asked for is stopped.")
    ways.tell(learner=learner, what=what, now=now)
    return True


@transaction.atomic
def stop_at_counter(*, learner: Learner, witness: Witness, now: datetime) -> bool:
    """
    Stop a closing as the person in front of the counter says, who has nothing but a card to sign in with; see ``stop``.

    A counter that is closed for now does this too: it ends something.

    :raises UnableToClose: if the staff do not stand at the counter where the person was registered.
    """
    if not is_at_counter(witness.staff, witness.organization, learner):
        raise UnableToClose(_("This is done where the person was registered, in front of another who works there."))
    return stop(learner=learner, now=now)


@transaction.atomic
def begin(*, closing: AccountClosing, now: datetime) -> bool:
    """
    Begin to close an account whose time has come; from now on nothing stops it. Idempotent.

    False if it was stopped meanwhile or is done, if another worker is at it, or if the person has become the only
    manager of a verified organization since they asked: then it waits, and the page of the closing says for whom.
    """
    _lock_managed(closing.learner)
    rows = AccountClosing.objects.select_for_update(of=["self"], no_key=True, skip_locked=True)
    found = rows.select_related("learner").filter(pk=closing.pk).first()
    if found is None or found.stopped_at is not None or found.erased_at is not None:
        return False
    if found.leaving_at is None:
        if queries.left_without_manager(found.learner, is_due=True):
            log.warning("closing_waits_for_a_manager", extra={"closing": str(found.public_id)})
            return False
        found.leaving_at = now
        found.save(update_fields=["leaving_at"])
    return True


def _lock_managed(learner: Learner) -> None:
    """Organizations come before learners in the order of locks."""
    list(queries.managed_by(learner).select_for_update(no_key=True).order_by("pk"))
