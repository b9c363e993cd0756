"""A course on the web without class sessions: opened by its centre for everybody to read at their own pace."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from courses.actions import enrollment
from courses.models import CourseRun, CourseVersion
from tests.courses.proposal_form import COURSE, RUN, address, write
from tests.factories.catalog import a_published_version
from tests.factories.enrollment import has_read
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
ONLINE = COURSE | {"format": "ONLINE", "completed_by": "UNITS", "commune": ""}
FIRST_DAY = {"starts_on_day": "1", "starts_on_month": "12", "starts_on_year": "2026"}
OWN_PACE = FIRST_DAY | {"own_pace": "on"}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_a_proposal_with_a_class_at_ones_own_pace(provider, learner_client):
    client = learner_client(provider.registered_by)
    client.post(address(provider), ONLINE | OWN_PACE)

    run = CourseRun.objects.get()
    assert (run.kind, run.starts_on, run.ends_on) == ("SELF_PACED", date(2026, 12, 1), None)
    assert (run.seats_max, run.place, run.venue, run.enrollment_closes_at) == (None, None, "", None)
    assert not run.class_sessions.exists()
    form = client.get(address(provider, f"{run.version.course_id}/edit/")).context["form"]
    assert form["own_pace"].value() is True


def test_a_class_at_ones_own_pace_of_a_published_course(provider, learner_client):
    version = a_published_version(provider=provider, units=2)
    typed = OWN_PACE | {"seats_max": "30"}
    closes = {"enrollment_closes_on_day": "9", "enrollment_closes_on_month": "1", "enrollment_closes_on_year": "2027"}

    learner_client(provider.registered_by).post(address(provider, f"{version.course_id}/runs/new/"), typed | closes)

    run = version.runs.get()
    assert (run.kind, run.seats_max) == ("SELF_PACED", 30)
    assert timezone.localtime(run.enrollment_closes_at).date() == date(2027, 1, 10)


def test_in_a_draft_sessions_give_way_to_ones_own_pace_and_come_back(provider, learner_client):
    client = learner_client(provider.registered_by)
    client.post(address(provider), COURSE | RUN | {"format": "ONLINE", "venue": "", "commune": ""})
    version = CourseVersion.objects.get()
    here = address(provider, f"{version.course_id}/edit/")

    write(client, here, **ONLINE, **OWN_PACE)
    assert [(run.kind, run.class_sessions.count()) for run in version.runs.all()] == [("SELF_PACED", 0)]

    write(client, here, **ONLINE, **RUN)
    assert [(run.kind, run.class_sessions.count()) for run in version.runs.all()] == [("DATED", 5)]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"completed_by": "CLASSES"}, "own_pace", "Chỉ dành cho chương trình dạy trên mạng"),
        ({"completed_by": "BOTH"}, "own_pace", "Chỉ dành cho chương trình dạy trên mạng"),
        ({"format": "BLENDED", "commune": "31135", "venue": "Nhà văn hóa"}, "own_pace", "Chỉ dành cho chương trình"),
        ({"starts_at": "8:00"}, "own_pace", "Bạn ghi cả giờ học của các buổi."),
        ({"sessions_count": "5"}, "own_pace", "Bạn ghi cả giờ học của các buổi."),
        ({"weekdays": ["2"]}, "own_pace", "Bạn ghi cả giờ học của các buổi."),
        ({"starts_on_day": "", "starts_on_month": "", "starts_on_year": ""}, "starts_on", None),
        ({"starts_on_year": "2025"}, "starts_on", "Ngày này đã qua."),
        (
            {"enrollment_closes_on_day": "25", "enrollment_closes_on_month": "11", "enrollment_closes_on_year": "2026"},
            "enrollment_closes_on",
            "Không thể hết đăng ký trước ngày đầu.",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_does_not_go_with_it_is_told_and_stays(provider, learner_client, typed, field, said):
    answer = learner_client(provider.registered_by).post(address(provider), ONLINE | OWN_PACE | typed)

    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert said is None or form.errors[field][0].startswith(said)
    assert form["own_pace"].value() is True
    assert not CourseRun.objects.exists()


def test_a_course_completed_in_class_is_not_opened_without_classes(provider, learner_client):
    version = a_published_version(provider=provider, units=0)

    answer = learner_client(provider.registered_by).post(
        address(provider, f"{version.course_id}/runs/new/"), OWN_PACE | {"venue": "Nhà văn hóa", "commune": "31135"}
    )

    assert "own_pace" in answer.context["form"].errors
    assert not version.runs.exists()


def test_who_reads_it_to_the_end_completes_it(provider, learner_client):
    version = a_published_version(provider=provider, units=2)
    learner_client(provider.registered_by).post(address(provider, f"{version.course_id}/runs/new/"), OWN_PACE)
    place = enrollment.enroll(learner=a_learner(), run=version.runs.get(), now=NOW + timedelta(days=15))

    has_read(place, up_to=2, now=NOW + timedelta(days=16))

    place.refresh_from_db()
    assert place.state == "COMPLETED"
