"""
The demonstration world: a small believable portal, made through the same actions as everything else.

What it is made of stands in ``portal/demo``. One transaction: it is there as a whole or not at all, and nobody is
written to while it is made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.actions import search_terms
from credits.actions import ledger_check, seal
from credits.queries import seal as seals
from learners.actions import membership, message
from learners.choices import Role
from learners.models import Learner
from portal.actions.demo import (
    complaints,
    counter,
    courses,
    learning,
    organizations,
    pathways,
    people,
    recognition,
    reviews,
    seats,
    versions,
    wishes,
    world,
)
from portal.actions.demo import help as asking
from portal.actions.demo.counter import Opened
from portal.actions.demo.courses import Offered
from portal.actions.demo.organizations import Body
from portal.actions.demo.person_rows import Completed, Person
from portal.actions.demo.world import World

NAMELESS_LEARNERS = 90
SIGNED_UP = timedelta(days=430)  # ago
LETTERS_KEPT = timedelta(days=14)
NIGHTS_SEALED = 14
SEALED_AT = time(0, 10)

Track = Callable[[str, Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How much there was to make; nothing on a second time."""

    organizations: int
    runs: int
    acts: int
    cards: Mapping[Person, str] = field(default_factory=dict)  # the short codes of those just printed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Everybody in the world."""

    named: Mapping[str, Learner]  # by key
    nameless: Sequence[Learner]
    curator: Learner


@transaction.atomic
def seed(*, now: datetime, track: Track = lambda _words, items: items) -> Made:
    """
    Make what is missing of the demonstration world and return how much that was.

    Repeatable: people are found by their address, organizations by their name, courses by their key; what is found is
    left as it is. ``track`` is given each step's name and items, and hands the items on.
    """
    of_files = world.read()
    cast = _sign_up(of_files, now=now, track=track)
    bodies = _register(of_files, cast, now=now, track=track)
    opened = counter.open_accounts(of_files.people, bodies=bodies, now=now)
    cast = replace(cast, named={**cast.named, **{key: each.learner for key, each in opened.items()}})
    offered = _offer(of_files, cast, bodies, now=now, track=track)
    pathways.compose_all(of_files.ways, bodies=bodies, offered=offered, curator=cast.curator, now=now)
    pathways.accept_all(of_files.accepted, bodies=bodies, offered=offered, now=now)
    diary = learning.written_down(
        offered=offered,
        people=of_files.people,
        named=cast.named,
        nameless=cast.nameless[2 * len(of_files.providers) :],
        now=now,
    )
    recognition.write_down(diary, people=of_files.people, named=cast.named, bodies=bodies, curator=cast.curator)
    if diary.acts:
        reviews.write_down(
            diary,
            of_files.reviews,
            offered=offered,
            named=cast.named,
            nameless=cast.nameless[::-1],
            bodies=bodies,
            curator=cast.curator,
        )
    if diary.acts and seals.newest() is None:
        for night in _nights(now):
            diary.note(night, lambda at: seal.seal(now=at))
    acts = diary.in_order_of_time()
    for at, _number, act in track("places taken, units read, classes marked, credit recognised", acts):
        act(at)
    pathways.follow_all(of_files.people, named=cast.named, now=now)
    if acts:
        versions.renew_all(
            of_files.versions, programmes=of_files.programmes, bodies=bodies, curator=cast.curator, now=now
        )
        wishes.ask_all(of_files.wishes, named=cast.named, nameless=cast.nameless[::-1], bodies=bodies, now=now)
        seats.arrange(offered, named=cast.named, nameless=cast.nameless[::-1], bodies=bodies, now=now)
        complaints.make_all(of_files.complaints, named=cast.named, bodies=bodies, curator=cast.curator, now=now)
        counter.make_out_mandates(of_files.people, named=cast.named, now=now)
        asking.ask_all(of_files.help, named=cast.named, bodies=bodies, curator=cast.curator, now=now)
        reviews.ask_and_count(now=now)
        search_terms.refresh(now=now)
        _forget_letters(of_files.people, cast, now=now)
        ledger_check.check(now=now)
    return Made(
        organizations=sum(body.is_new for body in bodies.values()),
        runs=len(offered),
        acts=len(acts),
        cards={person: opened[person.key].code for person in of_files.people if _has_new_card(person, opened)},
    )


def sign_ins() -> list[Person]:
    """Return the people worth signing in as."""
    return [person for person in world.people() if person.shows is not None]


def _has_new_card(person: Person, opened: Mapping[str, Opened]) -> bool:
    return person.key in opened and bool(opened[person.key].code)


def _sign_up(of_files: World, *, now: datetime, track: Track) -> Cast:
    at = now - SIGNED_UP
    total = 2 * len(of_files.providers) + NAMELESS_LEARNERS
    everybody: list[Person | int] = [*(each for each in of_files.people if each.email), *range(1, total + 1)]
    named: dict[str, Learner] = {}
    nameless: list[Learner] = []
    for each in track("people", everybody):
        if isinstance(each, Person):
            named[each.key] = people.sign_up_named(each, now=at)
        else:
            nameless.append(people.sign_up_nameless(each, now=at))
    curator = next(named[person.key] for person in of_files.people if person.is_curator)
    return Cast(named=named, nameless=nameless, curator=curator)


def _register(of_files: World, cast: Cast, *, now: datetime, track: Track) -> dict[str, Body]:
    bodies = {}
    for number, provider in enumerate(track("organisations", of_files.providers)):
        held = [
            (cast.named[person.key], role)
            for person in of_files.people
            for key, role in person.roles
            if key == provider.key
        ]
        manager = next((learner for learner, role in held if role == Role.MANAGER), cast.nameless[2 * number])
        body = organizations.register(
            provider, manager=manager, instructor=cast.nameless[2 * number + 1], curator=cast.curator, now=now
        )
        if body.is_new:
            for learner, role in held:
                membership.admit(
                    organization=body.organization, learner=learner, role=role, now=body.organization.registered_at
                )
        bodies[provider.key] = body
    return bodies


def _offer(of_files: World, cast: Cast, bodies: Mapping[str, Body], *, now: datetime, track: Track) -> list[Offered]:
    offered: list[Offered] = []
    for programme in track("courses", of_files.programmes):
        completed: Iterable[Completed] = chain.from_iterable(person.history for person in of_files.people)
        offered += courses.offer_programme(
            programme,
            body=bodies[programme.provider],
            curator=cast.curator,
            named=cast.named,
            completed=[each for each in completed if each.course == programme.key],
            now=now,
        )
    return offered


def _nights(now: datetime) -> list[datetime]:
    """Return the moments of the last nights at which the records were sealed."""
    today = timezone.localdate(now)
    days = [today - timedelta(days=ago) for ago in reversed(range(NIGHTS_SEALED))]
    nights = [timezone.make_aware(datetime.combine(day, SEALED_AT)) for day in days]
    return [night for night in nights if night <= now]


def _forget_letters(persons: Sequence[Person], cast: Cast, *, now: datetime) -> None:
    """Drop what would be written to people who are not there, and what is too old for those who are."""
    readers = {person.key for person in persons if person.keeps_letters}
    silent = [*cast.nameless, *(learner for key, learner in cast.named.items() if key not in readers)]
    message.drop_due_to(recipients=silent, due_before=now + timedelta(seconds=1))
    message.drop_due_to(recipients=[cast.named[key] for key in readers], due_before=now - LETTERS_KEPT)
