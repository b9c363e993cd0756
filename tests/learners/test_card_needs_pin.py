"""Something goes with the code on a card: a PIN, or a year staff have confirmed; one without either is printed anew."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import birth_year, card
from learners.models import Card
from tests.factories.counter import a_registration, an_old_card, the_manager
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
MUST = "Chưa có năm sinh được xác nhận, nên thẻ này cần một mã PIN"
OPENS_NOTHING = "không mở được sổ"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def registered():
    return a_registration(organization=an_organization(), birth_year=None)


def page_of(registered, name):
    return reverse(f"learners:{name}", args=[registered.organization.public_id, registered.learner.public_id])


def test_at_the_counter_it_is_asked_for_at_its_field(registered, learner_client):
    client = learner_client(the_manager(registered.organization))

    refused = client.post(page_of(registered, "card_print"), {"pin": ""}).text
    printed = client.post(page_of(registered, "card_print"), {"pin": "4711"})

    assert MUST in refused
    assert 'id="id_pin-error"' in refused or 'href="#id_pin"' in refused
    assert printed["Content-Type"] == "application/pdf"
    assert Card.objects.count() == 1


def test_or_the_year_is_confirmed_first(registered, learner_client):
    client = learner_client(the_manager(registered.organization))

    client.post(page_of(registered, "person_birth_year"), {"birth_year": "1952"})
    printed = client.post(page_of(registered, "card_print"), {"pin": ""})

    assert printed["Content-Type"] == "application/pdf"


def test_for_ones_own_card_a_year_one_said_is_not_enough(proven_client):
    client = proven_client(a_learner(birth_year=1952))

    refused = client.post(reverse("learners:card"), {"pin": ""}).text

    assert MUST in refused
    assert not Card.objects.exists()


@pytest.mark.parametrize("who", ["staff", "oneself"])
def test_no_door_prints_one_without(registered, who):
    staff, learner = the_manager(registered.organization), a_learner(birth_year=1952)
    said = {"learner": learner, "actor": learner}
    if who == "staff":
        said = {"learner": registered.learner, "actor": staff, "organization": registered.organization}

    with pytest.raises(card.NeedsPin):
        card.issue(**said, now=NOW)

    assert not Card.objects.exists()


def test_of_an_old_one_the_counter_and_its_owner_read_that_its_code_opens_nothing(registered, learner_client):
    printed, staff = an_old_card(registered), the_manager(registered.organization)
    person = Client()
    person.post(reverse("learners:card_scan", args=[printed.secret]))

    at_the_counter = learner_client(staff).get(page_of(registered, "person")).text
    own = person.get(reverse("learners:card")).text
    where = {"actor": staff, "organization": registered.organization}
    birth_year.confirm(learner=registered.learner, year=1952, **where, now=NOW)
    after = learner_client(staff).get(page_of(registered, "person")).text

    assert [OPENS_NOTHING in page for page in (at_the_counter, own, after)] == [True, True, False]
    assert "In thẻ mới" in at_the_counter
    assert card.come_in_by_code(code=printed.code, said="1952", now=NOW) == printed.card
