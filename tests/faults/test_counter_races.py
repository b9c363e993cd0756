"""
At the counter, several at once: two desks, a helper and a person who takes the mandate back, guessers of a card.

Each meeting is played in many orders of its statements. The controls play it without the row locks: then some order
must go wrong, or the orders prove nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from courses.actions import helping
from courses.models import CourseRun, Enrollment
from learners import rules
from learners.actions import card, mandate
from learners.models import CardGuess, Learner, Mandate, MandateAct, Organization, Registration
from learners.queries import card as cards
from learners.queries.duplicate import likely_pairs
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.enrollment import enrolled
from tests.factories.mandates import a_mandate, terms
from tests.factories.people import NOW, a_learner, an_organization
from tests.faults import guessing
from tests.faults.inside import GATE, until_waiting
from tests.faults.pairs.meeting import Pair, one_of
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.faults.together import kinds
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=8, long=200)
Meeting = Callable[[], Pair]


# Registering


def registers(organization: Organization, **said: Any) -> Callable[[], Registration]:
    return partial(a_registration, organization=organization, actor=the_manager(organization), **said)


def one_form_sent_twice() -> Pair:
    organization, key = an_organization(), uuid4()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Registration", "Registration"]
        assert answers[0] == answers[1] == Registration.objects.get(organization=organization)

    return Pair([registers(organization, idempotency_key=key)] * 2, then)


def two_for_the_last_account_of_the_day() -> Pair:
    organization = an_organization()
    for _ in range(rules.REGISTERED_PER_DAY_MAX - 1):
        a_registration(organization=organization)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["EnoughForToday", "Registration"]
        assert organization.registrations.count() == rules.REGISTERED_PER_DAY_MAX

    return Pair([registers(organization, full_name="Lê Thị Năm"), registers(organization)], then)


def test_a_form_sent_twice_at_once_opens_one_account() -> None:
    assert wrong_orders(one_form_sent_twice, at_most=ORDERS) == []


def test_without_the_lock_the_second_sending_breaks() -> None:
    assert goes_wrong_without_locks(one_form_sent_twice)


@pytest.fixture
def two_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "REGISTERED_PER_DAY_MAX", 2)


@pytest.mark.usefixtures("two_a_day")
def test_two_desks_of_one_organisation_keep_to_what_it_may_do_in_a_day() -> None:
    assert wrong_orders(two_for_the_last_account_of_the_day, at_most=ORDERS) == []


@pytest.mark.usefixtures("two_a_day")
def test_without_the_lock_they_do_more() -> None:
    assert goes_wrong_without_locks(two_for_the_last_account_of_the_day)


def test_one_person_registered_at_two_desks_at_once_is_shown_as_a_likely_duplicate() -> None:
    """Neither desk waits for the other, neither is refused; the curators find the two."""

    def pair() -> Pair:
        # Those of the order before are not looked at any more.
        Learner.objects.filter(registration__isnull=False).update(is_active=False, closed_at=NOW)

        def then(answers: list[Any]) -> None:
            assert kinds(answers) == ["Registration", "Registration"]
            [likely] = likely_pairs()
            assert {likely.older, likely.newer} == {answer.learner for answer in answers}

        return Pair([registers(an_organization()), registers(an_organization())], then)

    assert wrong_orders(pair, at_most=ORDERS) == []


# Helping


@pytest.fixture
def run() -> CourseRun:
    return a_published_run(seats=None)


def enrolling(run: CourseRun) -> Meeting:
    """A helper enrols somebody while the mandate is taken back."""

    def a_place_taken_and_a_mandate_revoked() -> Pair:
        person, helper = a_learner(), a_learner()
        held = a_mandate(person=person, helper=helper)

        def then(answers: list[Any]) -> None:
            done = (Enrollment.objects.filter(learner=person).count(), MandateAct.objects.filter(mandate=held).count())
            one_of(answers, (["Enrollment", "Mandate"], done == (1, 1)), (["NotAllowed", "Mandate"], done == (0, 0)))

        return Pair(
            [
                partial(helping.enroll_for, mandate=held, helper=helper, run=run, now=NOW),
                partial(mandate.revoke, mandate=held, actor=person, now=NOW),
            ],
            then,
        )

    return a_place_taken_and_a_mandate_revoked


def withdrawing(run: CourseRun) -> Meeting:
    """A helper gives up somebody's place while the mandate is taken back."""

    def a_place_given_up_and_a_mandate_revoked() -> Pair:
        person, helper = a_learner(), a_learner()
        held, place = a_mandate(person=person, helper=helper), enrolled(person, run)

        def then(answers: list[Any]) -> None:
            place.refresh_from_db()
            done = (place.state, MandateAct.objects.filter(mandate=held).count())
            one_of(
                answers,
                (["Enrollment", "Mandate"], done == ("WITHDRAWN", 1)),
                (["NotAllowed", "Mandate"], done == ("ENROLLED", 0)),
            )

        return Pair(
            [
                partial(helping.withdraw_for, mandate=held, helper=helper, enrollment=place, now=NOW),
                partial(mandate.revoke, mandate=held, actor=person, now=NOW),
            ],
            then,
        )

    return a_place_given_up_and_a_mandate_revoked


