from datetime import date, datetime, time
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from courses.actions import run
from courses.choices import Format
from courses.forms.boxes import ClockField
from courses.models import CourseRun
from learners.choices import Role
from learners.models import Membership
from tests.factories.catalog import a_draft, a_published_version, a_submitted_version
from tests.factories.people import NINH_KIEU, NOW, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
RUN = {
    "starts_on_day": "12",
    "starts_on_month": "12",
    "starts_on_year": "26",
    "starts_at": "14:00",
    "minutes": "90",
    "sessions_count": "3",
    "seats_max": "0",
    "venue": "Phòng 2",
    "province": "92",
    "commune": NINH_KIEU,
}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def address(version):
    return f"/organizations/{version.course.provider.public_id}/courses/{version.course_id}/runs/new/"


def test_a_manager_plans_a_class(learner_client):
    version = a_published_version()

    learner_client(version.course.provider.registered_by).post(address(version), RUN)

    planned = CourseRun.objects.get()
    assert (planned.version, planned.starts_on, planned.ends_on) == (version, date(2026, 12, 12), date(2026, 12, 26))
    assert (planned.seats_max, planned.enrollment_opens_at) == (None, NOW)
    assert planned.class_sessions.count() == 3


def test_a_class_online_is_planned_with_its_link(learner_client):
    version = a_published_version(units=2)
    said = RUN | {"venue": "", "meeting_url": "https://meet.example.vn/abc"}
    client = learner_client(version.course.provider.registered_by)

    wrong = client.post(address(version), said | {"meeting_url": "http://meet.example.vn"}).text
    client.post(address(version), said)

    planned = CourseRun.objects.get()
    assert "https://" in wrong
    assert (planned.meeting_url, planned.venue) == ("https://meet.example.vn/abc", "")
    assert "meet.example.vn" not in client.get(version.get_absolute_url()).text


def test_a_class_in_a_place_is_planned_without_one(learner_client):
    version = a_published_version()
    client = learner_client(version.course.provider.registered_by)

    page = client.post(address(version), RUN | {"meeting_url": "https://meet.example.vn/abc"}).text

    assert "Lớp này học tại chỗ, không học trực tuyến." in page
    assert not CourseRun.objects.exists()


def test_a_class_in_both_ways_has_a_place_and_a_link(learner_client):
    version = a_published_version(format=Format.BLENDED)
    client = learner_client(version.course.provider.registered_by)

    without_place = client.post(
        address(version), RUN | {"venue": "", "meeting_url": "https://meet.example.vn/abc"}
    ).text
    client.post(address(version), RUN | {"meeting_url": "https://meet.example.vn/abc"})

    planned = CourseRun.objects.get()
    assert "Bạn chưa ghi nơi học." in without_place
    assert (planned.meeting_url, planned.venue) == ("https://meet.example.vn/abc", "Phòng 2")
    assert "meet.example.vn" not in client.get(version.get_absolute_url()).text


@pytest.mark.parametrize(
    ("of_the_course", "asked"),
    [
        ({}, ["venue"]),
        ({"format": Format.BLENDED}, ["venue", "meeting_url"]),
        ({"format": Format.ONLINE}, ["meeting_url"]),
        ({"format": Format.ONLINE, "units": 2, "attendance_percent_min": None}, ["meeting_url", "own_pace"]),
    ],
    ids=["in class", "both ways", "online", "online, by reading"],
)
def test_only_what_can_be_used_is_asked(learner_client, of_the_course, asked):
    version = a_published_version(**of_the_course)

    page = learner_client(version.course.provider.registered_by).get(address(version)).text

    assert [name for name in ("venue", "meeting_url", "own_pace") if f'name="{name}"' in page] == asked


def test_no_plan_gives_a_class_in_a_place_a_link():
    version = a_published_version()
    here = {"venue": "Phòng 2", "place": version.course.provider.place}
    plan = run.Plan(starts_on=date(2026, 12, 12), meeting_url="https://meet.example.vn", **here)

    with pytest.raises(run.MeetsInAPlace):
        run.plan_run(version=version, author=version.course.provider.registered_by, plan=plan, now=NOW)


def test_a_further_class_begins_with_what_the_last_one_had(learner_client):
    version = a_published_version()
    teacher, gone = a_learner(), a_learner()
    for each in (teacher, gone):
        a_membership(organization=version.course.provider, learner=each, role=Role.INSTRUCTOR)
    client = learner_client(version.course.provider.registered_by)
    empty = client.get(address(version)).context["form"]
    client.post(address(version), RUN | {"seats_max": "24", "instructors": [teacher.pk, gone.pk]})
    Membership.objects.filter(learner=gone).update(ended_at=NOW)

    page = client.get(address(version))

    form = page.context["form"]
    assert (empty["venue"].value(), empty["starts_at"].value(), str(empty["commune"].value())) == (
        None,
        None,
        NINH_KIEU,
    )
    assert [form[name].value() for name in ("venue", "starts_at", "minutes", "seats_max")] == [
        "Phòng 2",
        "14:00",
        90,
        24,
    ]
    assert [form[name].value() for name in ("starts_on", "sessions_count", "meeting_url")] == [None, None, None]
    boxes = {str(box.data["value"]): box.data["selected"] for box in form["instructors"].subwidgets}
    assert [key for key, is_ticked in boxes.items() if is_ticked] == [str(teacher.pk)]
    assert str(gone.pk) not in boxes


