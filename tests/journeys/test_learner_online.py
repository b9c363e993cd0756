"""Somebody new finds an online course, reads it to the end, and has its credit in their record."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from courses.choices import Format
from courses.models import CourseRun
from learners import formats
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import an_organization
from tests.journeys.person import NAVIGATION, Person
from tests.stack import Stack

pytestmark = pytest.mark.django_db

STATION = "Trạm Y tế phường Ninh Kiều"
COURSE = "Sơ cấp cứu tại nhà"
IN_CLASS = "Sơ cấp cứu cho người đi biển"
SECOND_COURSE = "Giữ tiền an toàn trên mạng"


@pytest.fixture(scope="module")
def two_online_courses(portal: Stack) -> list[CourseRun]:
    """Given: first aid of six hours in three units, another of three in two; and a class with a similar title."""
    station = an_organization(name_vi=STATION)
    a_published_run(version=a_published_version(provider=station, title_vi=IN_CLASS, title_en="First aid at sea"))
    return [
        a_published_run(
            version=a_published_version(
                provider=station, title_vi=title, title_en=title_en, hours=hours, units=units, format=Format.ONLINE
            ),
            sessions=0,
        )
        for title, title_en, hours, units in (
            (COURSE, "First aid at home", 6, 3),
            (SECOND_COURSE, "Keeping your money safe", 3, 2),
        )
    ]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_home_page_to_credit(
    script: bool, two_online_courses: list[CourseRun], a_person: Callable[..., Person]
) -> None:
    hoa = a_person(f"hoa{script:d}@example.vn", script=script)

    when_a_search_without_diacritics_finds_the_course(hoa)
    then_enrolling_asks_who_it_is_and_keeps_the_place(hoa)
    and_reading_to_the_end_gives_credit_at_once(hoa)
    when_a_second_course_is_read_too(hoa)
    then_the_statement_keeps_a_running_balance(hoa)
    and_there_is_a_page_to_print(hoa)
    and_english_is_the_same_page_in_english(hoa)

    elsewhere = a_person(hoa.address, script=script)
    given_the_same_learner_is_signed_in_on_another_device(elsewhere)
    when_signing_out_everywhere_both_are_signed_out(hoa, elsewhere)


def when_a_search_without_diacritics_finds_the_course(hoa: Person) -> None:
    hoa.opens("/").sees_heading("What would you like to learn?")
    hoa.types("Words to look for", "so cap cuu").presses("Search")
    hoa.sees("%(total)s course found", total=2).sees(COURSE, IN_CLASS).sees_no(SECOND_COURSE)

    hoa.unfolds("Filter").ticks("Online").presses("Show results")
    hoa.sees("%(total)s course found", total=1).sees(COURSE).sees_no(IN_CLASS)

    hoa.follows(COURSE).sees_heading(COURSE)
    hoa.sees("Free", "At your own pace", "0,12", STATION).sees("%(hours)s hours", hours=6)


def then_enrolling_asks_who_it_is_and_keeps_the_place(hoa: Person) -> None:
    hoa.follows("Enrol").signs_in().opens_a_record("Lê Văn Hòa")

    hoa.sees_heading(COURSE).sees("%(credits)s when you complete it", credits="0,12").presses("Enrol")
    hoa.sees_heading("Your place is kept").sees(COURSE)


def and_reading_to_the_end_gives_credit_at_once(hoa: Person) -> None:
    hoa.follows("Start with the first unit")
    hoa.sees_heading("Bài 1").presses("Done, go to unit %(number)s", number=2)
    hoa.sees_heading("Bài 2").sees("%(done)s unit read, %(left)s to go", done=1, left=2)
    hoa.presses("Done, go to unit %(number)s", number=3)
    hoa.sees_heading("Bài 3").sees("%(done)s unit read, %(left)s to go", done=2, left=1)
    hoa.presses("Done, that was the last unit")

    hoa.sees_heading("You have completed this course")
    hoa.sees("You have completed the course. The credit is in your record.")
    hoa.follows("Open my credit record").sees_heading("Credit record")
    hoa.sees_entries([COURSE, STATION, "+6"])


def when_a_second_course_is_read_too(hoa: Person) -> None:
    hoa.follows("Find courses", inside=NAVIGATION).types("Words to look for", "giu tien an toan").presses("Search")
    hoa.follows(SECOND_COURSE).follows("Enrol").presses("Enrol").follows("Start with the first unit")
    hoa.presses("Done, go to unit %(number)s", number=2).presses("Done, that was the last unit")
    hoa.sees_heading("You have completed this course")


def then_the_statement_keeps_a_running_balance(hoa: Person) -> None:
    hoa.follows("My page", inside=NAVIGATION).sees_heading("Hello %(name)s", name="bạn Hòa")
    hoa.sees("0,18").sees("%(hours)s hours of study", hours=9)

    hoa.follows("Open my credit record")
    hoa.sees_entries([SECOND_COURSE, "+3", balance(hoa, "9")], [COURSE, "+6", balance(hoa, "6")])
    hoa.sees("Balance on %(day)s", day=formats.day_plain(timezone.localdate())).sees("0,18")


def and_there_is_a_page_to_print(hoa: Person) -> None:
    hoa.follows("Page to print").sees_heading("Credit record")
    hoa.sees("Lê Văn Hòa", "0,18", "SHA-256").sees_entries([SECOND_COURSE, "+3"], [COURSE, "+6"])
    hoa.follows("Back to the credit record").is_at("/me/record/")


def and_english_is_the_same_page_in_english(hoa: Person) -> None:
    hoa.switches_language().is_at("/en/me/record/").sees_heading("Credit record").sees("0.18")
    hoa.sees_entries(["Keeping your money safe", "+3"], ["First aid at home", "+6"])
    hoa.switches_language().is_at("/me/record/").sees_heading("Credit record").sees("0,18")


def given_the_same_learner_is_signed_in_on_another_device(elsewhere: Person) -> None:
    elsewhere.opens("/").follows("Sign in", inside="header").signs_in()
    elsewhere.is_at("/me/").sees_heading("Hello %(name)s", name="bạn Hòa")


def when_signing_out_everywhere_both_are_signed_out(hoa: Person, elsewhere: Person) -> None:
    hoa.follows("Lê Văn Hòa", inside="header").presses("Sign out everywhere")

    hoa.is_at("/").sees("You are signed out on every device.")
    elsewhere.reloads().sees_heading("Sign in or open a new record")


def balance(hoa: Person, hours: str) -> str:
    return f"{hoa.read('Balance')}: {hoa.read('%(hours)s hours', hours=hours)}"
