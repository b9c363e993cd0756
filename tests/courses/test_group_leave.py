"""Pages of groups ask before what cannot be taken back, and show no button that is always refused."""

from datetime import timedelta
from uuid import uuid4

import pytest

from courses.actions import group as actions
from courses.actions import group_member, group_upkeep, waiting
from courses.models import EnrollmentGroup, WaitingRequest
from courses.queries import group as groups
from courses.rules import GROUP_GATHERED_FOR
from learners.choices import HelperAct
from tests.factories.catalog import a_published_run
from tests.factories.groups import a_group, a_waiting_group
from tests.factories.guardians import a_child, a_guardian
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def url_of(group, end=""):
    return f"/en/me/groups/{group.public_id}/{end}"


def english(learner):
    learner.language = "en"
    learner.save(update_fields=["language"])
    return learner


def brings(leader, run, *people, waits=False, enrols=False):
    group = group_member.make(
        leader=leader,
        run=run,
        comes_too=True,
        bring=[person.pk for person in people],
        fellows=0,
        creation_key=uuid4(),
        now=NOW,
    )
    if waits:
        actions.wait(group=group, actor=leader, now=NOW)
    if enrols:
        actions.enroll(group=group, actor=leader, now=NOW)
    return group


def test_splitting_a_group_is_asked_about_first(learner_client):
    group = a_waiting_group(a_full_run(seats=3), leader=a_learner(language="en"))
    fellow = english(groups.members(group)[1].learner)
    client = learner_client(group.leader)

    page, asked = client.get(url_of(group)).text, client.get(url_of(group, "alone/")).text
    fellows = learner_client(fellow).get(url_of(group, "alone/")).text

    assert f'href="{url_of(group, "alone/")}">Let each of us wait alone' in page
    assert f'action="{url_of(group, "alone/")}"' not in page
    assert "Let each of you wait alone?" in asked
    assert "This cannot be undone" in asked
    assert "Wait alone from now on?" in fellows
    assert group.waiting_requests.count() == 3

    learner_client(group.leader).post(url_of(group, "alone/"))

    assert group.waiting_requests.count() == 0


def test_leaving_a_group_is_asked_about_first(learner_client):
    group = a_waiting_group(a_full_run(seats=3), leader=a_learner(language="en"))
    fellow = english(groups.members(group)[1].learner)

    by_leader = learner_client(group.leader).get(url_of(group, "members/2/leave/")).text
    by_themself = learner_client(fellow).get(url_of(group, "members/2/leave/")).text

    assert f"Go on without {fellow.full_name}?" in by_leader
    assert "They wait on alone, since the same time as before, and are told." in by_leader
    assert "Leave the group?" in by_themself
    assert "You leave the waiting list too." in by_themself
    assert WaitingRequest.objects.filter(ended_at=None, group=group).count() == 3


def test_only_what_splits_a_group_has_a_page_that_asks(learner_client):
    group = a_group(a_published_run(seats=3), leader=a_learner(language="en"))
    group_member.invite(group=group, actor=group.leader)
    client = learner_client(group.leader)

    answers = [client.get(url_of(group, end)) for end in ("enroll/", "invite/", "alone/", "members/4/leave/")]

    assert [answer.status_code for answer in answers] == [405, 405, 302, 302]  # nobody waits; nobody came by that link
    assert "To come back, another link is needed." in client.get(url_of(group, "members/2/leave/")).text


@pytest.mark.parametrize("may", [True, False], ids=["who may", "who may not"])
def test_a_place_is_offered_to_be_given_up_to_who_may_give_it_up(learner_client, may):
    person = a_learner()
    mandate = a_mandate(person=person, acts=(HelperAct.ENROL, HelperAct.WITHDRAW) if may else (HelperAct.ENROL,))
    group = brings(english(mandate.helper), a_published_run(seats=3), person, enrols=True)
    client = learner_client(mandate.helper)

    page = client.get(url_of(group)).text
    asked = client.get(url_of(group, "members/2/leave/"))

    assert ("Go on without them" in page) == may
    assert (asked.status_code, "Their place is given up" in asked.text) == ((200, True) if may else (302, False))


