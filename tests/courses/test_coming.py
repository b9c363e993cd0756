"""Are you still coming? Asked once, answered by a link; no answer changes nothing, a no can be undone for a while."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import coming, enrollment, run_cancel, run_switch, session
from courses.choices import AttendanceStatus
from courses.models import ComingQuestion, CourseRun, Enrollment
from courses.queries import coming as queries
from learners import rules
from learners.actions import one_by_one
from learners.models import Message
from tests.credits.by_hand import owner
from tests.credits.by_hand import run as by_hand
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.coming import a_question
from tests.factories.counter import a_registration
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.waiting import offer_to, waits_for

pytestmark = pytest.mark.django_db
EARLY = NOW - timedelta(days=10)
SOON = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def links():
    data = Message.objects.get(kind="COMING_ASKED").data
    return [data[name].removeprefix("http://localhost") for name in ("link", "decline_link")]


@pytest.mark.parametrize(
    ("starts_at", "enrolled_at", "asked"),
    [
        (SOON, EARLY, 1),
        (NOW + timedelta(days=3, minutes=1), EARLY, 0),  # later
        (SOON, NOW - timedelta(days=2), 0),  # has just said so by enrolling
        (NOW - timedelta(minutes=1), EARLY, 0),  # has begun
    ],
    ids=["soon", "later", "enrolled lately", "begun"],
)
def test_who_is_asked(starts_at, enrolled_at, asked):
    run = a_published_run(starts_at=starts_at)
    enrolled(run=run, now=min(enrolled_at, starts_at - timedelta(minutes=1)))

    assert [coming.ask_due(now=NOW) for _ in range(2)] == [asked, 0]
    assert Message.objects.filter(kind="COMING_ASKED").count() == asked


def test_whom_no_message_reaches_was_not_asked():
    run = a_published_run(starts_at=SOON)
    enrolled(a_registration(organization=an_organization()).learner, run, now=EARLY)

    assert coming.ask_due(now=NOW) == 0
    assert not ComingQuestion.objects.exists()


def test_everybody_else_is_asked_whether_they_are_coming_when_one_row_is_refused():
    run = a_published_run(seats=None, starts_at=SOON)
    bad, *good = (enrolled(run=run, now=EARLY) for _ in range(3))
    with owner():  # taken back with the test's transaction
        by_hand(
            "CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a bad row'; END $$;"
            "CREATE TRIGGER refuse_one BEFORE INSERT ON courses_comingquestion FOR EACH ROW "
            f"WHEN (NEW.enrollment_id = {bad.pk}) EXECUTE FUNCTION refuse_one()"
        )

    with pytest.raises(one_by_one.SomeFailed, match="1 failed, 2 done"):
        coming.ask_due(now=NOW)

    assert set(ComingQuestion.objects.values_list("enrollment", flat=True)) == {each.pk for each in good}


def test_who_has_a_telephone_only_is_asked_by_text_message():
    learner = a_learner()
    type(learner).objects.filter(pk=learner.pk).update(email=None, phone="+84912345678")
    learner.refresh_from_db()

    a_question(learner)

    assert (letter := Message.objects.get(kind="COMING_ASKED")).channel == "SMS"
    assert letter.address == "+84912345678"


def test_no_answer_changes_nothing():
    question = a_question()

    coming.ask_due(now=SOON + timedelta(days=1))

    assert Enrollment.objects.get(pk=question.enrollment_id).state == "ENROLLED"


def test_a_yes_by_the_link(client):
    question = a_question()
    yes, _no = links()

    page = client.get(yes)  # as a mail scanner does
    assert ComingQuestion.objects.get().answer == ""
    answers = [client.post(yes) for _ in range(2)]

    assert re.findall(r'action="(/coming/[^"]+)"', page.text) == [links()[1]]  # or no instead
    assert [answer.status_code for answer in answers] == [302, 302]
    assert ComingQuestion.objects.get().answer == "YES"
    thanked = client.get(yes).text
    assert "hẹn gặp bạn ở lớp" in thanked
    assert re.findall(r'action="(/coming/[^"]+)"', thanked) == [links()[1]]  # who falls ill after a yes says so
    assert Enrollment.objects.get(pk=question.enrollment_id).state == "ENROLLED"


def test_a_no_gives_the_place_up_and_is_undone(client):
    question = a_question()
    _yes, no = links()

    for _ in range(2):
        client.post(no)
    assert not Enrollment.objects.holding_seat().exists()
    asks = client.get(no)
    for _ in range(2):
        undone = client.post(no, {"undo": "1"})

    assert 'name="undo"' in asks.text
    assert undone.status_code == 302
    assert Enrollment.objects.holding_seat().get().learner == question.enrollment.learner
    kept = client.get(no).text
    assert "Đã giữ chỗ cho bạn" in kept
    assert "btn--stop" not in kept  # who fears that it failed does not press again


def test_an_undo_is_too_late_after_half_an_hour(client, time_machine):
    a_question()
    _yes, no = links()
    client.post(no)
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)

    assert 'name="undo"' not in client.get(no).text
    assert client.post(no, {"undo": "1"}).status_code == 409
    assert not Enrollment.objects.holding_seat().exists()


def test_the_seat_goes_to_who_waits_and_then_there_is_no_undo(client):
    run = a_published_run(seats=1, starts_at=SOON)
    a_question(run=run)
    request = waits_for(run)
    _yes, no = links()

    client.post(no)
    answer = client.post(no, {"undo": "1"})

    assert offer_to(request) is not None
    assert answer.status_code == 409
    assert "đã sang người khác" in answer.text


def test_an_undo_does_not_ask_whether_enrolment_has_closed():
    run = a_published_run(starts_at=SOON)
    run.enrollment_closes_at = NOW + timedelta(minutes=1)
    run.save()
    a_question(run=run)
    coming.say_no(question=ComingQuestion.objects.get(), now=NOW)

    again = coming.undo(question=ComingQuestion.objects.get(), now=NOW + timedelta(minutes=2))

    assert again.state == "ENROLLED"


def test_after_an_undo_the_links_of_the_letter_go_on_working(client):
    a_question()
    yes, no = links()
    client.post(no)
    client.post(no, {"undo": "1"})
    question = ComingQuestion.objects.get()
    assert (question.answer, question.enrollment) == ("YES", Enrollment.objects.holding_seat().get())

    client.post(no)
    given_up = Enrollment.objects.filter(state="WITHDRAWN").count()
    client.post(no, {"undo": "1"})

    assert (given_up, client.post(yes).status_code) == (2, 302)
    assert ComingQuestion.objects.get().answer == "YES"
    assert Enrollment.objects.holding_seat().count() == 1


def test_who_enrolled_again_by_themself_answers_for_that_place(client):
    question = a_question()
    yes, no = links()
    client.post(no)
    place = enrolled(question.enrollment.learner, question.enrollment.run)

    assert client.post(yes).status_code == 302
    assert (ComingQuestion.objects.get().answer, ComingQuestion.objects.get().enrollment) == ("YES", place)


def states():
    return list(Message.objects.filter(kind="COMING_ASKED").order_by("pk").values_list("state", flat=True))


def given_up(question):
    enrollment.withdraw(enrollment=question.enrollment, now=NOW)


def cancelled(question):
    run = question.enrollment.run
    run_cancel.cancel(run=run, actor=run.version.course.provider.registered_by, reason="Mưa bão.", now=NOW)


def switched(question):
    run = question.enrollment.run
    to = a_published_run(version=run.version, starts_at=NOW + timedelta(days=20))
    manager = run.version.course.provider.registered_by
    run_switch.switch(run=run, to=to, actor=manager, reason="Phòng sửa.", now=NOW)


def moved(question, days=1):
    run = question.enrollment.run
    first = run.class_sessions.order_by("starts_at").first()
    to = session.Held(starts_at=first.starts_at + timedelta(days=days), ends_at=first.ends_at + timedelta(days=days))
    manager = run.version.course.provider.registered_by
    session.move(session=first, actor=manager, to=to, reason="Phòng sửa.", now=NOW)


@pytest.mark.parametrize("how", [given_up, cancelled, switched, moved], ids=lambda it: it.__name__)
def test_a_question_that_is_no_longer_one_does_not_leave(how):
    question = a_question()
    assert states() == ["DUE"]

    how(question)

    assert states() == ["DROPPED"]


def test_who_was_asked_about_another_day_is_asked_again_about_the_right_one():
    question = a_question()
    coming.say_yes(question=question, now=NOW)

    moved(question)
    asked = [coming.ask_due(now=NOW) for _ in range(2)]

    question = ComingQuestion.objects.get()
    assert (asked, states()) == ([1, 0], ["DROPPED", "DUE"])
    assert (question.answer, question.begins_at) == ("", SOON + timedelta(days=1))
    assert Message.objects.filter(kind="COMING_ASKED").last().data["date"] == "thứ Ba 24/11/2026"


@pytest.mark.parametrize("act", ["yes", "no"])
def test_when_the_class_has_begun_there_is_nothing_to_answer(client, time_machine, act):
    question = a_question()
    time_machine.move_to(SOON, tick=False)
    link = f"/coming/{act}/{queries.token(question, act)}/"

    assert client.post(link).status_code == 409
    assert "<form class" not in client.get(link).text
    assert ComingQuestion.objects.get().answer == ""


def test_of_a_class_that_is_cancelled_it_is_not_said_that_it_has_begun(client):
    question = a_question()
    CourseRun.objects.update(cancelled_at=NOW)
    link = f"/coming/yes/{queries.token(question, 'yes')}/"

    for page in (client.get(link), client.post(link)):
        assert "Lớp này đã hủy" in page.text
        assert "Lớp đã bắt đầu" not in page.text


def test_a_yes_after_the_place_was_given_up_brings_nothing_back(client):
    question = a_question()
    enrollment.withdraw(enrollment=question.enrollment, now=NOW)

    assert client.post(f"/coming/yes/{queries.token(question, 'yes')}/").status_code == 409
    assert ComingQuestion.objects.get().answer == ""


@pytest.mark.parametrize("by", ["themself", "the organisation"])
def test_a_no_about_a_place_given_up_otherwise_brings_nothing_back(client, by):
    """Neither the place nor a yes of the organisation that was used up (0446, 0448)."""
    question = a_question()
    place = question.enrollment
    if by == "themself":
        enrollment.withdraw(enrollment=place, now=NOW)
    else:
        manager = place.run.version.course.provider.registered_by
        enrollment.take_away(enrollment=place, actor=manager, reason="Gọi báo bận", now=NOW)
    link = f"/coming/no/{queries.token(question, 'no')}/"

    answers = [client.post(link).status_code, client.post(link, {"undo": "1"}).status_code]

    assert answers == [409, 409]
    assert ComingQuestion.objects.get().answer == ""
    assert not Enrollment.objects.holding_seat().exists()
    assert ("đã hủy chỗ này" in client.get(link).text) is (by == "the organisation")


def made_for_the_other_act(question):
    return f"/coming/no/{queries.token(question, 'yes')}/"


def forged(question):
    token = queries.token(question, "no")
    return f"/coming/no/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/"


def of_another(question):
    other = a_question()
    return f"/coming/no/{other.public_id.hex}~{queries.token(question, 'no').partition('~')[2]}/"


def of_an_offer(question):
    return f"/offers/accept/{queries.token(question, 'yes')}/"


def without_signature(question):
    return f"/coming/no/{question.public_id.hex}/"


@pytest.mark.parametrize(
    "spoil", [made_for_the_other_act, forged, of_another, of_an_offer, without_signature], ids=lambda it: it.__name__
)
def test_a_link_that_is_not_ours_opens_nothing(client, spoil):
    link = spoil(a_question())

    assert [client.get(link).status_code, client.post(link).status_code] == [404, 404]
    assert set(ComingQuestion.objects.values_list("answer", flat=True)) == {""}
    assert not Enrollment.objects.filter(state="WITHDRAWN").exists()


def test_a_link_does_not_leak_through_the_referrer(client):
    """The page says that addresses are not passed on to other sites, and is kept in no cache."""
    a_question()

    for link in links():
        page = client.get(link)
        assert page["Referrer-Policy"] in {"no-referrer", "same-origin"}
        assert "no-store" in page["Cache-Control"]


def test_the_letter_forgets_its_links_once_it_has_left():
    assert {"link", "decline_link"} <= set(rules.DELIVERY["COMING_ASKED"].secrets)


def test_the_database_keeps_an_answer_whole():
    question = a_question()

    with pytest.raises(IntegrityError, match="coming_question_answer_complete"), transaction.atomic():
        ComingQuestion.objects.filter(pk=question.pk).update(answer="YES")


# How many to expect


def test_the_turn_out_is_said_with_what_it_is_made_of(learner_client, django_assert_num_queries):
    organization = an_organization()
    teacher = a_learner(full_name="Cô Lan")
    past = a_published_run(
        version=a_published_version(provider=organization), instructor=teacher, starts_at=NOW - timedelta(days=20)
    )
    held = past.class_sessions.order_by("starts_at").first()
    places = [enrolled(run=past, now=NOW - timedelta(days=21)) for _ in range(20)]
    for number, place in enumerate(places):
        status = AttendanceStatus.PRESENT if number < 15 else AttendanceStatus.ABSENT
        attended(place, held, by=teacher, status=status)
    run = a_published_run(version=a_published_version(provider=organization), starts_at=SOON)
    questions = [a_question(run=run) for _ in range(8)]
    coming.say_yes(question=questions[0], now=NOW)
    coming.say_no(question=questions[1], now=NOW)

    with django_assert_num_queries(2):
        turnout = queries.turnout(run, now=NOW)
    page = learner_client(organization.registered_by).get(f"/en/organizations/{organization.public_id}/runs/{run.pk}/")

    assert (turnout.yes, turnout.unknown, turnout.no) == (1, 6, 1)
    assert (turnout.percent, turnout.people, turnout.expected) == (75, 20, 5)
    assert "About 5 are to be expected: in the last 12 months 75% of 20 people" in page.text


def test_of_too_few_nothing_is_concluded():
    run = a_published_run(starts_at=SOON)
    a_question(run=run)

    turnout = queries.turnout(run, now=NOW)

    assert (turnout.expected, turnout.people) == (None, 0)
