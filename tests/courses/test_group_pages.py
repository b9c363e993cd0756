"""The pages of groups: make one up, pass links on, enrol or wait together, answer, go on without one or alone."""

import pytest
from django.urls import reverse

from courses.actions import enrollment, waiting
from courses.models import Enrollment, EnrollmentGroup, WaitingRequest
from courses.queries import group as groups
from courses.queries import offer_link
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


def test_a_parent_enrols_with_a_child(learner_client):
    run, child = a_published_run(seats=3), a_child(full_name="Phan Gia Bảo")
    parent = a_guardian(child, guardian=a_learner(language="en", full_name="Phan Thị Mẹ")).guardian
    client = learner_client(parent)

    enrols = client.get(f"/en/runs/{run.pk}/enroll/")
    asks = client.get(f"/en/runs/{run.pk}/group/")
    sent = {"comes_too": "on", "bring": [child.pk], "fellows": "0", "once": asks.context["form"]["once"].value()}
    made = [client.post(f"/en/runs/{run.pk}/group/", sent) for _ in range(2)]
    looks = client.get(made[0].url)
    client.post(f"{made[0].url}enroll/")
    after = client.get(made[0].url)

    assert f'href="/en/runs/{run.pk}/group/">Come as a group' in enrols.text
    assert "Phan Gia Bảo" in asks.text
    assert made[0].url == made[1].url
    assert "Enrol 2 of us" in looks.text
    assert Enrollment.objects.holding_seat().filter(run=run).count() == 2
    assert after.text.count("Has a place") == 2


def of(group, position):
    """Return what the form of a member's page sends."""
    return {"member": groups.members(group).get(position=position).public_id}


def test_a_fellow_says_yes_by_the_link_of_the_page(learner_client):
    run, leader, fellow = a_published_run(seats=3), a_learner(full_name="Lê Hòa", language="en"), a_learner()
    client = learner_client(leader)
    url = client.post(f"/en/runs/{run.pk}/group/", {"comes_too": "on", "fellows": "1"}).url

    (link,) = [link for _member, link in client.get(url).context["links"] if link]
    path = "/en/groups/join/" + link.split("/groups/join/")[1]
    asked = learner_client(fellow).get(path)
    learner_client(fellow).post(path)
    again = learner_client(a_learner()).post(path)

    assert "Lê Hòa asks you to come along" in asked.text
    assert fellow.full_name in client.get(url).text
    assert again.status_code == 409


def test_too_few_seats_are_said_with_what_is_needed_and_what_one_can_do(learner_client):
    run = a_full_run(seats=3)
    group = a_group(run, leader=a_learner(language="en"))
    gives_up(run, seats=1)
    client = learner_client(group.leader)
    url = f"/en/me/groups/{group.public_id}/"

    before = client.get(url).text
    client.post(f"{url}wait/")
    waits = client.get(url).text
    mine = client.get("/en/me/waiting/").text
    client.post(f"{url}alone/")

    assert "1 seat is free, and your group needs 3." in before
    assert "Enrol 3 of us" not in before
    assert "1 seat is free, and your group needs 3." in waits
    assert "number 1 of 3 in line" in waits
    assert "Let each of us wait alone" in waits
    assert str(group.public_id) in mine
    assert EnrollmentGroup.objects.get().split_at == NOW
    assert "Each of you waits alone" in client.get(url).text


def test_a_group_larger_than_the_class_is_not_asked_to_wait_for_it(learner_client):
    version = a_published_version()
    small, large, full = (a_full_run(seats=seats, version=version) for seats in (2, 4, 2))
    group = a_group(small, leader=a_learner(language="en"))

    page = learner_client(group.leader).get(f"/en/me/groups/{group.public_id}/").text

    assert "This class has 2 seats in all, and your group needs 3." in page
    assert "Wait together" not in page
    assert [reverse("courses:group_new", args=[run.pk]) in page for run in (large, full)] == [True, False]


