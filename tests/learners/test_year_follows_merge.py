"""A birth year staff have confirmed goes with a merge where the kept account has none confirmed, and comes back."""

from datetime import timedelta

import pytest
from django.db import transaction

from learners.actions import birth_year, following
from learners.choices import ConsentPurpose
from learners.models import Card, Learner
from learners.queries import card as cards
from learners.queries import consent as consents
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
CHILDS = 2016


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def registered() -> Learner:
    return a_registration(organization=an_organization(), birth_year=1952).learner


def merge(giver: Learner, taker: Learner) -> None:
    with transaction.atomic():
        following.move(giver=giver, taker=taker, key="merge:1", now=NOW)


def undo(giver: Learner, taker: Learner) -> None:
    with transaction.atomic():
        following.move_back(giver=giver, taker=taker, key="merge:1", since=NOW, now=LATER)


def year_of(learner: Learner) -> tuple[int | None, bool]:
    learner.refresh_from_db()
    return learner.birth_year, learner.birth_year_confirmed_at is not None


def test_a_confirmed_year_goes_along_and_comes_back(registered):
    kept = a_learner(birth_year=1962)

    merge(registered, kept)
    joined = year_of(kept)
    undo(registered, kept)

    assert joined == (1952, True)
    assert (year_of(registered), year_of(kept)) == ((1952, True), (1962, False))


@pytest.mark.parametrize("which", ["both confirmed", "none confirmed"])
def test_otherwise_each_keeps_its_own(registered, which):
    kept, merged = a_registration(organization=an_organization(), birth_year=1962).learner, registered
    if which == "none confirmed":
        kept, merged = a_learner(birth_year=1962), a_learner(birth_year=1952)
    before = year_of(kept), year_of(merged)

    merge(merged, kept)

    assert (year_of(kept), year_of(merged)) == before


def test_who_agreed_alone_waits_for_a_guardian_once_the_year_says_so():
    child = a_registration(organization=an_organization(), birth_year=CHILDS).learner
    kept = a_learner()
    agreed_to_needs(kept)

    merge(child, kept)

    assert not consents.is_given(kept, ConsentPurpose.ACCESS_NEEDS)


def test_a_year_confirmed_since_stays_where_it_was_confirmed(registered):
    organization = an_organization()
    kept = a_registration(organization=organization, birth_year=None).learner
    merge(registered, kept)
    said = {"year": 1953, "actor": the_manager(organization), "organization": organization}
    birth_year.confirm(learner=kept, **said, now=NOW + timedelta(hours=1))

    undo(registered, kept)

    assert (year_of(registered), year_of(kept)) == ((None, False), (1953, True))


def test_nobody_confirms_their_own_year_by_a_merge():
    organization = an_organization()
    manager = the_manager(organization)
    double = a_registration(organization=organization, birth_year=1952).learner

    merge(double, manager)

    assert year_of(manager) == (None, False)


def test_the_printed_card_goes_on_working_with_the_year_its_owner_knows():
    registered = a_registration(organization=an_organization(), birth_year=1952)
    a_card(registered)
    kept = a_learner(birth_year=1962)

    merge(registered.learner, kept)
    card = Card.objects.get()

    assert year_of(registered.learner) == (1962, False)
    assert [cards.is_known_to(card, said) for said in ("1952", "1962")] == [True, False]
