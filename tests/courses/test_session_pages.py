"""The pages on which a class session is moved, cancelled or added, and those that show what came of it."""

from datetime import timedelta

import pytest

from courses.actions import enrollment, waiting
from courses.models import CourseRun, SessionChange, TelephoneCall
from courses.queries import telephone_call as calls
from credits.models import LedgerAccess
from learners.choices import Role
from learners.models import Message
from tests.courses.test_session_changes import FIRST_AT, at, cancel, move, session_of
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_registration
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_learner, a_membership
from tests.factories.waiting import offer_to, waits_for

pytestmark = pytest.mark.django_db
TYPED = {
    "day_day": "26",
    "day_month": "11",
    "day_year": "2026",
    "starts_at": "14h30",
    "minutes": "90",
    "note": "Phòng 2",
    "reason": "Cô Lan bận",
}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def run():
    return a_published_run()


@pytest.fixture
def desk(run, learner_client):
    return learner_client(run.version.course.provider.registered_by)


def address(run, tail=""):
    return f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/{tail}"


def test_a_session_is_moved_on_one_page(desk, run):
    enrolled(run=run)
    shown = desk.get(address(run, "sessions/1/move/")).context["form"]
    again = TYPED | {"once": str(shown["once"].value())}

    answers = [desk.post(address(run, "sessions/1/move/"), again) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (shown["starts_at"].value(), shown["minutes"].value()) == ("8:00", 120)
    change = SessionChange.objects.get()
    assert (change.kind, change.starts_at.isoformat(), change.note) == ("MOVED", "2026-11-26T07:30:00+00:00", "Phòng 2")
    assert Message.objects.filter(kind="SESSION_MOVED").count() == 1


def test_a_session_added_by_a_page_sent_twice_is_one_and_nothing_is_asked(desk, run):
    enrolled(run=run)
    shown = desk.get(address(run, "sessions/new/")).context["form"]
    said = TYPED | {"once": str(shown["once"].value())}

    answers = [desk.post(address(run, "sessions/new/"), said).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert run.class_sessions.count() == 4


def test_the_run_page_shows_old_and_new_and_why(desk, run):
    desk.post(address(run, "sessions/1/move/"), TYPED)

    page = desk.get(address(run)).content.decode()

    assert "<s>thứ Ba 24/11/2026, 8:00–10:00</s> thứ Năm 26/11/2026, 14:30–16:00" in page
    assert "Cô Lan bận" in page
    assert "Nguyễn Thị Bảy" in page


def test_the_learners_page_shows_the_old_time_struck_through(learner_client, run):
    place = enrolled(run=run)
    move(session_of(run), at(FIRST_AT + timedelta(days=1), note="Phòng 2"))
    cancel(session_of(run, 3))

    page = learner_client(place.learner).get(f"/enrollments/{place.public_id}/").content.decode()

    assert "<s>Thứ Ba 24/11/2026, 8:00–10:00</s> – Thứ Tư 25/11/2026, 8:00–10:00. Phòng 2" in page
    assert "<s>Thứ Ba 8/12/2026, 8:00–10:00</s> – đã hủy" in page
    assert "giờ Việt Nam" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": ""}, "Ghi lý do"),
        ({"starts_at": "25:00"}, "Bạn ghi giờ"),
        ({"day_day": "31"}, "Không có ngày này"),
        ({"minutes": "9"}, "Từ 15 đến 720 phút"),
        ({"day_day": "20"}, "Giờ này đã qua"),
        ({"day_year": "2029"}, "hơn hai năm nữa"),
    ],
    ids=["no reason", "no time", "no day", "too short", "past", "far"],
)
def test_what_cannot_be_is_said_at_its_field_and_changes_nothing(desk, run, typed, words):
    page = desk.post(address(run, "sessions/1/move/"), TYPED | typed).content.decode()

    assert words in page
    assert 'value="Phòng 2"' in page
    assert not SessionChange.objects.exists()


