"""Who teaches or manages a class sees who learns there: each learner reads it among the readings, once a day."""

from datetime import timedelta

import pytest

from courses.actions import attendance_objection, waiting
from courses.choices import AttendanceStatus
from courses.models import AttendanceFlag, PlaceRequest, WaitingRequest
from credits.models import LedgerAccess
from learners.choices import Seen
from learners.models import Learner
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
from tests.factories.groups import a_waiting_group
from tests.factories.people import NOW, a_curator, a_learner
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import a_full_run, waits_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructor() -> Learner:
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def place(instructor):
    return enrolled(run=a_published_run(instructor=instructor))


@pytest.fixture(autouse=True)
def during_class(time_machine):
    time_machine.move_to(NOW, tick=False)


def roster(run) -> str:
    return f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/"


def of(learner) -> list[tuple[str, str]]:
    return list(LedgerAccess.objects.filter(learner=learner).order_by("pk").values_list("what", "reason"))


PAGES = {
    "roster": ("", "PEOPLE", Seen.ROSTER),
    "marking": ("sessions/1/", "PEOPLE", Seen.ROSTER),
    "phone": ("sessions/1/phone/", "PEOPLE", Seen.ROSTER),
    "codes": ("sessions/1/codes/", "PEOPLE", Seen.ROSTER),
    "sheet": ("sessions/1/sheet.pdf", "PEOPLE", Seen.SIGN_IN_SHEET),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_learners_is_written_once_a_day(place, instructor, learner_client, time_machine, page):
    path, what, seen = PAGES[page]
    time_machine.move_to(place.run.class_sessions.get(position=1).starts_at, tick=False)
    client = learner_client(instructor)

    answers = [client.get(roster(place.run) + path).status_code for _ in range(2)]

    row = LedgerAccess.objects.get(learner=place.learner)
    assert answers == [200, 200]
    assert (row.reader, row.organization, row.what, row.reason) == (
        instructor,
        place.run.version.course.provider,
        what,
        seen,
    )


def test_the_next_day_is_another_look(place, instructor, learner_client, time_machine):
    learner_client(instructor).get(roster(place.run))
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    learner_client(instructor).get(roster(place.run))

    assert of(place.learner) == [("PEOPLE", Seen.ROSTER)] * 2


def test_the_learner_reads_who_has_looked(place, instructor, learner_client):
    learner_client(instructor).get(roster(place.run))

    page = learner_client(place.learner).get("/me/record/readers/").content.decode()

    assert "Trần Thị Ngọc Lan" in page
    assert "danh sách lớp tôi học" in page


def test_ones_own_attendance_is_nobody_elses_look(place, instructor, learner_client):
    path = f"/enrollments/{place.public_id}/attendance/"

    learner_client(place.learner).get(path)
    own = of(place.learner)
    learner_client(instructor).get(path)
    learner_client(a_curator()).get(path)

    assert own == []
    rows = LedgerAccess.objects.filter(learner=place.learner).order_by("pk")
    assert [(each.reason, each.organization) for each in rows] == [
        (Seen.ATTENDANCE, place.run.version.course.provider),
        (Seen.ATTENDANCE, None),
    ]


def test_a_waiting_list_and_requests_are_written_too(learner_client):
    teacher = a_learner()
    full, asking = a_full_run(instructor=teacher), a_published_run(instructor=teacher)
    waiting = a_learner()
    waits_for(full, learner=waiting)
    asked = asked_place(asks_for(asking, approval_days=3), a_learner())
    client = learner_client(teacher)

    client.get(roster(full))
    client.get(f"{roster(asking)}requests/")
    client.get(f"{roster(asking)}requests/{asked.public_id}/")

    assert of(waiting) == [("PEOPLE", Seen.WAITING_LIST)]
    assert of(asked.learner) == [("PEOPLE", Seen.PLACE_REQUESTS), ("PERSON", Seen.PLACE_REQUEST)]


def test_a_leader_who_does_not_come_along_is_named_and_told(learner_client):
    teacher = a_learner()
    run = a_full_run(instructor=teacher, seats=3)
    group = a_waiting_group(run, size=3)
    waiting.leave(request=WaitingRequest.objects.get(learner=group.leader), now=NOW)

    learner_client(teacher).get(roster(run))

    assert of(group.leader) == [("PEOPLE", Seen.WAITING_LIST)]


def test_many_at_once_are_one_statement(place, instructor, learner_client, django_assert_num_queries):
    client = learner_client(instructor)
    counted = []
    for people in (1, 10):
        for _ in range(people):
            enrolled(run=place.run)
        LedgerAccess.objects.count()
        with django_assert_num_queries(40, exact=False) as queries:
            client.get(roster(place.run))
        counted.append(len(queries))

    assert counted[0] == counted[1]
    assert LedgerAccess.objects.count() == 12


def test_what_curators_see_of_attendance_and_requests_is_written_too(place, proven_client, time_machine):
    session, teacher = place.run.class_sessions.get(position=1), place.run.run_instructors.get().learner
    attended(place, session, by=teacher, status=AttendanceStatus.ABSENT)
    case = attendance_objection.object_to(
        enrollment=place,
        class_session=session,
        said=AttendanceStatus.PRESENT,
        text="Tôi ngồi bàn đầu.",
        learner=place.learner,
        now=session.ends_at,
    )
    flag = AttendanceFlag.objects.create(run=place.run, rule="ALWAYS", key="k", people=1, found_at=session.ends_at)
    flag.records.set(place.attendance_records.all())
    asked = asked_place(asks_for(a_published_run(), approval_days=3), a_learner())
    PlaceRequest.objects.filter(pk=asked.pk).update(escalated_at=NOW)
    client = proven_client(a_curator())

    pages = [
        f"/admin/courses/attendanceobjection/{case.pk}/change/",
        f"/admin/courses/attendanceflag/{flag.pk}/change/",
        f"/admin/courses/placerequest/{asked.pk}/change/",
    ]

    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert of(place.learner) == [("PERSON", Seen.ATTENDANCE), ("PEOPLE", Seen.ATTENDANCE_DESK)]
    assert of(asked.learner) == [("PERSON", Seen.PLACE_REQUEST)]
