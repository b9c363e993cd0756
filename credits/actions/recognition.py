"""
Recognise what was learned elsewhere or from experience.

A manager of the recognising organisation asks, a curator decides. Credit of another scheme is converted once, at the
end, from the sum of what is recognised; the fraction is the policy's, rounded down to the hundredth, and what is
rounded away is posted, so that in = out + residue.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credits import emails
from credits.actions.asking import (
    AskedBefore,
    Question,
    UnableToAsk,
    agreement,
    ask,
    first_request,
    refuse_if_too_many_wait,
    refuse_unless_manager,
)
from credits.actions.posting import (
    NEW,
    Draft,
    Move,
    Part,
    Side,
    UnableToPost,
    amount,
    first_answer,
    new_lot,
    take,
    write,
)
from credits.choices import KindOfCredit, LotSource, Purpose, Reason, RequestKind, Unit
from credits.models import JournalEntry, LedgerRequest
from credits.queries.request import same_learning
from credits.rules import (
    GRAINS_PER_HUNDREDTH,
    RATIO_FIGURE_MAX,
    RATIO_MAX,
    RECOGNIZED_HUNDREDTHS_MAX,
    may_recognize,
)
from learners import formats
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner, Organization
from learners.models.folding import fold

TEXT_CHARACTERS_MAX = 200


class NothingLeft(UnableToPost):
    """Converted, it is less than a hundredth of a credit."""


class TooMuch(UnableToAsk):
    """One request recognises no more than a bachelor's programme."""


class NoSuchRatio(UnableToAsk):
    """No policy converts like that."""