def test_the_link_of_a_fellow_can_be_sent_and_copied(learner_client):
    leader = a_learner(language="en")
    group = group_member.make(
        leader=leader, run=a_published_run(), comes_too=True, bring=[], fellows=1, creation_key=uuid4(), now=NOW
    )

    page = learner_client(leader).get(url_of(group)).text

    assert "/groups/join/" in page
    assert "&amp;body=" in page
    assert 'type="button" data-copy="link-2"' in page
    assert "js/copy.js" in page


def test_where_the_organisation_decides_the_page_of_a_group_says_it_before(learner_client):
    run = asks_for(a_published_run(seats=5), approval_days=3)
    learner = a_learner(language="en")
    client = learner_client(learner)

    enrols, page = client.get(f"/en/runs/{run.pk}/enroll/").text, client.get(f"/en/runs/{run.pk}/group/")
    sent = client.post(f"/en/runs/{run.pk}/group/", {"comes_too": "on", "fellows": "1"})

    assert f"/en/runs/{run.pk}/group/" in enrols
    assert "Here everybody asks for themself" in page.text
    assert "I come too" not in page.text
    assert (sent.status_code, EnrollmentGroup.objects.count()) == (200, 0)
    with pytest.raises(group_member.CannotCome):
        group_member.make(leader=learner, run=run, comes_too=True, bring=[], fellows=1, creation_key=uuid4(), now=NOW)


def test_a_class_that_decides_meanwhile_shows_no_button_that_is_refused(learner_client):
    run = a_published_run(seats=5)
    group = a_group(run, leader=a_learner(language="en"))
    asks_for(run, approval_days=3)

    page = learner_client(group.leader).get(url_of(group)).text

    assert "Here everybody asks for themself" in page
    assert "Enrol 3 of us" not in page


def test_a_class_that_takes_nobody_says_why_instead_of_a_button(learner_client):
    run = a_published_run(seats=5)
    group = a_group(run, leader=a_learner(language="en"))
    run.enrollment_closes_at = NOW
    run.save(update_fields=["enrollment_closes_at"])

    page = learner_client(group.leader).get(url_of(group)).text

    assert "Enrolment for this class has closed." in page
    assert "Enrol 3 of us" not in page


def test_a_group_that_has_ended_says_so_to_its_leader(learner_client):
    run = a_published_run(seats=5, starts_at=NOW + timedelta(days=365))
    group = a_group(run, leader=a_learner(language="en"))
    group_upkeep.look_after(now=NOW + GROUP_GATHERED_FOR)
    client = learner_client(group.leader)

    page = client.get(url_of(group)).text

    assert "This group has ended" in page
    assert "One more person" not in page
    assert "Enrol" not in page.split("<main")[1].split("</h1>")[1].split('class="card"')[0]
    assert f'href="/en/runs/{run.pk}/group/">Make up a new group' in page
    assert "Ended without a place" in client.get("/en/me/waiting/").text


@pytest.mark.parametrize("children", [1, 3])
def test_the_page_of_who_brings_people_costs_the_same_for_every_number(
    learner_client, django_assert_num_queries, children
):
    parent = a_learner()
    people = [a_guardian(a_child(), guardian=parent).child for _ in range(children)]
    group = brings(parent, a_full_run(seats=5), *people, waits=True)
    client = learner_client(parent)
    client.get(url_of(group))

    with django_assert_num_queries(17):
        client.get(url_of(group))


def test_who_waits_on_alone_after_all_others_have_left_is_not_shown_as_a_group(learner_client):
    group = a_waiting_group(a_full_run(seats=2), size=2, leader=a_learner(language="en"))

    waiting.leave(request=WaitingRequest.objects.get(learner=groups.members(group)[1].learner), now=NOW)
    page = learner_client(group.leader).get(url_of(group)).text

    assert "Each of you waits alone" in page
