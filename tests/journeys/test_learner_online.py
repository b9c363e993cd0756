"""Somebody new finds an online course, reads it to the end, and has its credit in their record."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from courses.choices import Format
from courses.models import CourseRun
from learners import formats
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import an_organization
from tests.journeys.person import Person
from tests.stack import Stack

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("journeys")]

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
    hoa.opens("/").sees_heading("Bạn muốn học gì?")
    hoa.types("Từ cần tìm", "so cap cuu").presses("Tìm")
    hoa.sees("2 chương trình", COURSE, IN_CLASS).sees_no(SECOND_COURSE)

    hoa.unfolds("Lọc kết quả").ticks("Trực tuyến").presses("Xem kết quả")
    hoa.sees("1 chương trình", COURSE).sees_no(IN_CLASS)

    hoa.follows(COURSE).sees_heading(COURSE)
    hoa.sees("Miễn phí", "6 giờ", "0,12", "Học lúc nào cũng được", STATION)


def then_enrolling_asks_who_it_is_and_keeps_the_place(hoa: Person) -> None:
    hoa.follows("Đăng ký học").signs_in()

    hoa.sees_heading("Bạn tên là gì?").types("Họ và tên", "Lê Văn Hòa").presses("Mở sổ của tôi")
    hoa.sees_heading(COURSE).sees("0,12 khi học xong").presses("Đăng ký học")
    hoa.sees_heading("Đã giữ chỗ cho bạn").sees(COURSE)


def and_reading_to_the_end_gives_credit_at_once(hoa: Person) -> None:
    hoa.follows("Bắt đầu từ bài đầu tiên")
    hoa.sees_heading("Bài 1").sees("Bài 1 trên 3").presses("Xong, sang bài 2")
    hoa.sees_heading("Bài 2").sees("Xong 1 bài, còn 2").presses("Xong, sang bài 3")
    hoa.sees_heading("Bài 3").sees("Xong 2 bài, còn 1").presses("Xong bài cuối")

    hoa.sees_heading("Bạn đã hoàn thành chương trình này")
    hoa.sees("Tín chỉ đã vào sổ của bạn.", "0,12 tín chỉ, tức 6 giờ học")
    hoa.follows("Mở sổ tín chỉ của tôi").sees_heading("Sổ tín chỉ")
    hoa.sees_rows([COURSE, STATION, "+6", "0,12"])


def when_a_second_course_is_read_too(hoa: Person) -> None:
    hoa.follows("Tìm học", inside="nav.nav").types("Từ cần tìm", "giu tien an toan").presses("Tìm")
    hoa.follows(SECOND_COURSE).follows("Đăng ký học").presses("Đăng ký học")
    hoa.follows("Bắt đầu từ bài đầu tiên").presses("Xong, sang bài 2").presses("Xong bài cuối")
    hoa.sees_heading("Bạn đã hoàn thành chương trình này")


def then_the_statement_keeps_a_running_balance(hoa: Person) -> None:
    hoa.follows("Của tôi", inside="nav.nav").sees_heading("Chào bạn Hòa").sees("0,18 tín chỉ", "9 giờ")
    hoa.follows("Mở sổ tín chỉ của tôi")
    hoa.sees_rows([SECOND_COURSE, "+3", "0,06", "9"], [COURSE, "+6", "0,12", "6"])
    hoa.sees(f"Số dư ngày {formats.day_plain(timezone.localdate())}", "0,18 tín chỉ", "9 giờ học")


def and_there_is_a_page_to_print(hoa: Person) -> None:
    hoa.follows("Trang để in").sees_heading("Sổ tín chỉ").sees("Lê Văn Hòa", COURSE, SECOND_COURSE, "SHA-256")
    hoa.follows("Về sổ tín chỉ").is_at("/me/record/")


def and_english_is_the_same_page_in_english(hoa: Person) -> None:
    hoa.follows("English", inside="header").is_at("/en/me/record/").sees_heading("Credit record")
    hoa.sees_rows(["Keeping your money safe", "+3", "0.06"], ["First aid at home", "+6", "0.12"])
    hoa.follows("Tiếng Việt", inside="header").is_at("/me/record/").sees_heading("Sổ tín chỉ")


def given_the_same_learner_is_signed_in_on_another_device(elsewhere: Person) -> None:
    elsewhere.opens("/").follows("Đăng nhập", inside="header").signs_in()
    elsewhere.is_at("/me/").sees_heading("Chào bạn Hòa")


def when_signing_out_everywhere_both_are_signed_out(hoa: Person, elsewhere: Person) -> None:
    hoa.follows("Lê Văn Hòa", inside="header").presses("Đăng xuất ở mọi nơi")

    hoa.sees("Bạn đã đăng xuất trên mọi thiết bị.").sees("Đăng nhập", inside="header")
    elsewhere.reloads().sees_heading("Đăng nhập hoặc mở sổ mới")