class NotTheirKind(UnableToAsk):
    """An organisation of this kind does not recognise credit of that kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized:
    """What is recognised, as the learner reads it; texts are about the learning and name no person."""

    title_vi: str
    title_en: str
    provider_vi: str  # where it was learned
    provider_en: str
    field_code: str  # ISCED-F 2013
    field_vi: str
    field_en: str
    level: int | None
    learned_until: date
    evidence: dict[str, object]  # JSON without fractions: kinds and hashes of documents
    rule: str
    rule_source: str
    seen: str = ""  # what somebody has seen, in their words: kept beside the ledger, which has its digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A policy of conversion: credits for one unit of the scheme."""

    scheme_code: str
    policy_id: str
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 1 or self.denominator < 1 or GRAINS_PER_HUNDREDTH % self.denominator:
            raise ValueError(f"{self.numerator}/{self.denominator} is no ratio of a policy")

    def convert(self, in_minor: int) -> tuple[int, int]:
        """Return hundredths of a credit, rounded down, and in grains what that leaves over."""
        grains = amount(in_minor) * self.numerator * (GRAINS_PER_HUNDREDTH // self.denominator)
        return divmod(grains, GRAINS_PER_HUNDREDTH)


def ask_transfer(
    *,
    learner: Learner,
    organization: Organization,
    kind_of_credit: str,
    in_minor: int,
    ratio: Ratio,
    recognized: Recognized,
    reason: str,
    authority: str,
    actor: Learner,
    idempotency_key: str,
    now: datetime,
) -> LedgerRequest:
    """
    Ask that credit earned elsewhere be transferred in; ``in_minor`` in hundredths of the other scheme's unit.

    :raises NothingLeft: if that is less than a hundredth of a credit.
    :raises NoSuchRatio: if the ratio's figures are too high, or it makes more than three credits of one.
    :raises TooMuch: if it makes more than 120 credits.
    :raises NotTheirKind: if it is academic and the organisation does not teach that.
    :raises AskedBefore: if the organisation has asked for the same learning already.
    :raises TooManyWait: if too many requests of the organisation wait.
    :raises UnableToAsk: if the actor is no manager of the organisation, or it is not verified.
    """
    refuse_ratio(ratio)
    out_minor, residue_grains = ratio.convert(in_minor)
    if not out_minor:
        raise NothingLeft(_("Converted, this is less than a hundredth of a credit."))
    return _ask(
        RequestKind.TRANSFER_IN,
        learner=learner,
        organization=organization,
        kind_of_credit=kind_of_credit,
        recognized=recognized,
        amounts={
            "amount_minor": out_minor,
            "conversion": {
                **asdict(ratio),
                "in_minor": in_minor,
                "out_minor": out_minor,
                "residue_grains": residue_grains,
            },
        },
        reason=reason,
        authority=authority,
        actor=actor,
        idempotency_key=idempotency_key,
        now=now,
    )


def ask_prior_learning(
    *,
    learner: Learner,
    organization: Organization,
    kind_of_credit: str,
    amount_minor: int,
    recognized: Recognized,
    reason: str,
    authority: str,
    actor: Learner,
    idempotency_key: str,
    now: datetime,
) -> LedgerRequest:
    """
    Ask that what was learned from experience be recognised, in hundredths of a credit.

    It stays marked as prior learning for life: a basis for exemption, never a diploma.

    :raises TooMuch: if it is more than 120 credits.
    :raises NotTheirKind: if it is academic and the organisation does not teach that.
    :raises UnableToAsk: if the actor is no manager of the organisation, or it is not verified.
    """
    return _ask(
        RequestKind.PRIOR_LEARNING,
        learner=learner,
        organization=organization,
        kind_of_credit=kind_of_credit,
        recognized=recognized,
        amounts={"amount_minor": amount(amount_minor), "conversion": None},
        reason=reason,
        authority=authority,
        actor=actor,
        idempotency_key=idempotency_key,
        now=now,
    )


@transaction.atomic
def _ask(
    kind: RequestKind,
    *,
    learner: Learner,
    organization: Organization,
    kind_of_credit: str,
    recognized: Recognized,
    amounts: dict[str, Any],
    now: datetime,
    actor: Learner,
    **more: Any,
) -> LedgerRequest:
    said = asdict(recognized)
    seen = said.pop("seen")
    question = Question(
        kind=kind,
        learner=learner,
        organization=organization,
        body={
            **amounts,
            "kind_of_credit": str(KindOfCredit(kind_of_credit)),
            "learner": str(learner.ledger_number),
            "organization": str(organization.public_id),
            "recognized": {**said, "learned_until": recognized.learned_until.isoformat()},
        },
        seen=seen,
        actor=actor,
        **more,
    )
    if first := first_request(question):
        return first
    refuse_unless_manager(actor, organization)
    refuse_unless_verified(organization, now)
    refuse_too_much(amounts["amount_minor"])
    if not may_recognize(organization.kind, kind_of_credit):
        raise NotTheirKind(_("Only universities, schools and vocational colleges recognise academic credit."))
    if recognized.learned_until > timezone.localdate(now):
        raise UnableToAsk(_("The day on which the learning ended lies in the future."))
    refuse_if_too_many_wait(question)
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)  # two who ask at once see each other
    if first := first_request(question):  # sent twice at once: the other one was quicker
        return first
    _refuse_if_asked_for(learner, organization, recognized)
    return ask(question, now=now)


def _refuse_if_asked_for(learner: Learner, organization: Organization, recognized: Recognized) -> None:
    learned_until = recognized.learned_until.isoformat()
    for each in same_learning(learner, title=recognized.title_vi, provider=recognized.provider_vi):
        if each.organization_id == organization.pk and each.body["recognized"]["learned_until"] == learned_until:
            raise AskedBefore(
                _("You asked for the same on %(day)s. If that request is wrong and waits, take it back first.")
                % {"day": formats.day_plain(each.requested_at)},
                each,
            )


def refuse_too_much(hundredths: int) -> None:
    if hundredths > RECOGNIZED_HUNDREDTHS_MAX:
        raise TooMuch(
            _("This makes %(credits)s credits. One request recognises at most %(most)s, a bachelor's programme.")
            % {"credits": formats.credits(hundredths), "most": formats.credits(RECOGNIZED_HUNDREDTHS_MAX)}
        )


def refuse_ratio(ratio: Ratio) -> None:
    if max(ratio.numerator, ratio.denominator) > RATIO_FIGURE_MAX:
        raise NoSuchRatio(_("Each figure of the conversion is at most %(most)s.") % {"most": RATIO_FIGURE_MAX})
    if ratio.numerator > RATIO_MAX * ratio.denominator:
        raise NoSuchRatio(_("One credit there is worth at most %(most)s credits here.") % {"most": RATIO_MAX})


