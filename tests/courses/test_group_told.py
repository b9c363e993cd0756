"""What pages and letters of groups say is so: of seats kept, of who is left, of an end; and no form acts on another."""

from datetime import timedelta
from uuid import uuid4

import pytest

from courses.actions import enrollment, erasure, group_member, group_upkeep, waiting_upkeep
from courses.actions import group as actions
from courses.queries import group as groups
from learners import emails
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.groups import a_group, a_waiting_group
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run, someone_of

pytestmark = pytest.mark.django_db
IN_A_YEAR = NOW + timedelta(days=365)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def url_of(group, end=""):
    return f"/en/me/groups/{group.public_id}/{end}"


def invites(run, leader=None, *, fellows=1):
    """Return a group whose fellows have not come yet."""
    return group_member.make(
        leader=leader or a_learner(language="en"),
        run=run,
        comes_too=True,
        bring=[],
        fellows=fellows,
        creation_key=uuid4(),
        now=NOW,
    )


def keeps_seats(group, run, *, seats):
    for _ in range(seats):
        enrollment.withdraw(enrollment=someone_of(run), now=NOW)
    return group


def english(learner):
    learner.language = "en"
    learner.save(update_fields=["language"])
    return learner


def closes(run):
    run.enrollment_closes_at = NOW
    run.save(update_fields=["enrollment_closes_at"])


# --- A form acts on what its page showed ---


def test_a_link_taken_back_on_an_old_page_throws_out_nobody_who_has_come_by_it(learner_client):
    group = invites(a_published_run())
    member = groups.members(group)[1]
    client = learner_client(group.leader)
    page = client.get(url_of(group)).text

    group_member.say_yes(member=member, learner=a_learner(), now=NOW)
    answer = client.post(url_of(group, "members/2/leave/"), {"member": member.public_id, "link": "1"}, follow=True)

    assert f'name="member" value="{member.public_id}"><input type="hidden" name="link"' in page
    assert "Somebody has come by this link meanwhile" in answer.text
    assert groups.members(group).count() == 2


def test_a_link_somebody_comes_by_in_the_same_moment_is_not_taken_back():
    group = invites(a_published_run())
    member = groups.members(group)[1]

    group_member.say_yes(member=groups.members(group)[1], learner=a_learner(), now=NOW)

    with pytest.raises(group_member.LinkIsUsed):
        group_member.take_out(member=member, actor=group.leader, now=NOW)


def test_a_number_that_is_used_again_is_not_taken_for_who_had_it_before(learner_client):
    group = a_group(a_published_run(), leader=a_learner(language="en"))
    first = groups.members(group)[1]
    client = learner_client(group.leader)
    asked = client.get(url_of(group, "members/2/leave/")).text
    group_member.take_out(member=first, actor=first.learner, now=NOW)
    second = group_member.invite(group=group, actor=group.leader)
    group_member.say_yes(member=second, learner=a_learner(), now=NOW)

    answer = client.post(url_of(group, "members/2/leave/"), {"member": first.public_id}, follow=True)

    assert f'name="member" value="{first.public_id}"' in asked
    assert "The group has changed meanwhile." in answer.text
    assert groups.members(group).count() == 3


# --- What is asked first says what happens ---


def test_of_two_the_one_who_is_left_is_said_to_wait_alone(learner_client):
    group = a_waiting_group(a_full_run(seats=3), size=2, leader=a_learner(language="en"))
    fellow = english(groups.members(group)[1].learner)

    page = learner_client(group.leader).get(url_of(group, "members/2/leave/")).text
    alone = learner_client(fellow).get(url_of(group, "alone/")).text

    for said in (page, alone):
        assert "The one who is left waits alone, with the same turn." in said
        assert "The others stay together" not in said


def test_of_two_that_are_gathered_one_is_said_to_be_too_few(learner_client):
    group = a_group(a_published_run(), size=2, leader=a_learner(language="en"))

    page = learner_client(group.leader).get(url_of(group, "members/2/leave/")).text

    assert "a group needs two" in page


def test_who_leaves_while_a_seat_is_kept_reads_what_becomes_of_it(learner_client):
    run = a_full_run(seats=3)
    group = keeps_seats(a_waiting_group(run, leader=a_learner(language="en")), run, seats=3)
    fellow = english(groups.members(group)[1].learner)

    mine = learner_client(fellow).get(url_of(group, "members/2/leave/")).text
    leaders = learner_client(group.leader).get(url_of(group, "members/2/leave/")).text

    assert "The seat that is kept for you goes to the next." in mine
    assert "To wait on, choose" not in mine
    assert "offered to them alone" in leaders
    assert "Seats stay kept for the others." in leaders


# --- An end is told ---