@pytest.mark.parametrize(
    ("typed", "made_up"),
    [({}, False), ({name: TYPED[name] for name in TYPED if name != "reason"} | {"day_day": "30"}, True)],
    ids=["without", "made up for"],
)
def test_a_session_is_cancelled(desk, run, typed, made_up):
    desk.post(address(run, "sessions/2/cancel/"), {"reason": "Bão số 9", "minutes": "120"} | typed)

    assert [change.kind for change in SessionChange.objects.all()] == ["CANCELLED", *(["ADDED"] if made_up else [])]


def test_half_a_time_to_make_up_for_it_is_asked_for(desk, run):
    page = desk.post(address(run, "sessions/2/cancel/"), {"reason": "Bão", "starts_at": "8:00"}).content.decode()

    assert "Ghi ngày" in page
    assert not SessionChange.objects.exists()


NEW_YEAR = {"day_day": "1", "day_month": "1", "day_year": "2027"}
AT_THE_SECOND = {"day_day": "1", "day_month": "12", "starts_at": "9:59", "minutes": "15"}  # it ends at 10:00


@pytest.mark.parametrize("tail", ["sessions/1/move/", "sessions/1/cancel/", "sessions/new/"])
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (NEW_YEAR, "Thứ Sáu 1/1 là ngày nghỉ lễ: "),
        (AT_THE_SECOND, "Giờ này lớp đã có buổi 2, 8:00–10:00."),
        (NEW_YEAR | {"day_day": "2"}, ""),
        (AT_THE_SECOND | {"starts_at": "10:00"}, ""),
    ],
    ids=["holiday", "another session", "ordinary day", "right after"],
)
def test_a_holiday_or_an_hour_that_is_taken_is_asked_about_once_more(desk, run, tail, typed, words):
    page = desk.post(address(run, tail), TYPED | typed)

    assert SessionChange.objects.exists() is not bool(words)
    if words:
        assert words in page.text
        asked = page.context["form"].asks_about
        desk.post(address(run, tail), TYPED | typed | {"asked_about": asked, "all_the_same": "on"})
        assert SessionChange.objects.exists()


def test_a_tick_for_one_day_says_nothing_about_another(desk, run):
    asked = desk.post(address(run, "sessions/new/"), TYPED | AT_THE_SECOND).context["form"].asks_about
    ticked = {"asked_about": asked, "all_the_same": "on"}

    page = desk.post(address(run, "sessions/new/"), TYPED | NEW_YEAR | ticked).text

    assert not SessionChange.objects.exists()
    assert 'name="all_the_same"' in page
    assert "checked" not in page.split('name="all_the_same"')[1].split(">")[0]


def test_a_note_too_long_on_a_holiday_is_said_as_well(desk, run):
    page = desk.post(address(run, "sessions/new/"), TYPED | NEW_YEAR | {"note": "x" * 500})

    assert set(page.context["form"].errors) == {"note", "all_the_same"}


def test_a_session_on_a_holiday_may_be_given_another_room_unasked(desk, run):
    asked = desk.post(address(run, "sessions/1/move/"), TYPED | NEW_YEAR).context["form"].asks_about
    desk.post(address(run, "sessions/1/move/"), TYPED | NEW_YEAR | {"asked_about": asked, "all_the_same": "on"})

    desk.post(address(run, "sessions/1/move/"), TYPED | NEW_YEAR | {"note": "Phòng 3"})

    assert SessionChange.objects.count() == 2


def test_one_more_is_added(desk, run):
    desk.post(address(run, "sessions/new/"), TYPED)

    assert run.class_sessions.count() == 4


def test_what_has_been_marked_offers_no_change_and_refuses_it(desk, run, time_machine):
    attended(enrolled(run=run), session_of(run), by=run.version.course.provider.registered_by)
    time_machine.move_to(FIRST_AT + timedelta(hours=3), tick=False)

    page = desk.get(address(run)).content.decode()
    answer = desk.post(address(run, "sessions/1/cancel/"), {"reason": "Bão"})

    assert address(run, "sessions/1/cancel/") not in page
    assert address(run, "sessions/2/cancel/") in page
    assert answer.status_code == 409
    assert "đã điểm danh" in answer.content.decode()


