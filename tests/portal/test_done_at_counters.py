"""What staff did for somebody at a counter stands on the page of their data, also for who has only a card."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import claim, mandate
from learners.choices import CounterAct
from learners.queries.counter import done_for
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.ledger import a_merge
from tests.factories.mandates import a_mandate, terms
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


def test_each_act_is_listed_with_who_and_where():
    registered = a_registration(organization=an_organization())
    organization, staff = registered.organization, the_manager(registered.organization)
    where = {"actor": staff, "organization": organization, "now": NOW}
    a_card(registered)
    mandate.give(person=registered.learner, terms=terms(), **where)
    claim.claim(learner=registered.learner, address="tu@example.vn", **where)

    done = done_for(registered.learner)

    assert {each.act for each in done} == {
        CounterAct.REGISTERED,
        CounterAct.CARD_PRINTED,
        CounterAct.ADDRESS_ADDED,
        CounterAct.MANDATE_MADE,
    }
    assert {(each.by, each.organization) for each in done} == {(staff, organization)}


def test_a_child_sees_that_a_guardian_was_recorded():
    child = a_child()
    a_guardian(child)

    assert CounterAct.GUARDIAN_RECORDED in {each.act for each in done_for(child)}


def test_what_one_does_oneself_is_not_among_it():
    learner = a_learner()
    a_mandate(person=learner)

    assert done_for(learner) == []


def test_what_was_done_for_an_account_merged_away_is_there_too():
    registered, kept = a_registration(organization=an_organization()), a_learner()
    a_merge(kept, registered.learner)

    assert [each.act for each in done_for(kept)] == [CounterAct.REGISTERED]


def test_who_has_only_a_card_reads_it_and_who_has_looked():
    registered = a_registration(organization=an_organization(name_vi="Thư viện phường Ninh Kiều"))
    printed, client = a_card(registered), Client()
    client.post(reverse("learners:card_scan", args=[printed.secret]))

    page = client.get(reverse("my_data"))

    assert page.status_code == 200
    assert "Đã in thẻ cho tôi" in page.content.decode()
    assert "Nguyễn Thị Bảy, Thư viện phường Ninh Kiều" in page.content.decode()
    assert client.get(reverse("credits:readers")).status_code == 200