def test_who_said_yes_and_the_leader_are_told_once_that_a_group_ends(learner_client):
    child = a_child()
    parent = english(a_guardian(child).guardian)
    group = group_member.make(
        leader=parent,
        run=a_published_run(starts_at=IN_A_YEAR),
        comes_too=False,
        bring=[child.pk],
        fellows=2,
        creation_key=uuid4(),
        now=NOW,
    )
    link, fellow = groups.members(group)[1], a_learner(language="en")
    group_member.say_yes(member=link, learner=fellow, now=NOW)
    closes(group.run)

    for _ in range(2):
        group_upkeep.look_after(now=NOW)
    page = learner_client(fellow).get(f"/en/groups/join/{groups.token(link)}/").text
    leaders = learner_client(parent)

    letters = {letter.recipient: letter for letter in Message.objects.filter(kind="GROUP_ENDED")}
    assert set(letters) == {parent, fellow}
    assert f"made up by {parent.full_name}" in emails.render(letters[fellow]).text
    assert "made up by" not in emails.render(letters[parent]).text
    assert "It has ended without a place." in page
    assert "Ended without a place" in leaders.get("/en/me/waiting/").text
    assert "Enrolment for this class has closed." in leaders.get(url_of(group)).text
    assert "Make up a new group" not in leaders.get(url_of(group)).text


def test_a_leader_who_goes_is_not_written_to(learner_client):
    group = a_group(a_published_run(starts_at=IN_A_YEAR), size=2)

    erasure.leave(learner=group.leader, now=NOW)

    assert Message.objects.get(kind="GROUP_ENDED").recipient != group.leader


def test_no_group_is_made_up_for_a_class_that_takes_nobody():
    run = a_published_run()
    closes(run)

    with pytest.raises(group_member.CannotCome):
        invites(run)


def test_who_is_let_go_alone_reads_that_the_group_is_over_for_them():
    group = a_waiting_group(a_full_run(seats=3), leader=a_learner(full_name="Lê Hòa"))
    member = groups.members(group)[1]
    english(member.learner)

    group_member.take_out(member=member, actor=group.leader, now=NOW)

    letter = emails.render(Message.objects.get(kind="WAITING_JOINED", recipient=member.learner)).text
    assert "no longer with the group of Lê Hòa" in letter
    own = emails.render(Message.objects.get(kind="WAITING_JOINED", recipient=group.leader)).text
    assert "Từ nay bạn chờ riêng" not in own


def test_a_leader_who_does_not_come_along_is_not_consoled_for_a_seat_of_their_own():
    child, other = a_child(), a_child()
    parent = english(a_guardian(child).guardian)
    a_guardian(other, guardian=parent)
    run = a_full_run(seats=2)
    group = group_member.make(
        leader=parent, run=run, comes_too=False, bring=[child.pk, other.pk], fellows=0, creation_key=uuid4(), now=NOW
    )
    actions.wait(group=group, actor=parent, now=NOW)
    closes(run)

    waiting_upkeep.look_after(now=NOW)

    letter = emails.render(Message.objects.get(kind="WAITING_CLOSED", recipient=parent)).text
    assert "You answered for a group that waited for it: 2 in all." in letter
    assert "came free for you" not in letter


# --- The words of links and lines ---


def test_a_title_with_marks_reaches_a_text_message_as_it_is(learner_client):
    run = a_published_run(version=a_published_version(title_en='Tea & "Talk"', title_vi="Trà & chuyện"))
    group = invites(run)

    page = learner_client(group.leader).get(url_of(group)).text

    assert "Tea%20%26%20%22Talk%22%20together" in page
    assert "%26amp%3B" not in page


@pytest.mark.parametrize(("later", "label"), [(0, "First session:"), (1, "Next session:")])
def test_of_many_sessions_the_line_says_which_it_names(learner_client, time_machine, later, label):
    run = a_published_run(sessions=3)
    group = invites(run)
    sessions = list(run.class_sessions.order_by("starts_at"))
    time_machine.move_to(sessions[later].starts_at - timedelta(hours=1), tick=False)

    page = learner_client(a_learner(language="en")).get(f"/en/groups/join/{groups.token(groups.members(group)[1])}/")

    assert label in page.text
    assert page.context["facts"].next_session == sessions[later]


def test_where_the_organisation_decides_the_page_promises_no_group(learner_client):
    run = asks_for(a_published_run(), approval_days=3)
    client = learner_client(a_learner(language="en"))

    enrols, page = client.get(f"/en/runs/{run.pk}/enroll/").text, client.get(f"/en/runs/{run.pk}/group/").text

    assert "Coming with others?" in enrols
    assert "taken all at once" not in page
    assert f'href="/en/providers/{run.version.course.provider_id}-' in page.split("h-each")[-1]
