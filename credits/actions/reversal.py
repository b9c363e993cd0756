"""
Answer an entry by its mirror, whole or in part: the mistake and its answer both stay.

What was built on the credit that is taken back goes first, and no more of it than has to: what is only set aside is
given back, whole; then its expiry is taken back; and last a use of it, whole, so that everything else it used is ready
again, and before a use the one its qualification counts toward. Of each the newest first. What is reversed for it is
reversed under the same request.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from credits import emails
from credits.actions import holding
from credits.actions.asking import (
    AskedBefore,
    Question,
    UnableToAsk,
    agreement,
    ask,
    first_request,
    refuse_if_too_many_wait,
)
from credits.actions.moving import side
from credits.actions.posting import Credit, Draft, Move, Side, UnableToPost, amount, first_answer, take, write
from credits.choices import Purpose, Reason, RequestKind, Unit
from credits.models import Account, JournalEntry, LedgerRequest, Lot, Posting, chain
from credits.queries.lot import lies_with, standing
from credits.queries.qualification import built_on
from credits.rules import AWARDING, POLICY, REVERSIBLE_ON_REQUEST
from learners import formats
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner, Organization
from learners.permissions import is_curator, is_manager

LEAST_FIRST = Case(When(reason=Reason.HOLD, then=0), When(reason=Reason.EXPIRY, then=1), default=2)


class NotReversible(UnableToPost):
    """An entry of this kind is not answered by a reversal."""


class AlreadyReversed(UnableToPost):
    """Less of the entry is left than was to be reversed."""


class HasMoved(UnableToPost):
    """The credit lies in another account of the same person by now."""


@transaction.atomic
def ask_reversal(
    *,
    entry: JournalEntry,
    amount_minor: int | None,
    reason: str,
    authority: str,
    actor: Learner,
    idempotency_key: str,
    now: datetime,
) -> LedgerRequest:
    """
    Ask that an entry be reversed: ``amount_minor`` hundredths of a credit of it, or with None all that is left.

    A manager of the organisation that issued it asks, or a curator. Idempotent by key. Locks the organisation and
    the learner, so that two who ask at once see each other.

    :raises NotReversible: if it is a reversal, or of a kind that ends otherwise.
    :raises AlreadyReversed: if less than that is left of it.
    :raises AskedBefore: if less than that is left besides what open requests ask for.
    :raises TooManyWait: if too many requests of the organisation wait.
    :raises UnableToAsk: if the actor is neither.
    """
    _refuse_unless_reversible(entry)
    issuer = _issuer(entry)
    question = Question(
        kind=RequestKind.REVERSAL,
        learner=holder(entry),
        entry=entry,
        organization=issuer,
        amount_minor=amount_minor,
        body={"entry": str(entry.public_id), "amount_minor": amount_minor},
        reason=reason,
        authority=authority,
        actor=actor,
        idempotency_key=idempotency_key,
    )
    if first := first_request(question):
        return first
    if not is_curator(actor) and not (issuer and is_manager(actor, issuer)):
        raise UnableToAsk(_("Only a manager of the organisation that issued it, or a curator, can ask for this."))
    if amount_minor is not None and entry.reason not in AWARDING:
        raise NotReversible(_("Only an award can be reversed in part."))
    refuse_if_too_many_wait(question)
    Learner.objects.select_for_update(no_key=True).get(pk=question.learner.pk)
    if first := first_request(question):  # sent twice at once: the other one was quicker
        return first
    if (amount(amount_minor) if amount_minor is not None else 1) > left(entry):
        raise AlreadyReversed(_("Less than that is left of this entry."))
    _refuse_if_asked_for(entry, amount_minor)
    return ask(question, now=now)


def _refuse_if_asked_for(entry: JournalEntry, amount_minor: int | None) -> None:
    waiting = LedgerRequest.objects.filter(kind=RequestKind.REVERSAL, entry=entry, decision__isnull=True)
    there, asked = left(entry), list(waiting.order_by("pk"))
    minor = sum(there if minor is None else minor for minor in (amount_minor, *(each.amount_minor for each in asked)))
    if asked and minor > there:
        raise AskedBefore(
            _("A request of %(day)s asks for this line already and waits. Together that is more than is left of it.")
            % {"day": formats.day_plain(asked[0].requested_at)},
            asked[0],
        )


@transaction.atomic
def reverse(*, request: LedgerRequest, actor: Learner, now: datetime) -> JournalEntry:
    """
    Do what the approved request asks and return the reversal of its entry. Idempotent by request.

    :raises AlreadyReversed: if less than that is left of it by now.
    :raises HasMoved: if it, or what was built on it, lies in another account of the same person by now.
    """
    entry, learner = request.entry, request.learner
    if entry is None:
        raise ValueError(f"request {request.pk} reverses nothing")
    key = f"request:{request.public_id}"
    head = take(learner=learner, sides=_sides(entry, learner), idempotency_key=key, now=now)
    body_hash = bytes(request.body_hash)
    if first := first_answer(head, body_hash):
        return first
    minor = left(entry) if request.amount_minor is None else request.amount_minor
    if not 0 < minor <= left(entry):
        raise AlreadyReversed(_("Less than that is left of this entry."))
    if holder(entry) != learner:
        raise HasMoved(_("The account was merged with another one, or unmerged, since this was asked for. Ask anew."))
    given_back = []
    if entry.reason in AWARDING:
        given_back = _clear_the_way(entry, minor, request=request, actor=actor, now=now)
        head = take(learner=learner, sides=_sides(entry, learner), idempotency_key=key, now=now)
    elif higher := built_on(entry):
        for use in higher:
            _take_back(use, request=request, actor=actor, now=now)
        head = take(learner=learner, sides=_sides(entry, learner), idempotency_key=key, now=now)
    answer = write(
        head, _draft(entry, minor, request=request, actor=actor, key=key, body_hash=body_hash, now=now), now=now
    )
    message.queue(
        kind=MessageKind.ENTRY_REVERSED,
        key=f"entry_reversed:{answer.public_id}",
        data=emails.entry_reversed(answer, minor, given_back=given_back, request=request, learner=learner, now=now),
        recipient=learner,
        now=now,
    )
    return answer


def left(entry: JournalEntry) -> int:
    """Return how much of the entry's credit has not been reversed, in hundredths."""
    credit = Posting.objects.filter(lot__isnull=False)
    return sum(credit.filter(entry=entry).values_list("amount_minor", flat=True)) - sum(
        credit.filter(entry__reverses=entry).values_list("amount_minor", flat=True)
    )


