"""A centre registers and proposes a course; a curator returns it, then publishes it; everybody finds it."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from learners.actions import curator
from learners.models import Learner
from tests.journeys.person import NAVIGATION, Person
from tests.stack import Stack

pytestmark = pytest.mark.django_db

HOLIDAYS = Path(settings.BASE_DIR) / "learners/data/holidays.csv"
CENTRE = "Trung tâm học tập cộng đồng xã Củ Chi"
COURSE = "Quay phim bằng điện thoại"
SUMMARY = "Quay và dựng một đoạn phim hai phút về xóm mình."
BETTER_SUMMARY = "Quay, dựng và chiếu một đoạn phim hai phút về xóm mình."
VENUE = "Nhà văn hóa ấp Trung, đường Nguyễn Thị Nê"
REASONS = "Tóm tắt nên nói rõ phim được chiếu ở đâu.\nGhi thêm người học cần mang gì."
BRING = "Điện thoại đã sạc"
FIELD = "Chụp ảnh, quay phim, làm nội dung"
TRAIL = "div.breadcrumbs"  # of the curators' desk


@pytest.fixture(scope="module")
def a_curator(portal: Stack) -> Learner:
    return curator.appoint(address="tram@example.vn", full_name="Ngô Bảo Trâm", now=timezone.now())


def test_from_a_new_organisation_to_the_catalogue(
    a_curator: Learner, a_person: Callable[..., Person], at_a_desk: Callable[..., Person]
) -> None:
    ha, tram, passer_by = at_a_desk("ha@example.vn"), at_a_desk(a_curator.email), a_person()

    when_somebody_registers_an_organisation(ha)
    and_proposes_a_course_with_a_mistake(ha)
    then_the_mistake_is_shown_at_its_field_and_the_rest_is_kept(ha)
    when_it_is_put_right(ha)
    then_the_course_waits_for_review(ha, passer_by)

    when_the_curator_verifies_the_organisation(tram)
    and_returns_the_proposal(tram)
    then_the_manager_sees_the_reasons(ha)
    when_the_manager_edits_and_submits_again(ha)
    and_the_curator_publishes(tram)

    then_anybody_finds_it_at_once(passer_by)
    and_the_desk_of_the_centre_shows_it(ha)


def when_somebody_registers_an_organisation(ha: Person) -> None:
    ha.opens("/").follows("Register an organisation").signs_in().opens_a_record("Đoàn Thu Hà")
    ha.sees_heading("Register an organisation")
    ha.chooses("Kind of organisation", "Community learning centre").types("Full name of the organisation", CENTRE)
    ha.chooses("Province or city", "Hồ Chí Minh").presses("Show the communes of this province")
    ha.sees_typed("Full name of the organisation", CENTRE).chooses("Commune or ward", "Xã Củ Chi").presses("Register")

    ha.sees_heading(CENTRE).sees("Your organisation is registered.", "Waiting for verification")


def a_first_day() -> date:
    """A day from which four weeks meet no public holiday: those have a question of their own."""
    with HOLIDAYS.open(encoding="utf-8") as rows:
        holidays = {date.fromisoformat(row["day"]) for row in csv.DictReader(rows)}
    days = (timezone.localdate() + timedelta(days=14 + more) for more in range(60))
    return next(day for day in days if holidays.isdisjoint(day + timedelta(weeks=week) for week in range(4)))


def and_proposes_a_course_with_a_mistake(ha: Person) -> None:
    ha.follows("Propose a course").sees_heading("Propose a course")
    ha.types("Title of the course", COURSE).types("Summary", SUMMARY)
    ha.types("When they finish, what can learners do?", "Quay cho hình không rung\nDựng phim trên điện thoại")
    ha.chooses("Field", FIELD).types("Hours of study in all", "8")
    ha.types_date("First day", a_first_day()).types("Class starts at", "8h30")
    ha.types("Number of class sessions", "4").types("Places", "hai mươi").types("Where the class meets", VENUE)
    ha.presses("Submit for review")


def then_the_mistake_is_shown_at_its_field_and_the_rest_is_kept(ha: Person) -> None:
    ha.sees_heading("Propose a course")
    ha.sees_mistake("Places", "Write the number of places, for example 20. Write 0 if there is no limit.")
    ha.sees_typed("Places", "hai mươi").sees_typed("Title of the course", COURSE).sees_typed("Summary", SUMMARY)
    ha.sees_typed("Class starts at", "8h30").sees_typed("Where the class meets", VENUE)


def when_it_is_put_right(ha: Person) -> None:
    ha.types("Places", "20").presses("Submit for review")


def then_the_course_waits_for_review(ha: Person, passer_by: Person) -> None:
    ha.sees_heading(COURSE).sees("Submitted for review. We write to you when there is an answer.", "In review", VENUE)
    passer_by.opens("/courses/").types("Words to look for", COURSE).presses("Search").sees_no(SUMMARY, CENTRE)


def when_the_curator_verifies_the_organisation(tram: Person) -> None:
    tram.opens("/admin/").signs_in()
    tram.follows("organisations").follows(CENTRE).sees("Waiting for verification")
    tram.presses("Verify").sees("%(name)s is verified.", name=CENTRE)


def and_returns_the_proposal(tram: Person) -> None:
    tram.follows("Home", inside=TRAIL).follows("course versions").follows(COURSE).sees(SUMMARY, VENUE, CENTRE)
    tram.types("What has to be changed", REASONS).presses("Return with reasons")
    tram.sees("“%(title)s” has been returned.", title=COURSE)


def then_the_manager_sees_the_reasons(ha: Person) -> None:
    ha.follows("My organisation", inside=NAVIGATION).sees_heading(CENTRE).sees("Verified", "Waiting for you")
    ha.follows("“%(title)s” was returned with reasons", title=COURSE).sees("Returned with reasons", "Ngô Bảo Trâm")
    ha.sees(*REASONS.split("\n"))


def when_the_manager_edits_and_submits_again(ha: Person) -> None:
    ha.follows("Edit").sees_typed("Summary", SUMMARY).sees_typed("Places", "20")
    ha.types("Summary", BETTER_SUMMARY).types("What to bring or know beforehand", BRING)
    ha.presses("Submit for review").sees("In review", BETTER_SUMMARY)


def and_the_curator_publishes(tram: Person) -> None:
    tram.reloads().follows(COURSE).sees(BETTER_SUMMARY, BRING, *REASONS.split("\n"))
    tram.presses("Publish").sees("“%(title)s” is in the catalogue.", title=COURSE)


def then_anybody_finds_it_at_once(passer_by: Person) -> None:
    passer_by.reloads().follows(COURSE).sees_heading(COURSE)
    passer_by.sees(BETTER_SUMMARY, BRING, CENTRE, VENUE, "Verified").sees("%(n)s place left", n=20)
    passer_by.sees("0,16", "8:30–10:30")


def and_the_desk_of_the_centre_shows_it(ha: Person) -> None:
    ha.follows("My organisation", inside=NAVIGATION).sees("Published").sees_no("Waiting for you", "In review")
    ha.sees("%(held)s of %(seats)s places taken", held=0, seats=20)
