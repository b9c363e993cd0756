"""
Ask for an act on someone else's ledger. Nothing is posted yet: a second person decides (``deciding.py``).

Each act's module says who may ask for it and with which body; the body is all that will be done. The words that are
typed with it may be about somebody: they stay in the request, and of them only digests go on into the ledger.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from credits.actions.posting import KeyReused, UnableToPost
from credits.choices import RequestKind
from credits.models import JournalEntry, LedgerRequest, chain
from credits.permissions import accounts_of
from credits.rules import REQUESTS_OPEN_MAX
from learners.models import Learner, Organization
from learners.permissions import is_curator, is_manager

REASON_CHARACTERS_MAX = 1000
AUTHORITY_CHARACTERS_MAX = 500
SEEN_CHARACTERS_MAX = 200
DIGESTS = frozenset({"reason_digest", "authority_digest", "seen_digest"})


class UnableToAsk(UnableToPost):
    """This person cannot ask for this; the message is written for them."""


class NotForOneself(UnableToAsk):
    """Nobody asks for anything on their own ledger."""


class SaysNotWhy(UnableToAsk):
    """The reason or the document is missing, or too long."""


class TooManyWait(UnableToAsk):
    """As many requests of the organisation wait for a curator as may wait at once."""


class AskedBefore(KeyReused):
    """This page has sent another request already; or the same is asked for in another one. ``request`` is that one."""

    def __init__(self, message: str, request: LedgerRequest) -> None:
        super().__init__(message)
        self.request = request


def refuse_unless_manager(actor: Learner, organization: Organization) -> None:
    if not is_manager(actor, organization):
        raise UnableToAsk(_("Only a manager of the organisation can ask for this."))


def refuse_unless_curator(actor: Learner) -> None:
    if not is_curator(actor):
        raise UnableToAsk(_("Only a curator can ask for this."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, by whom and why; ``body`` is all that will be done, without the words that were typed."""

    kind: RequestKind
    learner: Learner
    body: dict[str, Any]
    reason: str
    authority: str
    actor: Learner
    idempotency_key: str
    seen: str = ""  # of what is recognised: what the one who asks has seen
    organization: Organization | None = None
    other_learner: Learner | None = None
    entry: JournalEntry | None = None
    amount_minor: int | None = None

    @property
    def words(self) -> dict[str, str]:
        return {"reason": self.reason.strip(), "authority": self.authority.strip(), "seen": self.seen.strip()}

    def whole(self, salt: bytes) -> dict[str, Any]:
        """Return what is agreed on: the body, and digests of the words."""
        return {**self.body, **chain.digests(salt, self.words), "kind": str(self.kind)}


def first_request(question: Question) -> LedgerRequest | None:
    """
    Return the request this key has asked already, if it has; asking twice is asking once.

    :raises AskedBefore: if it asked for something else.
    """
    request = LedgerRequest.objects.filter(idempotency_key=question.idempotency_key).first()
    if request is not None and bytes(request.body_hash) != chain.digest(question.whole(bytes(request.salt))):
        raise AskedBefore(
            _(
                "Your first request was sent and stays as you first wrote it; what you see here has not been sent. If "
                "the first one is wrong, take it back. If you want both, send this one now."
            ),
            request,
        )
    return request


def refuse_if_too_many_wait(question: Question) -> None:
    """
    Lock the organisation, so that its managers who ask at once see each other, and count what it has waiting.

    What a curator asks for about its entries is no request of the organisation's. Sent again, a request is let through:
    it is there already.

    :raises TooManyWait: if ``REQUESTS_OPEN_MAX`` wait.
    """
    organization = question.organization
    if organization is None or is_curator(question.actor):
        return
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    waiting = LedgerRequest.objects.filter(
        organization=organization, decision__isnull=True, requested_by__is_staff=False
    ).count()
    if waiting >= REQUESTS_OPEN_MAX and first_request(question) is None:
        raise TooManyWait(
            _(
                "%(count)s requests of %(name)s are waiting for a curator, which is as many as may wait at once. Take "
                "back what is not needed any more, or send this one when some have been decided."
            )
            % {"count": REQUESTS_OPEN_MAX, "name": organization.name}
        )


def _whose(entry: JournalEntry | None) -> Learner | None:
    return entry.learner if entry else None


@transaction.atomic
def ask(question: Question, *, now: datetime) -> LedgerRequest:
    """
    Write down what is asked and return it. Idempotent by key: the same body returns the first request.

    :raises NotForOneself: if it is about the one who asks.
    :raises SaysNotWhy: if the reason or the document is missing, or a text too long.
    :raises AskedBefore: if the key has asked for something else.
    """
    concerned = {each.pk for each in (question.learner, question.other_learner, _whose(question.entry)) if each}
    if not accounts_of(question.actor).isdisjoint(concerned):
        raise NotForOneself(_("Nobody asks for a change to their own record. Ask a colleague."))
    words, salt = question.words, secrets.token_bytes(chain.SALT_BYTES)
    if not 0 < len(words["reason"]) <= REASON_CHARACTERS_MAX:
        raise SaysNotWhy(_("Say why, in at most 1,000 characters. The learner will read it."))
    if not 0 < len(words["authority"]) <= AUTHORITY_CHARACTERS_MAX:
        raise SaysNotWhy(_("Name the document that allows it, in at most 500 characters."))
    if len(words["seen"]) > SEEN_CHARACTERS_MAX:
        raise SaysNotWhy(_("Write what you have seen in at most 200 characters."))
    whole = question.whole(salt)
    # Two who send the same key at once meet at its UNIQUE: the second finds the first one's.
    request, _is_new = LedgerRequest.objects.get_or_create(
        idempotency_key=question.idempotency_key,
        defaults={
            "kind": question.kind,
            "learner": question.learner,
            "other_learner": question.other_learner,
            "entry": question.entry,
            "organization": question.organization,
            "amount_minor": question.amount_minor,
            "body": whole,
            "body_hash": chain.digest(whole),
            **words,
            "salt": salt,
            "requested_by": question.actor,
            "requested_at": now,
        },
    )
    return first_request(question) or request


def agreement(request: LedgerRequest, *, approved_by: Learner) -> dict[str, str]:
    """
    Return what an entry remembers of what two persons agreed on: who by number, and digests of the words.

    ``asked_by`` is the organisation's name, as it was that day; empty where a curator asked.
    """
    organization = None if request.requested_by.is_staff else request.organization
    return {
        **{name: said for name, said in request.body.items() if name in DIGESTS},
        "requested_by": str(request.requested_by.ledger_number),
        "approved_by": str(approved_by.ledger_number),
        "asked_by_vi": organization.name_vi if organization else "",
        "asked_by_en": organization.name_en if organization else "",
    }