def holder(entry: JournalEntry) -> Learner:
    """Return in whose accounts the entry's credit lies: the entry's learner, or after a merge the one who was kept."""
    if entry.learner is None:
        raise NotReversible(_("This entry is not part of anybody's record."))
    lots = entry.postings.filter(lot__isnull=False).values_list("lot_id", flat=True)
    holder_id = lies_with(lots)
    return entry.learner if holder_id in {None, entry.learner_id} else Learner.objects.get(pk=holder_id)


def _clear_the_way(
    entry: JournalEntry, minor: int, *, request: LedgerRequest, actor: Learner, now: datetime
) -> list[JournalEntry]:
    """
    Give or take back what was built on the entry's credit until enough of it is ready: what costs the learner least
    first, and of that the newest.

    Return the holds that ended by it.
    """
    ready = sum(lot.earned for lot in standing(request.learner, lot_ids=[entry.pk]))
    still_there = Q(reason__in=[Reason.APPLICATION, Reason.EXPIRY], reversals__isnull=True) | Q(
        reason=Reason.HOLD, ending__isnull=True
    )
    built = JournalEntry.objects.filter(still_there, postings__lot_id=entry.pk).order_by(LEAST_FIRST, "-pk")
    given_back = []
    for each in built.distinct():
        if ready >= minor:
            break
        if each.reason == Reason.HOLD:
            holding.release(hold=each, actor=actor, request=request, now=now)
            given_back.append(each)
        else:
            for use in (*built_on(each), each):
                _take_back(use, request=request, actor=actor, now=now)
        ready += sum(each.postings.filter(lot_id=entry.pk).values_list("amount_minor", flat=True))
    return given_back


