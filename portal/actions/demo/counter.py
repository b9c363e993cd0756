"""Who of the demonstration world has no address: they have a phone only, or were registered at a counter; who helps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from learners.actions import card, mandate, registration
from learners.actions.mandate import Terms, last_day
from learners.choices import ConsentWay, Language
from learners.models import Learner, Place
from portal.actions.demo import people
from portal.actions.demo.organizations import Body
from portal.actions.demo.person_rows import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An account, and the short code of the card that has just been printed for it; nowhere else is that code."""

    learner: Learner
    code: str


def open_accounts(persons: Sequence[Person], *, bodies: Mapping[str, Body], now: datetime) -> dict[str, Opened]:
    """Return the accounts of people without e-mail, by key; one that exists already is left as it is."""
    opened = {}
    for person in persons:
        if person.registered_by:
            opened[person.key] = _at_a_counter(person, bodies[person.registered_by], now=now)
        elif not person.email:
            learner = people.sign_up_named(person, now=now - timedelta(days=person.since_days))
            opened[person.key] = Opened(learner=learner, code="")
    return opened


def make_out_mandates(persons: Sequence[Person], *, named: Mapping[str, Learner], now: datetime) -> None:
    """Let each person with a helper give them a mandate, which the helper takes up."""
    for person in persons:
        if (helped := person.helped_by) is None:
            continue
        at = now - timedelta(days=helped.days_ago)
        learner = named[person.key]
        terms = Terms(helper_words=helped.words, acts=helped.acts, until=last_day(days=helped.days, now=at))
        _given, code = mandate.give(person=learner, terms=terms, actor=learner, now=at)
        mandate.take_up(code=code, helper=named[helped.helper], now=at)


def _at_a_counter(person: Person, body: Body, *, now: datetime) -> Opened:
    at = now - timedelta(days=person.since_days)
    registered = registration.register(
        organization=body.organization,
        actor=body.manager,
        full_name=person.name,
        birth_year=person.birth_year,
        place=Place.objects.get(pk=person.place_code),
        language=Language.VI,
        consent_way=ConsentWay.SPOKEN,
        saw_paper=True,
        is_another=True,  # as the world has them
        idempotency_key=uuid5(NAMESPACE_URL, f"portal/demo:{person.key}"),
        now=at,
    )
    learner = registered.learner
    if learner.cards.exists():
        return Opened(learner=learner, code="")
    learner = people.settle(person, learner, now=now)
    printed = card.issue(learner=learner, actor=body.manager, organization=body.organization, now=at)
    return Opened(learner=learner, code=printed.code)
