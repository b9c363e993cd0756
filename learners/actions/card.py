"""
Learner cards: print one, end one, come in by one.

What opens is made here, goes onto the paper in the same answer and is nowhere else. Printing again is making another
card: the one before is dead at once, so a lost card, a torn one and a printer that jammed are one thing.
"""

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learners import formats, rules
from learners.actions import telling
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import MessageKind
from learners.models import Card, CardGuess, Learner, Organization
from learners.permissions import is_at_counter, may_sign_in_by_card
from learners.queries import card as cards
from learners.queries.learner import of_now

PIN_IS_NEEDED = gettext_lazy("No birth year is confirmed, so this card needs a PIN.")
KEPT = max(rules.CARD_GUESSES.per, rules.ACCOUNT_GUESSES.per) + timedelta(days=1)


class UnableToIssue(Exception):
    """No card is printed for this person here; the message is for who asked for it."""


class NeedsPin(UnableToIssue):
    """Nothing else would go with its short code, which then opens nothing (decision 0275)."""


class UnableToComeIn(Exception):
    """This opens nothing. Why is not said: who guesses must not learn what was right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A card, and what stands on its paper only."""

    card: Card
    secret: str
    code: str


def new_code() -> str:
    """Return a new short code, as it is typed from a card or told at a counter."""
    return code_of(secrets.randbits(256))


def code_of(number: int) -> str:
    """Return the short code a number far greater than there are codes stands for; its last letters, so to say."""
    letters = rules.CARD_LETTERS
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(rules.CARD_CODE_LETTERS))


def code_under(purpose: str, *asked: str) -> str:
    """
    Return the short code that follows from what is asked for, the key of the page among it: sent twice it is the same.

    Whoever knows all of that and not the portal's secret learns none.
    """
    return code_of(int(cards.keyed(purpose, "\n".join(asked)), 16))


@transaction.atomic
def issue(
    *, learner: Learner, actor: Learner, now: datetime, organization: Organization | None = None, pin: str = ""
) -> Printed:
    """
    Make a card for a learner and return it with what goes onto the paper; the card before is dead.

    At the counter of ``organization`` by its staff, for whom it has registered and who has no address, in no account;
    without one, by the person themself.
    Not idempotent: each call is another card. Who can be written to is told. Locks the learner.

    :raises NeedsPin: if there is none, and no confirmed birth year either.
    :raises UnableToIssue: if the actor may not, the organization is not verified now, or the person works for one, for
        which a card is too weak.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if organization is None:
        refuse_unless_theirs(learner=learner, actor=actor, organization=None)
    else:
        refuse_unless_served(learner=learner, actor=actor, organization=organization, refusal=UnableToIssue, now=now)
        refuse_who_has_address(learner, refusal=UnableToIssue, now=now)
    if not may_sign_in_by_card(learner):
        raise UnableToIssue(_("People who work for an organisation sign in by a code, not by a card."))
    if not pin and not cards.confirmed_years(learner):
        raise NeedsPin(PIN_IS_NEEDED)
    _revoke(learner, actor=actor, now=now)
    secret = secrets.token_urlsafe(rules.SECRET_BYTES)
    code = new_code()
    stored = cards.secret_hash(secret)
    card = Card.objects.create(
        learner=learner,
        secret_hash=stored,
        code_hash=cards.keyed("code", code),
        pin_hash=cards.keyed("pin", f"{stored}:{pin}") if pin else "",
        issued_at=now,
        issued_by=actor,
        organization=organization,
    )
    if not learner.has_card:
        learner.has_card = True
        learner.save(update_fields=["has_card"])
    _tell(card, now=now)
    return Printed(card=card, secret=secret, code=code)


@transaction.atomic
def revoke(*, learner: Learner, actor: Learner, now: datetime, organization: Organization | None = None) -> None:
    """
    End the learner's card; who came in by it is out at their next click. Idempotent.

    :raises UnableToIssue: if the actor may not.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    refuse_unless_theirs(learner=learner, actor=actor, organization=organization)
    _revoke(learner, actor=actor, now=now)


@transaction.atomic
def come_in_by_secret(*, secret: str, now: datetime) -> Card:
    """
    Return the card whose QR code this is.

    :raises UnableToComeIn: if no living card has it, or its account lets nobody in by a card.
    """
    return _used(cards.by_secret(secret), now=now)


