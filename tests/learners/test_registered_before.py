"""Who was registered at this counter before is shown before a second record is opened; staff say which it is."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credits.models import LedgerAccess
from learners.actions import erasure, registration
from learners.choices import Seen
from learners.models import Learner, Place, Registration
from learners.queries import registration as registrations
from learners.queries.likeness import Known
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
SAID = {
    "full_name": "Phan Thị Tư",
    "birth_year": "1952",
    "province": "92",
    "commune": NINH_KIEU,
    "consent_way": "SPOKEN",
    "has_agreed": "on",
}
TITLE = "đã được đăng ký ở đây"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def before(organization):
    """Phan Thị Tư, 1952, registered at this counter last week."""
    return a_registration(organization=organization)


def page_of(organization):
    return reverse("learners:person_new", args=[organization.public_id])


def alike(organization, name="Phan Thị Tư", year=1952, commune=NINH_KIEU):
    return registrations.alike(organization, the_manager(organization), Known(name, year, commune))


def test_staff_are_asked_before_a_second_record_and_lose_nothing(learner_client, organization, before):
    client, said = learner_client(the_manager(organization)), {**SAID, "once": str(uuid4()), "full_name": "phan thi tu"}

    page = client.post(page_of(organization), said)
    records = Registration.objects.count()
    of_another = client.post(page_of(organization), said | {"is_another": "Lê Văn Hòa 1952"})  # typed anew since
    done = client.post(page_of(organization), said | {"is_another": "phan thi tu 1952"})

    assert (page.status_code, TITLE in page.text, records) == (200, True, 1)
    assert (of_another.status_code, TITLE in of_another.text) == (200, True)
    assert 'name="is_another" value="phan thi tu 1952"' in page.text
    assert reverse("learners:person", args=[organization.public_id, before.learner.public_id]) in page.text
    for typed in ('value="phan thi tu"', 'value="1952"', f'value="{NINH_KIEU}" selected', said["once"]):
        assert typed in page.text
    assert page.text.count(" checked") == 2  # how they agreed, and that they do
    assert (done.status_code, Registration.objects.count()) == (302, 2)


def test_that_they_are_seen_is_written_down(learner_client, organization, before):
    learner_client(the_manager(organization)).post(page_of(organization), SAID)

    assert list(LedgerAccess.objects.values_list("learner", "what", "reason", "organization")) == [
        (before.learner_id, "PERSON", Seen.COUNTER_SEARCH, organization.pk)
    ]


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("Phan Thị Tư", 1952),
        ("PHAN THI TU", 1952),
        ("Tư Phan Thị", 1952),
        ("Phan Thị Tú", 1952),
        ("Phan Thị Tư", 1953),
        ("Phan Thị Tư", None),
    ],
    ids=["the same", "bare", "another order", "another tone", "the year beside", "no year"],
)
def test_it_is_tolerant_of_how_a_name_is_written(organization, before, name, year):
    assert alike(organization, name, year) == [before]


@pytest.mark.parametrize(
    ("name", "year"),
    [("Phan Thị Tư", 1954), ("Phan Thị Tú", 1953), ("Phan Thị Tú", None), ("Phan Thị Năm", 1952), ("Phan Tư", 1952)],
    ids=["another year", "tone and year", "tone and no year", "another name", "a word less"],
)
def test_who_is_plainly_another_is_not_asked_about(organization, before, name, year):
    assert alike(organization, name, year) == []


def test_who_moved_within_the_year_is_still_asked_about(organization, before):
    assert alike(organization, commune="31120") == [before]


def test_nothing_is_said_of_records_elsewhere(learner_client, organization):
    a_registration(organization=an_organization())
    a_learner(full_name="Phan Thị Tư", birth_year=1952, place=Place.objects.get(code=NINH_KIEU))

    found = alike(organization)
    done = learner_client(the_manager(organization)).post(page_of(organization), SAID)

    assert (found, done.status_code) == ([], 302)


def test_nor_of_who_has_gone_or_become_one_with_another(organization, before):
    other = a_registration(organization=organization, full_name="Phan Thị Tư")
    Learner.objects.filter(pk=other.learner_id).update(merged_into=a_learner())
    merged = alike(organization)
    with transaction.atomic():
        erasure.erase(learner=before.learner, now=NOW)

    assert (merged, alike(organization)) == ([before], [])


def test_strangers_to_the_counter_find_nobody(organization, before):
    assert registrations.alike(organization, a_learner(), Known("Phan Thị Tư", 1952)) == []


def test_a_counter_that_registers_nobody_now_asks_nothing():
    organization = an_organization(verified=False)

    with pytest.raises(registration.NotYetVerified):
        a_registration(organization=organization, is_another=False)


def test_a_page_sent_again_is_the_same_record_and_asks_nothing(learner_client, organization):
    client, said = learner_client(the_manager(organization)), {**SAID, "once": str(uuid4())}

    first, again = (client.post(page_of(organization), said) for _ in range(2))

    assert first["Location"] == again["Location"]


def test_it_costs_the_same_however_many_there_are(organization, before):
    staff, known = the_manager(organization), Known("Phan Thị Tư", 1952, NINH_KIEU)
    with CaptureQueriesContext(
        connection,
    ) as one:
        registrations.alike(organization, staff, known)
    for _ in range(7):
        a_registration(organization=organization)

    with CaptureQueriesContext(connection) as many:
        found = registrations.alike(organization, staff, known)

    assert (len(one), len(many)) == (2, 2)
    assert len(found) == registrations.ALIKE_SHOWN_MAX
