"""Who has changed something of a person’s: staff at the counters of organisations, helpers by a mandate, themself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices

from learners.choices import Corrected, CounterAct
from learners.models import (
    AccountClosing,
    AddedWay,
    Card,
    Claim,
    Consent,
    Correction,
    DeadWay,
    Guardian,
    Learner,
    Mandate,
    MandateAct,
    Organization,
    Registration,
)
from learners.queries.learner import account_ids
from learners.queries.mandate import ACTS_SHOWN_MAX, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One act in front of staff, of a helper, or of the person."""

    act: TextChoices  # with how it is said to the person
    at: datetime
    by: Learner
    organization: Organization | None  # None: a helper did it, or the person
    before: str = ""  # what stood there, of a correction
    about: str = ""  # the course, of a helper's act
    is_own: bool = False  # the person did it


CORRECTED = {
    Corrected.NAME: CounterAct.NAME_CORRECTED,
    Corrected.BIRTH_YEAR: CounterAct.YEAR_CORRECTED,
    Corrected.LOOK: CounterAct.LOOK_SET,
}


def done_for(learner: Learner) -> list[Done]:
    """Return what was done for the person, in any of their accounts, newest first; twelve queries."""
    return sorted(_done(account_ids(learner)), key=lambda each: each.at, reverse=True)


def _done(ids: frozenset[int]) -> Iterator[Done]:
    for opened in Registration.objects.filter(learner__in=ids).select_related("registered_by", "organization"):
        at, by = opened.registered_at, opened.registered_by
        yield Done(act=CounterAct.REGISTERED, at=at, by=by, organization=opened.organization)
    cards = Card.objects.filter(learner__in=ids, organization__isnull=False)
    for card in cards.select_related("issued_by", "organization"):
        yield from _made(CounterAct.CARD_PRINTED, card.issued_at, card.issued_by, card.organization)
    for claim in Claim.objects.filter(learner__in=ids).select_related("witnessed_by", "organization"):
        yield from _made(CounterAct.ADDRESS_ADDED, claim.claimed_at, claim.witnessed_by, claim.organization)
    confirmed = AddedWay.objects.filter(learner__in=ids, confirmed_at__isnull=False)
    for added in confirmed.select_related("confirmed_by", "organization"):
        said = CounterAct.ADDRESS_CONFIRMED_BY_CURATOR if added.is_by_curator else CounterAct.ADDRESS_CONFIRMED
        yield from _made(said, added.confirmed_at, added.confirmed_by, added.organization)  # type: ignore[arg-type]
    for dead in DeadWay.objects.filter(learner__in=ids).select_related(
        "asked_by", "confirmed_by", "undone_by", "organization"
    ):
        yield from _made(CounterAct.WAY_ENDED, dead.asked_at, dead.asked_by, dead.organization)
        if dead.confirmed_at is not None:
            taken_off = CounterAct.WAY_TAKEN_OFF_BY_CURATOR if dead.is_by_curator else CounterAct.WAY_TAKEN_OFF
            yield from _made(taken_off, dead.confirmed_at, dead.confirmed_by, dead.organization)
        if dead.undone_at is not None and dead.undone_by_id != dead.learner_id:
            yield from _made(CounterAct.WAY_GIVEN_BACK, dead.undone_at, dead.undone_by, dead.organization)
    for mandate in Mandate.objects.filter(person__in=ids).select_related("witnessed_by", "organization"):
        yield from _made(CounterAct.MANDATE_MADE, mandate.given_at, mandate.witnessed_by, mandate.organization)
    for guardian in Guardian.objects.filter(child__in=ids).select_related("recorded_by", "organization"):
        yield from _made(
            CounterAct.GUARDIAN_RECORDED, guardian.recorded_at, guardian.recorded_by, guardian.organization
        )
    for each in Correction.objects.filter(learner__in=ids).select_related("corrected_by", "organization"):
        is_own = each.organization is None
        yield Done(
            act=CounterAct.NAME_CHANGED if is_own else CORRECTED[Corrected(each.what)],
            at=each.corrected_at,
            by=each.corrected_by,
            organization=each.organization,
            before=each.before,
            is_own=is_own,
        )
    staff = ("witnessed_by", "organization", "withdrawal_witnessed_by", "withdrawal_organization")
    for consent in Consent.objects.filter(learner__in=ids).select_related(*staff):
        yield from _made(CounterAct.CONSENT_WITNESSED, consent.given_at, consent.witnessed_by, consent.organization)
        if consent.withdrawn_at is not None:
            saw, where = consent.withdrawal_witnessed_by, consent.withdrawal_organization
            yield from _made(CounterAct.CONSENT_WITHDRAWN, consent.withdrawn_at, saw, where)
    for closing in AccountClosing.objects.filter(learner__in=ids).select_related(
        "witnessed_by", "confirmed_by", "organization"
    ):
        yield from _made(CounterAct.CLOSING_ASKED, closing.asked_at, closing.witnessed_by, closing.organization)
        if closing.confirmed_at is not None:
            said = CounterAct.CLOSING_CONFIRMED_BY_CURATOR if closing.is_by_curator else CounterAct.CLOSING_CONFIRMED
            yield from _made(said, closing.confirmed_at, closing.confirmed_by, closing.organization)
    acts = MandateAct.objects.filter(mandate__person__in=ids).select_related("mandate__helper")
    for act in acts.order_by("-done_at", "-pk")[:ACTS_SHOWN_MAX]:
        if act.mandate.helper is not None:
            yield Done(act=act.done, at=act.done_at, by=act.mandate.helper, organization=None, about=title_of(act))


def _made(act: CounterAct, at: datetime, by: Learner | None, organization: Organization | None) -> Iterator[Done]:
    """Leave out what the person has done without staff."""
    if by is not None and organization is not None:
        yield Done(act=act, at=at, by=by, organization=organization)
