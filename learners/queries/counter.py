"""What was done for a person at the counters of organisations: when, by whom and where."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from learners.choices import CounterAct
from learners.models import Card, Claim, Guardian, Learner, Mandate, Organization, Registration
from learners.queries.learner import account_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One act in front of staff."""

    act: CounterAct
    at: datetime
    by: Learner
    organization: Organization


def done_for(learner: Learner) -> list[Done]:
    """Return what was done for the person, in any of their accounts, newest first; six queries."""
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
    for mandate in Mandate.objects.filter(person__in=ids).select_related("witnessed_by", "organization"):
        yield from _made(CounterAct.MANDATE_MADE, mandate.given_at, mandate.witnessed_by, mandate.organization)
    for guardian in Guardian.objects.filter(child__in=ids).select_related("recorded_by", "organization"):
        yield from _made(
            CounterAct.GUARDIAN_RECORDED, guardian.recorded_at, guardian.recorded_by, guardian.organization
        )


def _made(act: CounterAct, at: datetime, by: Learner | None, organization: Organization | None) -> Iterator[Done]:
    """Leave out what the person has done without staff."""
    if by is not None and organization is not None:
        yield Done(act=act, at=at, by=by, organization=organization)
