"""Who was absent again and again without a word waits after the others, until they come or a year is over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from courses.actions import attendance, attendance_merge, coming, enrollment, waiting_upkeep
from courses.actions import group as groups
from courses.choices import AttendanceStatus, Priority
from courses.models import WaitingChoice
from courses.queries import no_show
from courses.queries import waiting as queries
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.coming import a_no_show, a_question
from tests.factories.counter import a_registration
from tests.factories.enrollment import attended, enrolled
from tests.factories.groups import a_group, a_waiting_group
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db
EARLIER, LATELY = NOW - timedelta(days=15), NOW - timedelta(days=8)
IN_A_YEAR = NOW + timedelta(days=400)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_missed_class(learner, *, at):
    """Whoever ``learner`` is, they have had a place long enough to be asked, and are marked absent."""
    run = a_published_run(starts_at=at)
    place = enrolled(learner, run, now=at - timedelta(days=12))
    coming.ask_due(now=at - timedelta(days=2))
    manager = run.version.course.provider.registered_by
    attended(place, run.class_sessions.get(position=1), by=manager, status=AttendanceStatus.ABSENT)


def absent_twice(learner=None):
    learner = learner or a_learner()
    for at in (EARLIER, LATELY):
        a_no_show(learner, at=at)
    return learner


def priorities(run):
    return list(queries.line(run).values_list("request__learner", "priority"))


def test_two_in_a_row_count_and_end_a_year_after_the_older():
    learner = absent_twice()

    stands = no_show.standing(learner, now=NOW)

    assert (stands.absences, stands.until) == (2, EARLIER + timedelta(days=365))
    assert no_show.standing(learner, now=stands.until - timedelta(seconds=1)).priority == Priority.LATER
    assert no_show.standing(learner, now=stands.until).priority == Priority.USUAL


def only_one(learner):
    a_no_show(learner, at=EARLIER)


def excused(learner):
    a_no_show(learner, at=EARLIER)
    a_no_show(learner, at=LATELY, status=AttendanceStatus.EXCUSED)


def came_late(learner):
    a_no_show(learner, at=EARLIER)
    a_no_show(learner, at=LATELY, status=AttendanceStatus.LATE)


def said_no(learner):
    a_no_show(learner, at=EARLIER)
    question = a_question(learner, run=a_published_run(starts_at=LATELY), now=LATELY - timedelta(days=2))
    coming.say_no(question=question, now=LATELY - timedelta(days=1))


def was_not_asked(learner):
    a_no_show(learner, at=EARLIER)
    run = a_published_run(starts_at=LATELY)
    place = enrolled(learner, run, now=LATELY - timedelta(days=1))
    manager = run.version.course.provider.registered_by
    attended(place, run.class_sessions.get(position=1), by=manager, status=AttendanceStatus.ABSENT)


def was_not_reached(learner):
    a_no_show(learner, at=EARLIER)
    a_no_show(learner, at=LATELY)
    bounced = Message.objects.filter(kind="COMING_ASKED").latest("pk")
    Message.objects.filter(pk=bounced.pk).update(state="FAILED", failed_at=LATELY)


def gave_up_before_it_began(learner):
    a_no_show(learner, at=EARLIER)
    place = a_question(learner, run=a_published_run(starts_at=LATELY), now=LATELY - timedelta(days=2)).enrollment
    enrollment.withdraw(enrollment=place, now=LATELY - timedelta(hours=1))
    session = place.run.class_sessions.get(position=1)  # kept on a phone from before, on which the name still stands
    mark = attendance_merge.Mark(
        mark_id=uuid4(),
        enrollment_id=place.pk,
        status=AttendanceStatus.ABSENT,
        device_at=session.starts_at,
        sequence=1,
    )
    manager = place.run.version.course.provider.registered_by
    attendance_merge.merge(class_session=session, marks=[mark], actor=manager, now=session.ends_at)
    assert place.attendance_records.get().status == AttendanceStatus.ABSENT


def came_since(learner):
    for at in (EARLIER, EARLIER + timedelta(days=1)):
        a_no_show(learner, at=at)
    a_no_show(learner, at=LATELY, status=AttendanceStatus.PRESENT)


def came_to_the_second_session(learner):
    a_no_show(learner, at=LATELY)
    place = a_no_show(learner, at=EARLIER)
    manager = place.run.version.course.provider.registered_by
    attended(place, place.run.class_sessions.get(position=2), by=manager)


@pytest.mark.parametrize(
    "did",
    [
        only_one,
        excused,
        came_late,
        said_no,
        was_not_asked,
        was_not_reached,
        gave_up_before_it_began,
        came_since,
        came_to_the_second_session,
    ],
    ids=lambda did: did.__name__,
)
def test_what_does_not_put_anybody_behind(did):
    learner = a_learner()

    did(learner)

    assert no_show.standing(learner, now=NOW).priority == Priority.USUAL


def test_who_has_only_a_card_was_not_asked_and_is_not_put_behind():
    person = a_registration(organization=an_organization()).learner
    a_missed_class(person, at=EARLIER)
    a_missed_class(person, at=LATELY)

    assert no_show.standing(person, now=NOW).absences == 0


def test_a_place_given_up_after_the_absence_does_not_undo_it():
    learner = a_learner()
    a_no_show(learner, at=EARLIER)
    place = a_no_show(learner, at=NOW - timedelta(days=1))
    Message.objects.filter(kind="COMING_ASKED").update(state="SENT", handed_over_at=LATELY, sent_at=LATELY)

    enrollment.withdraw(enrollment=place, now=NOW)  # its second session is still to come

    assert no_show.standing(learner, now=NOW).priority == Priority.LATER


def test_the_class_is_the_first_key_of_the_order_and_bans_nobody():
    run, absent = a_full_run(seats=2), absent_twice()
    first, second = waits_for(run, learner=absent), waits_for(run)

    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    assert priorities(run) == [(second.learner_id, Priority.USUAL), (first.learner_id, Priority.LATER)]
    assert offer_to(second) is not None
    assert queries.place_in_line(first.choices.get()) == 1  # one has an offer already

    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    assert offer_to(first) is not None
    assert enrolled(absent, a_published_run()).state == "ENROLLED"


def test_who_comes_to_a_class_has_the_usual_class_again_within_a_minute():
    run, absent = a_full_run(), absent_twice()
    first, second = waits_for(run, learner=absent), waits_for(run)
    a_no_show(absent, at=NOW - timedelta(days=1), status=AttendanceStatus.PRESENT)

    waiting_upkeep.look_after(now=NOW)

    assert priorities(run) == [(first.learner_id, Priority.USUAL), (second.learner_id, Priority.USUAL)]


def test_a_correction_counts_too():
    run, absent = a_full_run(), absent_twice()
    waits_for(run, learner=absent)
    place = absent.enrollments.order_by("pk").first()
    session = place.run.class_sessions.get(position=1)
    manager = place.run.version.course.provider.registered_by
    marks = {place.pk: AttendanceStatus.EXCUSED}
    attendance.mark(class_session=session, marks=marks, actor=manager, now=NOW, reason="Có giấy của trạm y tế")

    waiting_upkeep.look_after(now=NOW)

    assert [priority for _learner, priority in priorities(run)] == [Priority.USUAL]


def test_after_a_year_it_ends_by_itself():
    run, absent = a_full_run(starts_at=IN_A_YEAR), absent_twice()
    waits_for(run, learner=absent)
    until = no_show.standing(absent, now=NOW).until

    waiting_upkeep.look_after(now=until - timedelta(minutes=1))
    before = priorities(run)
    waiting_upkeep.look_after(now=until)

    assert before == [(absent.pk, Priority.LATER)]
    assert priorities(run) == [(absent.pk, Priority.USUAL)]


def test_a_group_stands_in_the_best_class_of_its_members():
    run = a_full_run(seats=2)
    reliable = a_waiting_group(run, size=2, leader=absent_twice())
    other = a_group(run, size=2, leader=absent_twice())
    absent_twice(other.members.get(position=2).learner)

    groups.wait(group=other, actor=other.leader, now=NOW)

    assert set(WaitingChoice.objects.filter(request__group=reliable).values_list("priority", flat=True)) == {0}
    assert set(WaitingChoice.objects.filter(request__group=other).values_list("priority", flat=True)) == {1}

    a_no_show(other.leader, at=NOW - timedelta(days=1), status=AttendanceStatus.PRESENT)
    waiting_upkeep.look_after(now=NOW)

    assert set(WaitingChoice.objects.filter(request__group=other).values_list("priority", flat=True)) == {0}


def test_nobody_is_put_behind_others_while_they_wait():
    request = waits_for(a_full_run())

    with pytest.raises(IntegrityError, match="is not put behind others"), transaction.atomic():
        request.choices.update(priority=Priority.LATER)


def test_the_page_says_it_and_how_it_ends(learner_client):
    run, absent = a_full_run(), absent_twice(a_learner(language="en"))
    client = learner_client(absent)

    before = client.get(f"/en/runs/{run.pk}/enroll/").text
    client.post(f"/en/runs/{run.pk}/waiting/")
    mine = client.get("/en/me/waiting/").text
    others = learner_client(a_learner(language="en")).get(f"/en/runs/{run.pk}/enroll/").text

    for page in (before, mine):
        assert "You were absent from 2 classes without a word" in page
        assert "or as soon as you have come to a class" in page
    assert "within 12 months without a word comes after the others" in others
    assert "You were absent" not in others