@pytest.mark.parametrize("typed", ["18:30", "1830", "18h30", "18.30", "18g30", " 18 30 ", "18 giờ 30 phút"])
def test_a_time_is_understood_as_it_is_typed(typed):
    assert ClockField().clean(typed) == time(18, 30)


@pytest.mark.parametrize(("typed", "meant"), [("830", time(8, 30)), ("0800", time(8)), ("8", time(8)), ("8h", time(8))])
def test_a_short_time_is_understood(typed, meant):
    assert ClockField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["2430", "1860", "18300", "183", "1 830", "8:5"])
def test_what_is_no_time_is_not(typed):
    with pytest.raises(ValidationError):
        ClockField().clean(typed)


def test_looking_at_the_dates_leads_to_them(learner_client):
    version = a_published_version()
    client = learner_client(version.course.provider.registered_by)

    page = client.post(address(version), RUN | {"look": "1"}).text

    assert 'formaction="#h-dates"' in page
    assert page.count('id="h-dates"') == 1


def test_while_a_new_version_is_written_the_published_one_is_taught(learner_client):
    version = a_published_version()
    client = learner_client(version.course.provider.registered_by)
    a_draft(provider=version.course.provider)

    client.post(address(version), RUN)

    assert CourseRun.objects.get().version == version


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: a_submitted_version(), "Duyệt xong chương trình này thì mở thêm lớp được."),
        (lambda: lapsed(), "Đơn vị của bạn hiện chưa được xác minh, nên chưa mở lớp được."),
    ],
    ids=["in review", "verification lapsed"],
)
def test_it_is_refused_kindly(learner_client, given, words):
    version = given()

    page = learner_client(version.course.provider.registered_by).post(address(version), RUN).content.decode()

    assert words in page
    assert 'value="Phòng 2"' in page
    assert not CourseRun.objects.exists()


def lapsed():
    version = a_published_version()
    provider = version.course.provider
    provider.verified_until = date(2026, 11, 20)
    provider.save()
    return version


def test_an_instructor_does_not_open_runs(learner_client):
    version, instructor = a_published_version(), a_learner()
    a_membership(organization=version.course.provider, learner=instructor, role=Role.INSTRUCTOR)

    assert learner_client(instructor).get(address(version)).status_code == 403


def test_another_organizations_manager_finds_nothing(learner_client):
    version = a_published_version()

    assert learner_client(an_organization().registered_by).post(address(version), RUN).status_code == 404
    assert not CourseRun.objects.exists()


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"count": 3}, ["12/12", "19/12", "26/12"]),
        ({"count": 3, "weekdays": (2, 4)}, ["15/12", "17/12", "22/12"]),
        ({"last_day": date(2026, 12, 20), "weekdays": (6, 7)}, ["12/12", "13/12", "19/12", "20/12"]),
        ({"count": 2, "last_day": date(2026, 12, 31)}, ["12/12", "19/12"]),
        ({"last_day": date(2026, 12, 11)}, []),
    ],
    ids=["each week", "on two weekdays", "until a day", "both", "nothing"],
)
def test_a_weekly_series(asked, days):
    sessions = run.weekly(
        first_day=date(2026, 12, 12), starts=time(8, 0), minutes=120, **({"weekdays": ()} | asked)
    ).sessions

    assert [f"{start:%d/%m}" for start, _end in sessions] == days
    assert all((end - start).total_seconds() == 7200 for start, end in sessions)
    assert all(isinstance(start, datetime) and start.utcoffset() is not None for start, _end in sessions)


def test_a_series_without_end_is_cut_short():
    sessions = run.weekly(first_day=date(2026, 12, 12), weekdays=range(1, 8), starts=time(8), minutes=60).sessions

    assert len(sessions) == 121  # one more than a run may have: refused where it is planned


def test_the_same_page_sent_twice_plans_one_class(learner_client):
    version = a_published_version()
    client = learner_client(version.course.provider.registered_by)
    once = str(client.get(address(version)).context["form"]["once"].value())

    answers = [client.post(address(version), RUN | {"once": once}) for _ in range(2)]
    client.post(address(version), RUN | {"once": str(uuid4())})

    assert [answer.status_code for answer in answers] == [302, 302]
    assert CourseRun.objects.count() == 2