def _take_back(use: JournalEntry, *, request: LedgerRequest, actor: Learner, now: datetime) -> None:
    """
    Reverse a use, or an expiry, whole.

    :raises HasMoved: if it stands in another account of the same person, which a request of its own names.
    """
    learner = request.learner
    if holder(use) != learner:
        raise HasMoved(
            _("A qualification of the same person's other account is built on this. Ask for that to be reversed first.")
        )
    key = f"request:{request.public_id}:{use.public_id}"
    head = take(learner=learner, sides=_sides(use, learner), idempotency_key=key, now=now)
    body_hash = chain.digest({"request": bytes(request.body_hash).hex(), "reverses": str(use.public_id)})
    write(head, _draft(use, left(use), request=request, actor=actor, key=key, body_hash=body_hash, now=now), now=now)


def _draft(
    entry: JournalEntry,
    minor: int,
    *,
    request: LedgerRequest,
    actor: Learner,
    key: str,
    body_hash: bytes,
    now: datetime,
) -> Draft:
    return Draft(
        reason=Reason.REVERSAL,
        learner=request.learner,
        moves=_mirror(entry, minor, request.learner),
        occurred_at=now,
        actor=actor,
        idempotency_key=key,
        body_hash=body_hash,
        snapshot={
            "type": "reversal",
            "title_vi": entry.snapshot["title_vi"],
            "title_en": entry.snapshot["title_en"],
            **agreement(request, approved_by=actor),
            "rule": "two persons",
            "rule_source": POLICY,
        },
        reverses=entry,
        reversal_part=1 + entry.reversals.count(),
        request=request,
    )


def _mirror(entry: JournalEntry, minor: int, learner: Learner) -> list[Move]:
    """Return the entry's moves the other way; of an award ``minor``, of a use or an expiry everything."""
    is_whole = minor == left(entry)
    mirrored = []
    for posting in _postings(entry):
        if posting.lot_id is None and not is_whole:
            continue  # what a conversion rounded away comes back with the last part
        amount_minor = minor if posting.lot_id is not None and entry.reason in AWARDING else posting.amount_minor
        mirrored.append(
            Move(
                source=_side(posting.destination, learner),
                destination=_side(posting.source, learner),
                amount_minor=amount_minor,
                credit=_credit(posting.lot),
            )
        )
    return mirrored


def _credit(lot: Lot | None) -> Credit | None:
    return Credit(lot_id=lot.pk, public_id=lot.entry.public_id) if lot else None


def _sides(entry: JournalEntry, learner: Learner) -> list[Side]:
    return [
        _side(account, learner) for posting in _postings(entry) for account in (posting.source, posting.destination)
    ]


def _postings(entry: JournalEntry) -> list[Posting]:
    return list(
        entry.postings.select_related(
            "source__organization", "destination__organization", "lot__entry", "source", "destination"
        ).order_by("pk")
    )


def _side(account: Account, learner: Learner) -> Side:
    """Return the account of the same purpose as it is now: after a merge the credit lies in the kept account."""
    purpose = Purpose(account.purpose)
    if account.organization is None:
        return side(learner, purpose, account.kind_of_credit)
    return Side(
        unit=Unit(account.unit),
        purpose=purpose,
        kind_of_credit=account.kind_of_credit,
        organization=account.organization,
    )


def _issuer(entry: JournalEntry) -> Organization | None:
    return entry.lot.issuer if entry.reason in AWARDING else None


def _refuse_unless_reversible(entry: JournalEntry) -> None:
    if entry.reason not in REVERSIBLE_ON_REQUEST:
        raise NotReversible(_("An entry of this kind cannot be reversed. Record the right entry anew."))
