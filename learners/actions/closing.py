"""Closing an account: asked for, stopped by signing in. What is emptied when its time has come: ``erasure``."""

import logging
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from learners import formats, rules
from learners.actions import card, sign_in, telling, ways
from learners.actions.consent import Witness
from learners.actions.counter import (
    refuse_unless_second_at_the_desk,
    refuse_unless_served,
    refuse_who_has_address,
)
from learners.choices import MessageKind
from learners.models import AccountClosing, Learner
from learners.permissions import is_at_counter
from learners.queries import closing as queries
from learners.queries.learner import account_ids

log = logging.getLogger("learners.closing")
TOKEN_BYTES = 16  # 128 bits. Source: OWASP ASVS 5.0, 11.5.1 (at least 128 bits of entropy)


class UnableToClose(Exception):
    """The account cannot be closed now; the message is written for its person."""


class OneOfStaff(UnableToClose):
    """What one member of staff has asked for, the same one cannot confirm."""


class LastManager(UnableToClose):
    pass


@transaction.atomic
def ask(*, learner: Learner, now: datetime, witness: Witness | None = None) -> tuple[AccountClosing, str]:
    """
    Close the account when the waiting time is over; return the row and the token of its page.

    By the person, or, for who has only a card, in front of the staff who registered them; then nothing comes of it
    before it is confirmed (``confirm``, ``confirm_by_pin``). Of who has asked themself every session ends, and a letter
    or text message to every address has the address of the page. Asked again while it waits: the same row, without a
    token, of which only a hash is kept. Locks the organizations they manage, so that of two managers one
    stays, and the learner.

    :raises LastManager: if a verified organization would be left without a manager.
    :raises UnableToClose: if the staff may not, or the person has an address and does it themself.
    """
    _lock_managed(learner)
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if witness is not None:
        whom = {"learner": learner, "actor": witness.staff, "organization": witness.organization}
        refuse_unless_served(**whom, refusal=UnableToClose, now=now)  # type: ignore[arg-type]
        refuse_who_has_address(learner, refusal=UnableToClose, now=now)
    lapse(of=AccountClosing.objects.filter(learner=learner), now=now)
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
    if witness is None:
        sign_in.sign_out_everywhere(learner=learner, now=now)
    return closing, token


@transaction.atomic
def confirm(*, learner: Learner, witness: Witness, now: datetime) -> AccountClosing:
    """
    Confirm, as a second person who works there, the closing asked for at a counter; the waiting time begins now.

    Idempotent: who confirms again finds the first confirmation. Every session ends.

    :raises OneOfStaff: if the same person has asked for it.
    :raises UnableToClose: if the staff may not, the person has an address, or nothing waits any more.
    """
    closing = _lock_unconfirmed(learner, witness, now)
    if closing.needs_second and closing.witnessed_by_id in account_ids(witness.staff):
        raise OneOfStaff(_("You have written it down yourself. Another person who works here confirms it."))
    return _confirm(closing, by=witness.staff, now=now)


def confirm_by_pin(*, learner: Learner, said: str, witness: Witness, now: datetime) -> AccountClosing:
    """
    Confirm the closing by the PIN the person has typed themself; see ``confirm``.

    A PIN counts that this member of staff cannot have chosen: of a card another has printed. A birth year, which staff
    read on their page, never does. A wrong PIN is counted as at every door, so this is no transaction.

    :raises UnableToClose: if no such PIN was said, or as ``confirm``.
    """
    if not is_at_counter(witness.staff, witness.organization, learner):
        raise UnableToClose(_("This is done where the person was registered, in front of another who works there."))
    if not card.proves(learner=learner, said=said, now=now, pin_not_from=[witness.staff]):
        raise UnableToClose(
            _("That PIN confirms nothing. It must be the PIN of a card that somebody other than you has printed.")
        )
    with transaction.atomic():
        return _confirm(_lock_unconfirmed(learner, witness, now), by=None, now=now)


