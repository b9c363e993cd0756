"""An instructor enters a result, corrects it, and gives their word for a class session missed; credit follows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.choices import AttendanceStatus
from courses.models import CourseRun
from learners.models import Learner
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_learner, an_organization
from tests.journeys.person import NAVIGATION, Person
from tests.stack import Stack

pytestmark = pytest.mark.django_db

CENTRE = "Trung tâm học tập cộng đồng phường An Bình"
COURSE = "Đan lục bình"
WHY = "Chị đan trọn một chiếc giỏ trước mặt tôi sáng thứ Tư."


@pytest.fixture(scope="module")
def instructor(portal: Stack) -> Learner:
    return a_learner(full_name="Thạch Thị Sa Rết", email="saret@example.vn")


@pytest.fixture(scope="module")
def a_class_that_is_over(instructor: Learner) -> CourseRun:
    """
    Given: two class sessions that are over. Út came to both, Mai to one; who comes to both and has 50 points completes.

    The instructor may complete who missed a session.
    """
    version = a_published_version(
        provider=an_organization(name_vi=CENTRE),
        title_vi=COURSE,
        title_en="Weaving water hyacinth",
        attendance_percent_min=100,
        asks_result=True,
        mark_min=50,
        word_suffices=True,
    )
    now = timezone.now()
    run = a_published_run(version=version, instructor=instructor, sessions=2, starts_at=now - timedelta(days=8))
    first, second = run.class_sessions.order_by("position")
    for name, address, status in (
        ("Võ Thành Út", "ut@doors.example.vn", AttendanceStatus.PRESENT),
        ("Lâm Thị Mai", "mai@doors.example.vn", AttendanceStatus.ABSENT),
    ):
        place = enrolled(a_learner(full_name=name, email=address), run, now=now - timedelta(days=9))
        attended(place, first, by=instructor)
        attended(place, second, by=instructor, status=status)
    return run


def test_from_a_result_to_credit(
    a_class_that_is_over: CourseRun,
    instructor: Learner,
    a_person: Callable[..., Person],
    at_a_desk: Callable[..., Person],
) -> None:
    ut, mai = a_person("ut@doors.example.vn"), a_person("mai@doors.example.vn", script=False)
    saret = at_a_desk(instructor.email)

    when_the_instructor_enters_results(saret, a_class_that_is_over)
    then_who_has_too_few_points_has_no_credit(ut)
    when_the_instructor_corrects_one_with_a_reason(saret)
    then_the_credit_is_there_and_both_results_are_read(ut)
    when_the_instructor_gives_their_word(saret)
    then_the_learner_reads_it_and_has_the_credit(mai)


def when_the_instructor_enters_results(saret: Person, run: CourseRun) -> None:
    saret.opens("/").follows("Sign in", inside="header").signs_in()
    saret.opens(f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/")
    saret.follows("Results").sees_heading("Results")
    saret.sees("you have reached at least %(points)s of 100 points", points=50)
    saret.types("Võ Thành Út", "40").types("Lâm Thị Mai", "80").presses("Save the results")
    saret.sees("The results are written down.")


def then_who_has_too_few_points_has_no_credit(ut: Person) -> None:
    ut.opens("/").follows("Sign in", inside="header").signs_in()
    ut.follows("Credit record", inside=NAVIGATION).sees("Your record is still a blank page")


def when_the_instructor_corrects_one_with_a_reason(saret: Person) -> None:
    saret.types("Võ Thành Út", "60").types("Why is a result corrected?", "Cộng thiếu câu cuối")
    saret.presses("Save the results")
    saret.sees("The results are written down.")


def then_the_credit_is_there_and_both_results_are_read(ut: Person) -> None:
    ut.reloads().sees_entries([COURSE, CENTRE, "+6"])
    ut.follows("My page", inside=NAVIGATION).follows(COURSE).sees_heading("You have completed this course")
    ut.opens(f"{ut.page.url}attendance/").sees("%(points)s of 100 points", points=40).sees("Cộng thiếu câu cuối")


def when_the_instructor_gives_their_word(saret: Person) -> None:
    saret.follows("Lâm Thị Mai").sees_heading("Lâm Thị Mai")
    saret.types("Why have they learned it all the same?", WHY).presses("Give my word").sees(WHY)


def then_the_learner_reads_it_and_has_the_credit(mai: Person) -> None:
    mai.opens("/").follows("Sign in", inside="header").signs_in()
    mai.follows("Credit record", inside=NAVIGATION).sees_entries([COURSE, CENTRE, "+6"])
    mai.follows("My page", inside=NAVIGATION).follows(COURSE)
    mai.opens(f"{mai.page.url}attendance/").sees(WHY)