def test_whom_to_call_is_a_list_and_seeing_it_is_written_down(desk, run):
    person = a_registration(organization=run.version.course.provider, full_name="Thạch Sương").learner
    enrolled(person, run)
    move(session_of(run), at(FIRST_AT + timedelta(days=1)))

    roster, listed = desk.get(address(run)).content.decode(), desk.get(address(run, "calls/")).content.decode()

    assert address(run, "calls/") in roster
    assert "Thạch Sương" in listed
    assert LedgerAccess.objects.filter(learner=person).count() == 2  # the roster, and the list


def test_who_was_called_is_written_down_undone_and_over_with_the_class(desk, run):
    person = a_registration(organization=run.version.course.provider, full_name="Thạch Sương").learner
    enrolled(person, run)
    move(session_of(run), at(FIRST_AT + timedelta(days=1)))
    (listed,) = calls.to_call(run, now=NOW)
    (entry,) = listed.people
    page = address(run, "calls/")

    for _ in range(2):
        desk.post(page, {"key": entry.key})
    called = TelephoneCall.objects.get()
    roster, shown = desk.get(address(run)).content.decode(), desk.get(page).content.decode()
    desk.post(page, {"key": entry.key, "undo": "1"})

    assert (called.called_by, page in roster, 'name="undo"' in shown) == (
        run.version.course.provider.registered_by,
        False,
        True,
    )
    assert calls.is_anybody_left(run, now=NOW)
    assert calls.to_call(run, now=FIRST_AT + timedelta(days=2)) == []


def test_a_seat_kept_for_somebody_no_message_reaches_is_told_by_telephone_until_it_is_answered(desk, run):
    CourseRun.objects.filter(pk=run.pk).update(seats_max=1)
    place = enrolled(run=run)
    person = a_registration(organization=run.version.course.provider, full_name="Thạch Sương").learner
    request, reached = waits_for(run, learner=person), waits_for(run)
    enrollment.withdraw(enrollment=place, now=NOW)

    roster, listed = desk.get(address(run)).content.decode(), desk.get(address(run, "calls/")).content.decode()
    (group,) = calls.to_call(run, now=NOW)
    desk.post(address(run, "calls/"), {"key": group.people[0].key})
    is_left = calls.is_anybody_left(run, now=NOW)
    waiting.decline(offer=offer_to(request), now=NOW)

    assert address(run, "calls/") in roster
    assert "Đang giữ chỗ cho họ" in listed
    assert "Thạch Sương" in listed
    assert (group.about, [each.learner for each in group.people]) == ("SEAT", [person])
    assert group.people[0].until > NOW
    assert not is_left
    assert offer_to(reached) is not None
    assert calls.to_call(run, now=NOW) == []


def test_who_is_not_reached_when_a_place_is_taken_away_is_called(desk, run):
    manager = run.version.course.provider.registered_by
    person = a_registration(organization=run.version.course.provider, full_name="Thạch Sương").learner
    for learner in (person, a_learner()):
        place = enrolled(learner, run)
        enrollment.take_away(enrollment=place, actor=manager, reason="Lớp chỉ dành cho thợ điện", now=NOW)

    (group,) = calls.to_call(run, now=NOW)

    assert (group.about, [each.learner for each in group.people]) == ("TAKEN", [person])
    assert "Đơn vị của bạn đã hủy chỗ" in desk.get(address(run, "calls/")).content.decode()


def test_nobody_is_called_who_is_not_on_the_list(desk, run):
    desk.post(address(run, "calls/"), {"key": "run_cancelled:1:1:"})

    assert not TelephoneCall.objects.exists()


def test_an_instructor_of_other_classes_finds_nothing(learner_client, run):
    instructor = a_learner()
    a_membership(organization=run.version.course.provider, learner=instructor, role=Role.INSTRUCTOR)
    client = learner_client(instructor)

    for tail in ("sessions/1/move/", "sessions/1/cancel/", "sessions/new/", "calls/"):
        assert client.post(address(run, tail), TYPED).status_code in {404, 405}


@pytest.mark.parametrize("count", [1, 3])
def test_however_much_has_changed_the_run_page_costs_the_same(desk, run, count, django_assert_num_queries):
    for _ in range(count):
        enrolled(run=run)
    for number in range(count):
        move(session_of(run), at(FIRST_AT + timedelta(days=1 + number)))

    with django_assert_num_queries(29):
        desk.get(address(run))