@transaction.atomic
def confirm_at_the_desk(*, closing: AccountClosing, curator: Learner, now: datetime) -> AccountClosing:
    """
    Confirm, as a curator, the closing asked for at a counter where nobody else works; otherwise as ``confirm``.

    :raises UnableToClose: if somebody else works there, the curator is one of the two or works there themself, the
        person has an address, or nothing waits any more.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=closing.learner_id)
    closing = AccountClosing.objects.select_related("organization", "witnessed_by", "learner").get(pk=closing.pk)
    if closing.organization is None or closing.witnessed_by is None:
        raise UnableToClose(_("The person has asked for this themself: there is nothing to confirm."))
    refuse_unless_second_at_the_desk(
        actor=curator,
        learner=learner,
        asked_by=closing.witnessed_by,
        organization=closing.organization,
        refusal=UnableToClose,
    )
    refuse_who_has_address(learner, refusal=UnableToClose, now=now)
    if closing.needs_second and not queries.for_curators(now=now).filter(pk=closing.pk).exists():
        raise UnableToClose(_("This does not wait for a curator: it was stopped, or somebody else works there."))
    return _confirm(closing, by=curator, now=now, is_by_curator=True)


def _lock_unconfirmed(learner: Learner, witness: Witness, now: datetime) -> AccountClosing:
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    whom = {"learner": learner, "actor": witness.staff, "organization": witness.organization}
    refuse_unless_served(**whom, refusal=UnableToClose, now=now)  # type: ignore[arg-type]
    refuse_who_has_address(learner, refusal=UnableToClose, now=now)
    closing = queries.waiting(learner)
    is_late = closing is not None and closing.needs_second and closing.due_at <= now
    if closing is None or is_late or closing.organization_id != witness.organization.pk:
        raise UnableToClose(_("Nothing waits here to be confirmed: it was stopped, or asked for elsewhere."))
    return closing


def _confirm(
    closing: AccountClosing, *, by: Learner | None, now: datetime, is_by_curator: bool = False
) -> AccountClosing:
    if closing.needs_second:
        closing.confirmed_at, closing.confirmed_by, closing.is_by_curator = now, by, is_by_curator
        closing.due_at = now + rules.CLOSING_WAITS
        closing.save(update_fields=["confirmed_at", "confirmed_by", "is_by_curator", "due_at"])
        sign_in.sign_out_everywhere(learner=closing.learner, now=now)
    return closing


def lapse(*, now: datetime, of: QuerySet[AccountClosing] | None = None) -> int:
    """Stop what was asked for at a counter and confirmed by nobody while it waited; return how many. Idempotent."""
    asked = AccountClosing.objects.all() if of is None else of
    return asked.filter(queries.ONE_OF_STAFF, stopped_at__isnull=True, due_at__lte=now).update(stopped_at=now)


@transaction.atomic
def stop(*, learner: Learner, now: datetime) -> bool:
    """
    Stop a closing that waits and return whether there was one; the person is told at every address. Idempotent.

    What has begun is not stopped.
    """
    if not stop_untold(learner=learner, now=now):
        return False
    with translation.override(learner.language):
        what = _("somebody has signed in, so your account stays open: the closing you asked for is stopped.")
    ways.tell(learner=learner, what=what, now=now)
    return True


def stop_untold(*, learner: Learner, now: datetime) -> bool:
    """Stop it as ``stop``; who calls tells the person."""
    waiting = AccountClosing.objects.filter(
        learner=learner, stopped_at__isnull=True, leaving_at__isnull=True, erased_at__isnull=True
    )
    return bool(waiting.update(stopped_at=now))


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
def stop_by_card(*, learner: Learner, now: datetime) -> bool:
    """
    Stop a closing asked for at a counter as who came in by the card says, and return whether there was one; idempotent.

    What the person has asked for themself a card, which may be lost, does not stop.
    """
    waiting = queries.waiting(learner)
    return waiting is not None and waiting.organization_id is not None and stop(learner=learner, now=now)


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
    if found is None or found.stopped_at is not None or found.erased_at is not None or found.needs_second:
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
