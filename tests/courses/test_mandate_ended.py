"""A mandate that has ended: its helper is told, and reads so at its pages; nobody else learns that it was there."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import mandate as actions
from learners.choices import MessageKind
from learners.models import Learner, Mandate, Message
from learners.tasks import tell_of_lapsed_mandates
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LAST = timedelta(days=90)  # the last day of a mandate of the factory


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def mandate() -> Mandate:
    return a_mandate(person=a_learner(full_name="Lê Thị Sáu"), helper=a_learner(email="hong@example.vn"))


def told() -> list[str]:
    letters = Message.objects.filter(kind=MessageKind.MANDATE_ENDED).select_related("recipient")
    return [each.recipient.email if each.recipient else each.address for each in letters]


def page_of(mandate: Mandate, who: Learner, name: str = "courses:timetable_of"):
    client = Client()
    client.force_login(who)
    return client.get(reverse(name, args=[mandate.public_id]))


def test_the_helper_is_told_when_the_person_takes_it_back(mandate: Mandate):
    for _again in range(2):
        actions.revoke(mandate=mandate, actor=mandate.person, now=NOW)

    assert told() == ["hong@example.vn"]
    letter = Message.objects.get(kind=MessageKind.MANDATE_ENDED)
    assert (letter.data["person"], letter.data["date"]) == ("Lê Thị Sáu", "21/11/2026")


def test_the_helper_is_told_when_staff_end_it():
    organization = an_organization()
    registered = a_registration(organization=organization)
    a_card(registered)
    staff = the_manager(organization)
    mandate = a_mandate(person=registered.learner, helper=a_learner(email="hong@example.vn"))

    actions.revoke(mandate=mandate, actor=staff, organization=organization, now=NOW)

    assert told() == ["hong@example.vn"]
    assert staff.full_name not in str(Message.objects.get(kind=MessageKind.MANDATE_ENDED).data)


def test_who_gives_up_helping_or_never_took_it_up_is_told_nothing(mandate: Mandate):
    actions.revoke(mandate=mandate, actor=mandate.helper, now=NOW)

    assert told() == []


def test_the_morning_after_its_last_day_the_helper_is_told_once(mandate: Mandate, time_machine):
    for days, expected in [(0, []), (1, ["hong@example.vn"]), (2, ["hong@example.vn"]), (5, ["hong@example.vn"])]:
        time_machine.move_to(NOW + LAST + days * DAY, tick=False)
        tell_of_lapsed_mandates()
        assert told() == expected


def test_what_was_taken_back_does_not_lapse_as_well(mandate: Mandate):
    actions.revoke(mandate=mandate, actor=mandate.helper, now=NOW)

    assert actions.tell_lapsed(now=NOW + LAST + DAY) == 0


@pytest.mark.parametrize("name", ["courses:timetable_of", "learners:look_for"])
@pytest.mark.parametrize("how", ["taken back", "over"])
def test_who_helped_reads_that_it_has_ended_and_when(mandate: Mandate, time_machine, how: str, name: str):
    if how == "taken back":
        actions.revoke(mandate=mandate, actor=mandate.person, now=NOW)
        day = "21/11/2026"
    else:
        time_machine.move_to(NOW + LAST + DAY, tick=False)
        day = "19/2/2027"

    answer = page_of(mandate, mandate.helper, name)

    assert answer.status_code == 404
    assert "Ủy quyền giúp Lê Thị Sáu đã hết" in answer.content.decode()
    assert day in answer.content.decode()


@pytest.mark.parametrize("who", ["stranger", "person", "of one who is gone"])
def test_everybody_else_reads_what_stands_where_nothing_is(mandate: Mandate, who: str):
    actions.revoke(mandate=mandate, actor=mandate.person, now=NOW)
    if who == "of one who is gone":
        Learner.objects.filter(pk=mandate.person_id).update(closed_at=NOW, is_active=False)
    reader = {"stranger": a_learner(), "person": mandate.person}.get(who, mandate.helper)

    answer = page_of(mandate, reader)

    assert answer.status_code == 404
    assert "Lê Thị Sáu đã hết" not in answer.content.decode()
    assert answer.templates[0].name == "404.html"
