"""A child at the counter: the year is asked about, the guardian agrees too, and the child itself from seven on."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from learners.actions import registration
from learners.choices import ConsentWay
from learners.models import Learner, Registration
from learners.queries import age
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NINH_KIEU, NOW, an_organization

pytestmark = pytest.mark.django_db
CHILD, YOUNGEST, GROWN = NOW.year - 10, NOW.year - 5, 1952
SAID = {
    "full_name": "Phan Gia Bảo",
    "province": "92",
    "commune": NINH_KIEU,
    "consent_way": "SPOKEN",
}
BOX, OWN = 'name="guardian_agreed"', 'name="has_agreed"'


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def send(learner_client, organization):
    """Send the page of the counter, with what is typed on it."""
    client = learner_client(the_manager(organization))
    return lambda **said: client.post(
        reverse("learners:person_new", args=[organization.public_id]), SAID | {"once": str(uuid4())} | said
    )


def test_a_slip_of_the_finger_opens_no_childs_record(send):
    page = send(birth_year=str(CHILD), has_agreed="on")

    assert (page.status_code, Registration.objects.count()) == (200, 0)
    assert list(page.context["form"].errors) == ["guardian_agreed"]
    assert ("Theo năm này, luật coi Phan Gia Bảo là trẻ em" in page.text, BOX in page.text) == (True, True)
    assert (f'value="{CHILD}"' in page.text, page.text.count(" checked")) == (True, 2)


def test_once_the_guardian_agrees_it_is_open_and_they_are_written_down_next(send, organization):
    done = send(birth_year=str(CHILD), has_agreed="on", guardian_agreed="on")

    registered = Registration.objects.select_related("learner").get()
    child = registered.learner
    assert done.url == reverse("learners:person_guardians", args=[organization.public_id, child.public_id])
    assert registered.guardian_agreed
    assert (child.birth_year, child.birth_year_confirmed_at) == (CHILD, None)
    ages = age.ages(on=NOW.date())
    assert ages.of(child) | {"is_child": True, "is_minor": True} == ages.of(child)


def test_a_childs_own_yes_is_asked_and_of_the_youngest_the_guardians_alone(send):
    refused = send(birth_year=str(CHILD), guardian_agreed="on")
    asked = send(birth_year=str(YOUNGEST))
    done = send(birth_year=str(YOUNGEST), guardian_agreed="on")

    assert list(refused.context["form"].errors) == ["has_agreed"]
    assert (OWN in refused.text, OWN in asked.text, BOX in asked.text) == (True, False, True)
    assert (done.status_code, Registration.objects.get().guardian_agreed) == (302, True)


def test_of_a_grown_up_no_guardian_is_asked_or_written_down(send):
    wrong = send(birth_year=str(GROWN))
    done = send(birth_year=str(GROWN), has_agreed="on", guardian_agreed="on")

    assert (list(wrong.context["form"].errors), BOX in wrong.text) == (["has_agreed"], False)
    assert (done.status_code, Registration.objects.get().guardian_agreed) == (302, False)


def test_the_persons_page_says_that_the_guardian_agreed(learner_client, organization):
    child = a_registration(organization=organization, birth_year=CHILD).learner

    page = learner_client(the_manager(organization)).get(
        reverse("learners:person", args=[organization.public_id, child.public_id])
    )

    assert "Cha mẹ hoặc người giám hộ cũng đã đồng ý." in page.text


def test_no_other_door_opens_one_without(organization):
    with pytest.raises(registration.NeedsGuardian):
        a_registration(organization=organization, birth_year=CHILD, guardian_agreed=False)

    child = Learner.objects.create(full_name="Phan Gia Bảo", birth_year=CHILD, has_card=True, created_at=NOW)
    said = {"registered_by": the_manager(organization), "registered_at": NOW, "consent_way": ConsentWay.SPOKEN}
    with pytest.raises(IntegrityError, match="the guardian of a child agrees too"), transaction.atomic():
        Registration.objects.create(learner=child, organization=organization, idempotency_key=uuid4(), **said)


# A year is said, or seen on a paper


def test_a_year_is_confirmed_where_a_paper_was_seen_and_said_otherwise(send):
    send(birth_year=str(GROWN), has_agreed="on", full_name="Phan Thị Tư", saw_paper="on")
    send(birth_year=str(GROWN), has_agreed="on", full_name="Lý Văn Năm")
    wrong = send(birth_year="", has_agreed="on", full_name="Lê Thị Sáu", saw_paper="on")

    confirmed = dict(Learner.objects.filter(birth_year=GROWN).values_list("full_name", "birth_year_confirmed_by"))
    assert confirmed == {"Phan Thị Tư": Registration.objects.first().registered_by_id, "Lý Văn Năm": None}
    assert list(wrong.context["form"].errors) == ["birth_year"]


def test_a_year_that_was_said_needs_a_pin_on_the_card(send, organization, learner_client):
    send(birth_year=str(GROWN), has_agreed="on")
    person = Registration.objects.get().learner
    where = [organization.public_id, person.public_id]
    staff = learner_client(the_manager(organization))

    without = staff.post(reverse("learners:card_print", args=where))
    with_pin = staff.post(reverse("learners:card_print", args=where), {"pin": "4711"})

    assert without.context["form"].errors["pin"]
    assert with_pin["Content-Type"] == "application/pdf"