def come_in_by_code(*, code: str, said: str, now: datetime) -> Card:
    """
    Return the card with this short code, for who also says its PIN or, where it has none, the birth year.

    Each wrong guess is counted, on the card and on all cards of its account, under the card's lock; a code that is
    nobody's takes the same work. What is left of a difference, a row read and locked, drowns in a short wait of random
    length: who may guess a handful of times a day at a card cannot take the mean of many.

    :raises UnableToComeIn: if anything about it is wrong, or has been too often.
    """
    card = _guess(code, said, now)
    if card is None:
        time.sleep(secrets.SystemRandom().uniform(0, rules.GUESS_BLUR.total_seconds()))
        raise UnableToComeIn(_nothing())
    return card


@transaction.atomic
def _guess(code: str, said: str, now: datetime) -> Card | None:
    """Return the card or nothing; raising here would undo the count."""
    card = cards.by_code(code)
    is_closed = cards.is_guessed_out(card, now=now)
    if card is not None and not is_closed and cards.is_known_to(card, said) and _lets_in(card):
        return _used(card, now=now)
    _count_guess(card, now=now)
    return None


def _count_guess(card: Card | None, *, now: datetime) -> None:
    """
    Write down a wrong guess, and clear away those that count no more.

    A code that is nobody's takes the same work, and its row is cleared away at the next guess: it counts for no card,
    and a stranger's machine must not fill a table.
    """
    CardGuess.objects.filter(guessed_at__lt=now - KEPT).delete()
    CardGuess.objects.create(card=card, guessed_at=now if card else now - KEPT - timedelta(seconds=1))


def proves(*, learner: Learner, said: str, now: datetime, pin_not_from: Collection[Learner] = ()) -> bool:
    """
    Return whether ``said`` is the PIN or birth year that goes with a living card of the person.

    Whichever of their accounts it was made for; with ``pin_not_from`` only a PIN, of a card none of them printed.
    A wrong one is counted, on each.
    """
    with transaction.atomic():
        alive = Card.objects.filter(cards.theirs(learner), revoked_at=None).select_related("learner").order_by("pk")
        if pin_not_from:
            alive = alive.filter(cards.pin_not_from(pin_not_from))
        theirs = list(alive.select_for_update(of=["self"], no_key=True))
        if any(not cards.is_guessed_out(card, now=now) and cards.is_known_to(card, said) for card in theirs):
            return True
        guessed_at: list[Card | None] = [*theirs] or [None]
        for card in guessed_at:
            _count_guess(card, now=now)
        return False


def _used(card: Card | None, *, now: datetime) -> Card:
    if card is None or not _lets_in(card):
        raise UnableToComeIn(_nothing())
    card.used_at = now
    card.save(update_fields=["used_at"])
    return card


def _lets_in(card: Card) -> bool:
    """Return whether its account, and the one that account has become one with, may be come in to by a card."""
    return may_sign_in_by_card(card.learner) and may_sign_in_by_card(of_now(card.learner))


def _nothing() -> str:
    return _(
        "That opens no record. Look again at the code and the birth year or PIN, or scan the card; where it was "
        "printed there is a new one."
    )


def refuse_unless_theirs(*, learner: Learner, actor: Learner, organization: Organization | None) -> None:
    """
    Refuse unless the learner acts for themself, or a member of staff where the learner was registered.

    :raises UnableToIssue: if neither.
    """
    if organization is None:
        if actor != learner:
            raise UnableToIssue(_("A card is printed by the person themself, or where they were registered."))
    elif not is_at_counter(actor, organization, learner):
        raise UnableToIssue(_("A card is printed by the person themself, or where they were registered."))


def _revoke(learner: Learner, *, actor: Learner, now: datetime) -> None:
    Card.objects.filter(cards.theirs(learner), revoked_at=None).update(revoked_at=now, revoked_by=actor)


def _tell(card: Card, *, now: datetime) -> None:
    learner = card.learner
    with translation.override(learner.language):
        who = f"{card.issued_by.full_name}, {card.organization.name}" if card.organization else _("you yourself")
        data = {
            "date": formats.day(now, learner.language),
            "who": who,
            "help_phone": settings.HELPLINE,
            "link": settings.SITE_URL + reverse("learners:card"),
        }
    telling.tell(learner=learner, kind=MessageKind.CARD_PRINTED, key=f"card:{card.pk}", data=data, now=now)