def test_the_letter_answers_for_all_and_only_its_leader_answers_signed_in(learner_client, client):
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2, leader=a_learner(language="en"))
    fellow = groups.members(group)[1].learner
    gives_up(run, seats=2)
    offer, other = offers_to(group)

    page = client.get(f"/en/offers/accept/{offer_link.token(offer, offer_link.ACCEPT)}/")
    learner_client(fellow).post(f"/en/me/offers/{other.public_id}/")
    untouched = Enrollment.objects.holding_seat().filter(group=group).count()
    leaders = learner_client(group.leader)
    seen = leaders.get(reverse("dashboard")).context["waiting"].offers
    answer = leaders.post(f"/en/me/offers/{offer.public_id}/")

    assert "2 seats are kept for your group" in page.text
    assert "Take all 2 seats" in page.text
    assert untouched == 0
    assert seen == [offer]
    assert answer.url == f"/en/me/groups/{group.public_id}/"
    assert Enrollment.objects.holding_seat().filter(group=group).count() == 2


def test_the_link_still_answers_when_the_leader_has_left(client):
    run = a_full_run(seats=3)
    group = a_waiting_group(run)
    gives_up(run, seats=3)
    offer = offers_to(group)[0]
    waiting.leave(request=offer.request, now=NOW)
    path = f"/offers/accept/{offer_link.token(offer, offer_link.ACCEPT)}/"

    shows = client.get(path)
    client.post(path)

    assert shows.context["people"] == 2
    assert Enrollment.objects.holding_seat().filter(group=group).count() == 2


def test_going_on_without_somebody(learner_client):
    run = a_full_run(seats=3)
    group = a_waiting_group(run, leader=a_learner(language="en"))
    fellow = groups.members(group)[1].learner
    url = f"/en/me/groups/{group.public_id}/"

    stranger = learner_client(a_learner()).post(f"{url}members/2/leave/", of(group, 2))
    another = groups.members(group)[2].learner
    another.language = "en"
    another.save(update_fields=["language"])
    other = learner_client(another).post(f"{url}members/2/leave/", of(group, 2), follow=True)
    himself = learner_client(fellow).post(f"{url}members/2/leave/", of(group, 2))
    learner_client(group.leader).post(f"{url}members/3/leave/", of(group, 3))

    assert stranger.status_code == 404
    assert "This is done by the person who made up the group." in other.text
    assert himself.url == "/en/me/waiting/"
    assert group.waiting_requests.filter(ended_at=None).count() == 0  # one who is left waits alone
    assert WaitingRequest.objects.filter(ended_at=None).count() == 2


def test_a_link_is_taken_back_and_one_more_is_made(learner_client):
    run = a_published_run()
    client = learner_client(a_learner(language="en"))
    url = client.post(f"/en/runs/{run.pk}/group/", {"comes_too": "on", "fellows": "1"}).url
    member = groups.members(EnrollmentGroup.objects.get())[1]

    client.post(f"{url}members/2/leave/", {"member": member.public_id, "link": "1"})
    client.post(f"{url}invite/")

    assert learner_client(a_learner()).post(f"/groups/join/{groups.token(member)}/").status_code == 409
    assert [each.position for each in groups.members(EnrollmentGroup.objects.get())] == [1, 2]


def test_who_keeps_the_roster_sees_groups_together(learner_client):
    run = a_full_run(seats=3)
    group = a_waiting_group(run, size=2, leader=a_learner(full_name="Lê Hòa"))
    manager = run.version.course.provider.registered_by
    manager.language = "en"
    manager.save(update_fields=["language"])
    client = learner_client(manager)
    path = f"/en/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/"

    line = client.get(path).text
    gives_up(run, seats=2)
    waiting.accept(offer=offers_to(group)[0], now=NOW)
    placed = client.get(path).text

    assert "A group of 2, Lê Hòa answers: seats for all, or none" in line
    assert placed.count("Came with the group of Lê Hòa") == 2


@pytest.mark.parametrize("size", [2, 5])
def test_the_page_costs_the_same_for_every_size(learner_client, django_assert_num_queries, size):
    run = a_full_run(seats=5)
    group = a_waiting_group(run, size=size)
    client = learner_client(group.leader)
    client.get(f"/me/groups/{group.public_id}/")

    with django_assert_num_queries(13):
        client.get(f"/me/groups/{group.public_id}/")