def refuse_unless_verified(organization: Organization, now: datetime) -> None:
    if not organization.is_verified(on=timezone.localdate(now)):
        raise UnableToAsk(_("Only an organisation that is verified now can recognise learning."))


@transaction.atomic
def recognize(*, request: LedgerRequest, actor: Learner, now: datetime) -> JournalEntry:
    """
    Do what the approved request asks and return the entry. Idempotent by request.

    :raises UnableToAsk: if the organisation is no longer verified.
    """
    learner, organization, body = request.learner, request.organization, request.body
    if organization is None:
        raise ValueError(f"request {request.pk} names no organisation")
    kind, unit = body["kind_of_credit"], Unit.CREDIT
    source = Side(unit=unit, purpose=Purpose.RECOGNIZED, kind_of_credit=kind, organization=organization)
    destination = Side(unit=unit, purpose=Purpose.EARNED, kind_of_credit=kind, learner=learner)
    moves = [Move(source=source, destination=destination, amount_minor=body["amount_minor"], credit=NEW)]
    if body["conversion"] and body["conversion"]["residue_grains"]:
        moves.append(_residue(organization, body["conversion"]["residue_grains"]))
    key = f"request:{request.public_id}"
    sides = [side for move in moves for side in (move.source, move.destination)]
    head = take(learner=learner, sides=sides, idempotency_key=key, now=now)
    body_hash = bytes(request.body_hash)
    if first := first_answer(head, body_hash):
        return first
    refuse_unless_verified(organization, now)
    entry = write(head, _draft(request, organization, moves, actor=actor, key=key), now=now)
    message.queue(
        kind=MessageKind.LEARNING_RECOGNIZED,
        key=f"learning_recognized:{entry.public_id}",
        data=emails.learning_recognized(entry, body["amount_minor"], request=request, learner=learner, now=now),
        recipient=learner,
        now=now,
    )
    return entry


def _residue(organization: Organization, grains: int) -> Move:
    source, destination = (
        Side(unit=Unit.GRAIN, purpose=purpose, kind_of_credit="", organization=organization)
        for purpose in (Purpose.RECOGNIZED, Purpose.ROUNDED)
    )
    return Move(source=source, destination=destination, amount_minor=grains, credit=None)


def _draft(request: LedgerRequest, organization: Organization, moves: list[Move], *, actor: Learner, key: str) -> Draft:
    body, recognized = request.body, request.body["recognized"]
    is_transfer = request.kind == RequestKind.TRANSFER_IN
    source = LotSource.TRANSFER if is_transfer else LotSource.PRIOR_LEARNING
    learned_until = date.fromisoformat(recognized["learned_until"])
    course_key = f"{organization.public_id}:{fold(recognized['provider_vi'])}: {fold(recognized['title_vi'])}"[:300]
    parts = [
        new_lot(
            learner=request.learner,
            issuer=organization,
            kind_of_credit=body["kind_of_credit"],
            source=source,
            field_code=recognized["field_code"],
            level=recognized["level"],
            amount_minor=body["amount_minor"],
            earned_on=learned_until,
            valid_until=None,
            course_key=course_key,
        )
    ]
    if body["conversion"]:
        parts.append(Part(table="credits_conversion", columns=dict(body["conversion"])))
    return Draft(
        reason=Reason.TRANSFER_IN if is_transfer else Reason.PRIOR_LEARNING,
        learner=request.learner,
        moves=moves,
        occurred_at=timezone.make_aware(datetime.combine(learned_until, time.min)),
        actor=actor,
        idempotency_key=key,
        body_hash=bytes(request.body_hash),
        snapshot={
            "type": "transfer" if is_transfer else "prior_learning",
            **recognized,
            "source": str(source),
            "course_key": course_key,
            "valid_until": None,
            "conversion": body["conversion"],
            "recognized_by_vi": organization.name_vi,
            "recognized_by_en": organization.name_en,
            **agreement(request, approved_by=actor),
        },
        parts=parts,
        request=request,
    )
