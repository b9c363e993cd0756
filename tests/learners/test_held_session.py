"""Who comes in by an address that is held: what a card opens and no more; the counter serves them as before."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from learners.actions import added_way as actions
from learners.actions import card, closing
from learners.choices import Role
from learners.models import AccountClosing, AddedWay, Card, Learner
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.learners.added_ways import ADDRESS, PIN, added_at, by, signed_in_by

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def library():
    return an_organization()


@pytest.fixture
def colleague(library) -> Learner:
    return a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner


@pytest.fixture
def registered(library):
    registered = a_registration(organization=library, birth_year=1952)
    a_card(registered, pin=PIN)
    return registered


@pytest.fixture
def person(registered, library) -> Learner:
    added_at(library, registered.learner)
    return Learner.objects.get(pk=registered.learner.pk)


@pytest.mark.parametrize("page", ["profile", "needs", "children", "helping", "ways"])
@pytest.mark.parametrize("how", ["get", "post"])
def test_it_acts_for_nobody_and_changes_nothing_of_the_record(person, page, how):
    client = signed_in_by(ADDRESS)

    answer = getattr(client, how)(reverse(f"learners:{page}"))

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert "Việc này phải chờ" in client.get(answer.url).text


@pytest.mark.parametrize("page", ["dashboard", "courses:catalog", "credits:statement", "learners:preferences"])
def test_it_opens_what_the_card_opens(person, page):
    assert signed_in_by(ADDRESS).get(reverse(page)).status_code == 200


def test_once_confirmed_the_same_session_opens_everything(person, library, colleague):
    client = signed_in_by(ADDRESS)
    before = client.get(reverse("learners:profile")).status_code
    actions.confirm(added=AddedWay.objects.get(), witness=by(colleague, library), now=NOW)

    assert (before, client.get(reverse("learners:profile")).status_code) == (302, 200)
    assert client.get(reverse("learners:close")).status_code == 200


def test_the_counter_prints_a_card_for_who_has_lost_theirs(person, library, learner_client):
    before = Card.objects.get()
    client = learner_client(the_manager(library))
    where = [library.public_id, person.public_id]

    page = client.get(reverse("learners:person", args=where)).text
    client.post(reverse("learners:card_print", args=where), {"pin": "1234"})

    assert reverse("learners:card_print", args=where) in page
    assert Card.objects.filter(revoked_at=None).exclude(pk=before.pk).exists()


def test_confirmed_the_person_prints_it_themself(person, library, colleague):
    actions.confirm(added=AddedWay.objects.get(), witness=by(colleague, library), now=NOW)

    with pytest.raises(card.UnableToIssue):
        card.issue(learner=person, actor=the_manager(library), organization=library, pin="1234", now=NOW)


def test_a_closing_that_two_have_confirmed_goes_on(registered, library, colleague):
    person, staff = registered.learner, the_manager(library)
    closing.ask(learner=person, witness=by(staff, library), now=NOW)
    added_at(library, person)
    closing.confirm(learner=person, witness=by(colleague, library), now=NOW)

    client = signed_in_by(ADDRESS)

    assert AccountClosing.objects.get().stopped_at is None
    assert client.get(reverse("learners:close_stop")).status_code == 200
    client.post(reverse("learners:close_stop"))
    assert AccountClosing.objects.get().stopped_at == NOW


def test_by_an_address_that_is_confirmed_it_stops(registered, library, colleague):
    closing.ask(learner=registered.learner, witness=by(the_manager(library), library), now=NOW)
    row = added_at(library, registered.learner)
    actions.confirm(added=row, witness=by(colleague, library), now=NOW)

    signed_in_by(ADDRESS)

    assert AccountClosing.objects.get().stopped_at == NOW
