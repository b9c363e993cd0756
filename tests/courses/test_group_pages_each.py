"""What pages of groups show to each: a leader all, a fellow themself, a card the ways out; and no button in vain."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions import enrollment, group_member, waiting
from courses.actions import group as actions
from courses.models import Enrollment
from courses.queries import group as groups
from courses.queries import offer_link
from learners.actions import card
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.groups import a_group, a_waiting_group, offers_to
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, someone_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def gives_up(run, *, seats):
    for _ in range(seats):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)


def english(learner):
    learner.language = "en"
    learner.save(update_fields=["language"])
    return learner


def url_of(group, end=""):
    return f"/en/me/groups/{group.public_id}/{end}"


def by_card(learner):
    cache.clear()
    client, printed = Client(), card.issue(learner=learner, actor=learner, pin="4711", now=timezone.now())
    client.post(reverse("learners:card_scan", args=[printed.secret]))
    return client


def test_a_fellow_sees_themself_and_how_many_and_no_other_name(learner_client):
    group = a_waiting_group(a_full_run(seats=3))
    fellow, another = (english(each.learner) for each in groups.members(group)[1:])
    another.full_name = "Trịnh Bảo Ngọc"
    another.save(update_fields=["full_name"])

    page = learner_client(fellow).get(url_of(group)).text

    assert "3 of you" in page
    assert "You</b>" in page
    assert another.full_name not in page
    assert another.full_name in learner_client(english(group.leader)).get(url_of(group)).text


def test_who_is_with_a_group_no_more_sees_it_no_more(learner_client):
    group = a_waiting_group(a_full_run(seats=3))
    fellow = english(groups.members(group)[1].learner)
    client = learner_client(fellow)

    answer = client.post(url_of(group, "alone/"), follow=True)

    assert "You wait alone from now on" in answer.text
    assert client.get(url_of(group)).status_code == 404


def test_the_page_shows_the_class_the_group_has_its_seats_in(learner_client):
    version = a_published_version()
    tuesday, thursday = (a_full_run(version=version, seats=2) for _ in range(2))
    group = a_waiting_group(tuesday, thursday, size=2)
    client = learner_client(group.leader)

    waits = client.get(url_of(group)).context["facts"].run
    gives_up(thursday, seats=2)
    waiting.accept(offer=offers_to(group)[0], now=NOW)

    assert waits == tuesday
    assert client.get(url_of(group)).context["facts"].run == thursday


def test_who_came_by_a_card_finds_the_ways_out_and_no_others():
    group = a_group(a_published_run(seats=3))
    one, other = (each.learner for each in groups.members(group)[1:])
    waits = a_waiting_group(a_full_run(seats=3), size=3)
    alone, stays = (each.learner for each in groups.members(waits)[1:])

    leader = by_card(group.leader)
    refused = [leader.post(url_of(group, end)).status_code for end in ("enroll/", "members/2/leave/")]
    by_card(one).post(url_of(group, "members/2/leave/"), {"member": groups.members(group)[1].public_id})
    asked = [by_card(one).get(url_of(group, "members/3/leave/")), by_card(alone).get(url_of(waits, "alone/"))]
    by_card(alone).post(url_of(waits, "alone/"))

    assert refused == [403, 403]
    assert [page.status_code for page in asked] == [404, 200]
    assert [each.learner for each in groups.members(group)] == [group.leader, other]
    assert list(waits.waiting_requests.values_list("learner", flat=True)) == [waits.leader_id, stays.pk]


def test_a_leader_who_does_not_come_sees_the_seats_that_are_kept(learner_client):
    run = a_full_run(seats=2)
    first, second = a_child(full_name="Phan An"), a_child(full_name="Phan Bình")
    parent = english(a_guardian(first).guardian)
    a_guardian(second, guardian=parent)
    group = group_member.make(
        leader=parent, run=run, comes_too=False, bring=[first.pk, second.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    client = learner_client(parent)

    gathered = client.get("/en/me/waiting/").text
    actions.wait(group=group, actor=parent, now=NOW)
    waits = client.get("/en/me/waiting/").text
    gives_up(run, seats=2)
    kept = client.get("/en/me/waiting/").text

    assert "Not enrolled yet" in gathered
    assert "Waits for seats for all of you" in waits
    assert "2 seats are kept for you: answer by" in kept
    assert "You are on no waiting list" not in gathered + waits + kept


def test_alone_in_a_group_there_is_no_button_to_enrol(learner_client):
    leader = a_learner(language="en")
    group = group_member.make(
        leader=leader, run=a_published_run(), comes_too=True, bring=[], fellows=1, creation_key=uuid4(), now=NOW
    )

    page = learner_client(leader).get(url_of(group)).text

    assert "Enrol 1 of us" not in page
    assert "A group is two people at least" in page
    assert 'href="sms:?&amp;body=Shall%20we%20go' in page


def test_places_of_fellows_are_not_offered_to_be_given_up(learner_client):
    run, child = a_published_run(seats=3), a_child(full_name="Phan An")
    parent = english(a_guardian(child).guardian)
    group = group_member.make(
        leader=parent, run=run, comes_too=True, bring=[child.pk], fellows=1, creation_key=uuid4(), now=NOW
    )
    group_member.say_yes(member=groups.members(group)[2], learner=a_learner(), now=NOW)
    actions.enroll(group=group, actor=parent, now=NOW)

    page = learner_client(parent).get(url_of(group)).text

    assert page.count("Go on without them") == 1  # the child
    assert "Leave the group" not in page


def test_the_link_of_a_letter_names_nobody_who_cannot_come(client):
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    fellow = groups.members(group)[1].learner
    gives_up(run, seats=2)
    run.run_instructors.create(learner=fellow)

    answer = client.post(f"/en/offers/accept/{offer_link.token(offers_to(group)[0], offer_link.ACCEPT)}/")

    assert answer.status_code == 409
    assert answer.context["refusal"] == "One of the group cannot come to this class now. Sign in to see who."
    assert not Enrollment.objects.holding_seat().filter(group=group).exists()
