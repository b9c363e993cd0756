"""A learner takes a seat in a class, gives it up, takes it again; the instructor marks who came; credit follows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.actions import run
from courses.actions.run import Plan
from courses.models import CourseRun
from learners.choices import Role
from learners.models import Learner, Place
from tests.factories.catalog import a_published_version
from tests.factories.people import NINH_KIEU, a_learner, a_membership, an_organization
from tests.journeys.person import NAVIGATION, Person
from tests.stack import Stack

pytestmark = pytest.mark.django_db

CENTRE = "Trung tâm học tập cộng đồng phường Ninh Kiều"
COURSE = "Vẽ màu nước từ đầu"
VENUE = "Nhà văn hóa phường Ninh Kiều"


@pytest.fixture(scope="module")
def instructor(portal: Stack) -> Learner:
    return a_learner(full_name="Trần Thị Ngọc Lan", email="lan@example.vn")


@pytest.fixture(scope="module")
def a_class_of_two(instructor: Learner) -> CourseRun:
    """
    Given: two short class sessions within the next half hour, two seats; who comes to three quarters completes it.

    One may still enrol, because the first has not begun, and both may be marked, because people arrive early.
    """
    centre = an_organization(name_vi=CENTRE)
    a_membership(organization=centre, learner=instructor, role=Role.INSTRUCTOR)
    version = a_published_version(
        provider=centre, title_vi=COURSE, title_en="Watercolour from the start", attendance_percent_min=75
    )
    now = timezone.now()
    starts = (now + timedelta(minutes=10), now + timedelta(minutes=25))
    plan = Plan(
        starts_on=timezone.localdate(starts[0]),
        sessions=tuple((start, start + timedelta(minutes=10)) for start in starts),
        seats_max=2,
        place=Place.objects.get(code=NINH_KIEU),
        venue=VENUE,
        instructors=(instructor,),
    )
    return run.plan_run(version=version, author=version.created_by, plan=plan, now=now)


def test_from_a_seat_to_credit(
    a_class_of_two: CourseRun, instructor: Learner, a_person: Callable[..., Person], at_a_desk: Callable[..., Person]
) -> None:
    ut, lan = a_person("ut@example.vn"), at_a_desk(instructor.email)

    when_the_learner_takes_a_seat(ut)
    and_gives_it_up(ut)
    then_the_seat_is_free_and_may_be_taken_again(ut)
    when_the_instructor_marks_the_first_session(lan)
    then_nothing_is_in_the_record_yet(ut)
    when_the_instructor_marks_the_second_session(lan)
    then_the_credit_is_in_the_record_at_once(ut)
    and_the_roster_says_so(lan)


def when_the_learner_takes_a_seat(ut: Person) -> None:
    ut.opens("/").follows("Learn near home").types("Words to look for", "ve mau nuoc").presses("Search").follows(COURSE)
    ut.sees_heading(COURSE).sees(VENUE, "Trần Thị Ngọc Lan").sees("%(n)s place left", n=2)
    ut.sees("you have come to at least %(percent)s%% of the class sessions", percent=75)
    ut.follows("Enrol").signs_in().opens_a_record("Võ Thành Út")
    ut.sees_heading(COURSE).sees(VENUE).sees("%(n)s place left", n=2).presses("Enrol")

    ut.sees_heading("Your place is kept").sees(COURSE, "Your first class", VENUE, "Trần Thị Ngọc Lan")
    ut.follows("To my page").sees_heading("Hello %(name)s", name="bạn Út")
    ut.sees("Upcoming classes", COURSE).sees("session %(number)s", number=1).sees("session %(number)s", number=2)


def and_gives_it_up(ut: Person) -> None:
    ut.follows(COURSE).follows("Give up the place").sees_heading("Give up the place in “%(course)s”?", course=COURSE)
    ut.sees("The seat is free at once: it goes to the first who waits for it, or to whoever comes.").presses(
        "Give up the place"
    )

    ut.sees("The place has been given up.").follows("To my page").sees("Your page fills as you learn").sees_no(COURSE)


def then_the_seat_is_free_and_may_be_taken_again(ut: Person) -> None:
    ut.follows("Find a course").types("Words to look for", "vẽ màu nước").presses("Search").follows(COURSE)
    ut.sees("%(n)s place left", n=2).follows("Enrol").presses("Enrol").sees_heading("Your place is kept")


def when_the_instructor_marks_the_first_session(lan: Person) -> None:
    lan.opens("/").follows("Sign in", inside="header").signs_in().follows("My organisation", inside=NAVIGATION)
    lan.sees_heading(CENTRE).sees("%(held)s of %(seats)s places taken", held=1, seats=2)
    lan.follows(COURSE).sees("Võ Thành Út").sees("Attended %(done)s of %(total)s", done=0, total=2)

    lan.follows("Mark attendance", beside=session(lan, 1))
    lan.sees_heading("Attendance, session %(number)s", number=1)
    lan.ticks("Present").presses("Save attendance")

    lan.sees("Attendance is recorded.").sees("Attended %(done)s of %(total)s", done=1, total=2).sees_no("Completed")


def then_nothing_is_in_the_record_yet(ut: Person) -> None:
    ut.follows("Credit record", inside=NAVIGATION).sees("Your record is still a blank page")


def when_the_instructor_marks_the_second_session(lan: Person) -> None:
    lan.follows("Mark attendance", beside=session(lan, 2))
    lan.sees_heading("Attendance, session %(number)s", number=2)
    lan.follows("Set everybody not marked to present").presses("Save attendance").sees("Attendance is recorded.")


def then_the_credit_is_in_the_record_at_once(ut: Person) -> None:
    ut.reloads().sees_entries([COURSE, CENTRE, "+6"]).sees("0,12")
    ut.follows("My page", inside=NAVIGATION).sees("0,12", "Completed").sees("%(hours)s hours of study", hours=6)
    ut.follows(COURSE).sees_heading("You have completed this course")


def and_the_roster_says_so(lan: Person) -> None:
    lan.sees("Completed").sees("Attended %(done)s of %(total)s", done=2, total=2)


def session(lan: Person, number: int) -> str:
    return lan.read("Session %(number)s", number=number)
