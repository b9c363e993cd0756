"""Learner cards: what is stored of one, which are alive, and how often somebody guessed."""

import hmac
from collections.abc import Collection, Iterator
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from learners import rules
from learners.models import Card, CardGuess, Learner
from learners.permissions import may_sign_in_by_card
from learners.queries.learner import account_ids, of_now


def secret_hash(secret: str) -> str:
    """Return what is stored of what a QR code carries."""
    return sha256(secret.encode()).hexdigest()


def keyed(purpose: str, value: str) -> str:
    """Return what is stored of a short code or a PIN: a hash that nobody can try out without the portal's key."""
    return next(keyed_each(purpose, value))


def keyed_each(purpose: str, value: str) -> Iterator[str]:
    """One for each key there has been, newest first: a printed card outlives a change of the key."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(f"learners.card.{purpose}", value, secret=key, algorithm="sha256").hexdigest()


def _alive() -> QuerySet[Card]:
    return Card.objects.filter(revoked_at__isnull=True).select_related("learner")


def by_secret(secret: str) -> Card | None:
    return _alive().filter(secret_hash=secret_hash(secret)).first()


def by_code(code: str) -> Card | None:
    """Return the living card with this short code, with its learner; it is locked for the guess that follows."""
    return _alive().select_for_update(of=["self"], no_key=True).filter(code_hash__in=keyed_each("code", code)).first()


def shown(said: str) -> Learner | None:
    """
    Return whose living card somebody shows: the address its QR code leads to, its secret, or its short code.

    Opens nothing: whoever asks must know already that the person stands before them. At most two queries.
    """
    typed = said.strip().rstrip("/").rsplit("/", 1)[-1][:100]
    card = by_secret(typed)
    if card is None:
        code = "".join(typed.upper().split()).replace("-", "")
        card = _alive().filter(code_hash__in=keyed_each("code", code)).first()
    return of_now(card.learner) if card else None


def is_known_to(card: Card, said: str) -> bool:
    """Return whether ``said`` is the card's PIN, or where it has none the confirmed birth year of its learner."""
    if card.pin_hash:
        return any(hmac.compare_digest(card.pin_hash, each) for each in keyed_each("pin", f"{card.secret_hash}:{said}"))
    return any(hmac.compare_digest(year, said) for year in confirmed_years(card.learner))


def confirmed_years(learner: Learner) -> set[str]:
    """
    Return the birth years that go with a card of this account: those staff have seen on a paper (decision 0290).

    Its own, and that of the account it opens now: a merge may have exchanged the two. What was only typed is no proof:
    whoever carries the card, or helps by a mandate, may have typed it (decision 0275).
    """
    accounts = (learner, of_now(learner))
    return {str(each.birth_year) for each in accounts if each.birth_year_confirmed_at is not None}


def opens_by_code(card: Card) -> bool:
    """Return whether anything goes with the card's short code; without, only its QR code opens."""
    return bool(card.pin_hash or confirmed_years(card.learner))


def is_guessed_out(card: Card | None, *, now: datetime) -> bool:
    """Return whether this card or its account has been guessed at too often, so that only the QR code opens it."""
    key, learner = (card.pk, card.learner_id) if card else (0, 0)
    of_card = CardGuess.objects.filter(card=key, guessed_at__gt=now - rules.CARD_GUESSES.per).count()
    of_account = CardGuess.objects.filter(card__learner=learner, guessed_at__gt=now - rules.ACCOUNT_GUESSES.per).count()
    return of_card >= rules.CARD_GUESSES.times or of_account >= rules.ACCOUNT_GUESSES.times


def of_learner(learner: Learner) -> Card | None:
    """Return the card that opens this account now, with who printed it."""
    cards = _alive().select_related("issued_by", "organization").filter(theirs(learner))
    return cards.order_by("-issued_at", "-pk").first()


def of_staff(learner: Learner) -> Card | None:
    """Return the card printed at a counter that opens the person's record now: who works there may know it too."""
    printed = _alive().filter(theirs(learner), organization__isnull=False).select_related("organization")
    return printed.order_by("-issued_at", "-pk").first()


def has_pin_not_from(staff: Collection[Learner], learner: Learner) -> bool:
    """Return whether a living card of the person has a PIN that none of these members of staff can have chosen."""
    return _alive().filter(theirs(learner)).filter(pin_not_from(staff)).exists()


def pin_not_from(staff: Collection[Learner]) -> Q:
    """Return the condition on cards with a PIN that none of these has printed, by any account of theirs."""
    ids = frozenset[int]().union(*(account_ids(each) for each in staff))
    return ~Q(pin_hash="") & ~Q(issued_by__in=ids)


def theirs(learner: Learner) -> Q:
    """Return the condition on cards that open this person's record, whichever of their accounts they were made for."""
    return Q(learner__in=account_ids(learner))


def in_session(card_id: object, learner: Learner) -> Card | None:
    """Return the card somebody came in by, while it still lets them in."""
    card = _alive().filter(pk=card_id).first() if isinstance(card_id, int) else None
    if card is None or of_now(card.learner) != learner:
        return None
    return card if may_sign_in_by_card(card.learner) and may_sign_in_by_card(learner) else None
