"""Who sees at work who people are, at a counter or at the desk: each of them reads it among those who have looked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from credits.models import LedgerAccess
from learners.actions import closing
from learners.actions.consent import Witness
from learners.choices import Seen
from learners.views.registration import PEOPLE_PER_PAGE
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def registered():
    return a_registration(organization=an_organization(), full_name="Phan Thị Tư", birth_year=1952)


def signed_in(learner):
    client = Client()
    client.force_login(learner)
    return client


def at_the_counter(registered):
    organization = registered.organization
    return signed_in(the_manager(organization)), [organization.public_id, registered.learner.public_id]


def written():
    return list(LedgerAccess.objects.order_by("pk").values_list("learner", "what", "reason", "organization"))


def test_the_list_at_a_counter_is_written_once_a_day_and_each_search(registered):
    client, where = at_the_counter(registered)
    path = reverse("learners:people", args=where[:1])

    for query in ("", "", "?q=tu", "?q=tu", "?q=nobody"):
        client.get(path + query)

    person, organization = registered.learner_id, registered.organization_id
    assert written() == [
        (person, "PEOPLE", Seen.COUNTER_LIST, organization),
        (person, "PERSON", Seen.COUNTER_SEARCH, organization),
        (person, "PERSON", Seen.COUNTER_SEARCH, organization),
    ]


def test_who_stands_in_the_list_only_to_be_confirmed_is_written_too(registered):
    client, where = at_the_counter(registered)
    organization = registered.organization
    witness = Witness(staff=the_manager(organization), organization=organization)
    closing.ask(learner=registered.learner, witness=witness, now=NOW)
    later = NOW + timedelta(seconds=1)
    for _ in range(PEOPLE_PER_PAGE):
        a_registration(organization=organization, now=later)

    page = client.get(reverse("learners:people", args=where[:1])).content.decode()

    assert page.count(str(registered.learner.public_id)) == 1
    assert registered.learner_id in {learner for learner, *_more in written()}


@pytest.mark.parametrize("page", ["person", "person_claim", "person_helpers", "person_guardians"])
def test_a_persons_pages_at_a_counter_are_written(registered, page):
    client, where = at_the_counter(registered)

    client.get(reverse(f"learners:{page}", args=where))

    assert written() == [(registered.learner_id, "PERSON", Seen.COUNTER_PERSON, registered.organization_id)]


def test_what_is_not_found_is_not_written(registered):
    client = signed_in(the_manager(an_organization()))

    client.get(reverse("learners:person", args=[registered.organization.public_id, registered.learner.public_id]))

    assert written() == []


def test_a_person_looked_for_by_their_address_at_the_desk_is_told():
    learner, curator = a_learner(email="tu@example.vn"), a_curator()
    desk = signed_in(curator)

    desk.get("/admin/learners/learner/?q=tu@example.vn")
    desk.get(f"/admin/learners/learner/{learner.pk}/change/")

    assert written() == [
        (learner.pk, "PERSON", Seen.DESK_SEARCH, None),
        (learner.pk, "PERSON", Seen.DESK_PERSON, None),
    ]


def test_all_who_stand_in_a_list_at_the_desk_are_told():
    child = a_child()
    standing = a_guardian(child)
    mandate = a_mandate(person=a_learner(), helper=a_learner())
    a_card(child.registration)
    desk = signed_in(a_curator())

    shown = {}
    for name in ("guardian", "mandate", "card", "registration", "claim"):
        before = set(LedgerAccess.objects.values_list("pk", flat=True))
        desk.get(f"/admin/learners/{name}/?o=-1")
        shown[name] = set(LedgerAccess.objects.exclude(pk__in=before).values_list("learner", flat=True))

    assert shown["guardian"] == {child.pk, standing.guardian_id}
    assert shown["mandate"] == {mandate.person_id, mandate.helper_id}
    assert shown["card"] | shown["registration"] == set()  # the same list of the same person, the same day
    assert shown["claim"] == set()


def test_the_person_reads_who_it_was_and_where(registered):
    client, where = at_the_counter(registered)
    client.get(reverse("learners:people", args=where[:1]))
    client.get(reverse("learners:person", args=where))

    page = signed_in(registered.learner).get(reverse("credits:readers")).content.decode()

    assert "Nguyễn Thị Bảy" in page
    assert "Tên tôi, trong một danh sách nhiều người: những người đã đăng ký tại quầy" in page
    assert "Tên tôi: trang của tôi tại quầy: họ tên, năm sinh, xã phường, thẻ" in page