@pytest.mark.parametrize("acting", [enrolling, withdrawing])
def test_what_a_helper_does_as_the_mandate_ends_is_done_and_written_down_or_not_at_all(
    run: CourseRun, acting: Callable[[CourseRun], Meeting]
) -> None:
    assert wrong_orders(acting(run), at_most=ORDERS) == []


@pytest.mark.parametrize("acting", [enrolling, withdrawing])
def test_without_the_lock_the_mandate_ends_in_the_middle(
    run: CourseRun, acting: Callable[[CourseRun], Meeting]
) -> None:
    assert goes_wrong_without_locks(acting(run))


def two_codes_typed_by_one_helper() -> Pair:
    person, helper = a_learner(), a_learner()
    codes = [mandate.give(person=person, terms=terms(), actor=person, now=NOW)[1] for _ in range(2)]

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Mandate", "Mandate"]
        assert Mandate.objects.filter(person=person, helper=helper, revoked_at=None).count() == 1

    return Pair([partial(mandate.take_up, code=code, helper=helper, now=NOW) for code in codes], then)


def test_of_two_codes_typed_at_once_the_later_one_holds() -> None:
    assert wrong_orders(two_codes_typed_by_one_helper, at_most=ORDERS) == []


def test_without_the_lock_the_database_refuses_one() -> None:
    assert goes_wrong_without_locks(two_codes_typed_by_one_helper)


# Guessing


def guesses_at_once(looked_at: list[str]) -> Meeting:
    """Two guess the birth year of a card for which one guess is left."""

    def two_for_the_last_guess() -> Pair:
        printed = a_card(a_registration(organization=an_organization(), birth_year=1952))
        CardGuess.objects.bulk_create(
            CardGuess(card=printed.card, guessed_at=NOW) for _ in range(rules.CARD_GUESSES.times - 1)
        )
        looked_at.clear()

        def then(answers: list[Any]) -> None:
            assert kinds(answers) == ["UnableToComeIn", "UnableToComeIn"]
            assert len(looked_at) == 1
            assert printed.card.guesses.count() == rules.CARD_GUESSES.times + 1

        return Pair([partial(card.come_in_by_code, code=printed.code, said=said, now=NOW) for said in WRONG], then)

    return two_for_the_last_guess


WRONG = ("1950", "1951")


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(cards, "is_known_to", cards.is_known_to)  # what `watch` puts in its place goes with the test
    return guessing.watch()


def test_of_two_guesses_at_once_the_last_one_allowed_is_looked_at(looked_at: list[str]) -> None:
    assert wrong_orders(guesses_at_once(looked_at), at_most=ORDERS) == []


def test_without_the_lock_both_are_looked_at(looked_at: list[str]) -> None:
    assert goes_wrong_without_locks(guesses_at_once(looked_at))


def test_two_processes_guess_no_more_than_one() -> None:
    printed = a_card(a_registration(organization=an_organization(), birth_year=1952))
    years = [year for year in range(1940, 1966) if year != 1952]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
    processes = [guessing.start(code=printed.code, years=half) for half in (years[::2], years[1::2])]
    until_waiting(len(processes))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])

    looked_at, opened = guessing.told(processes)

    assert (looked_at, opened) == (rules.CARD_GUESSES.times, 0)
    assert not guessing.opens(printed.code, "1952")  # what is right opens nothing any more, either
    assert card.come_in_by_secret(secret=printed.secret, now=NOW) == printed.card
