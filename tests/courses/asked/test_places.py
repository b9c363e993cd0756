"""Places in a text, old and new."""

import pytest

from courses.queries.asked import understand
from tests.courses.asked.conftest import first_of, looked_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "codes", "former_name"),
    [
        ("lớp may ở Hà Giang", ("08",), "tỉnh Hà Giang"),
        ("tin hoc nam dinh", ("37",), "tỉnh Nam Định"),
        ("võ Bình Định", ("52",), "tỉnh Bình Định"),
        ("tin hoc can tho", ("92",), ""),
        ("quan họ Bắc Ninh", ("24",), ""),
        ("hoc boi tphcm", ("79",), ""),
        ("học bơi TP.HCM", ("79",), ""),
        ("nấu ăn sài gòn", ("79",), ""),
        ("gốm hanoi", ("01",), ""),
        ("nhã nhạc Huế", ("46",), ""),
        ("học nghề Sông Bé", ("79", "75"), ""),
        ("lái xe huyện Hóc Môn", ("27559", "27568", "27577", "27592"), "huyện Hóc Môn"),
        ("nấu ăn quận 1", ("26737", "26740", "26743", "26758"), "quận 1"),
        ("du lich phu quoc", ("31078", "31105"), "thành phố Phú Quốc"),
        ("yoga phường Ninh Kiều", ("31135",), ""),
        ("yoga phường Xuân Khánh", ("31135",), "phường Xuân Khánh"),
    ],
)
def test_a_place_is_known(text, codes, former_name):
    place = understand(text, language="vi").place

    assert place is not None
    assert (set(place.codes), place.former_name) == (set(codes), former_name)


def test_a_former_name_that_several_units_had_leads_to_all_of_them():
    place = understand("lớp ở xã An Cư", language="vi").place

    assert {"22147", "28393", "30526"} <= set(place.codes)


def test_a_province_named_beside_it_says_which_of_them():
    place = understand("lớp ở xã An Cư Đắk Lắk", language="vi").place

    assert set(place.codes) == {"22147"}
    assert place.provinces == ("66",)


def test_a_course_in_the_place_answers_by_the_name_in_force():
    (topic, place) = looked_for("nuôi tôm Bạc Liêu")

    assert "nuôi tôm" in topic
    assert place == ["bạc liêu", "cà mau"]


@pytest.mark.parametrize(
    "text",
    ["luat hon nhan gia dinh", "dưỡng sinh công viên Thống Nhất", "la gi", "nam sach", "hoc vinh", "bac si"],
)
def test_words_that_only_sound_like_a_place_are_none(text, catalogue):
    catalogue("Luật hôn nhân gia đình")

    assert understand(text, language="vi").place is None


def test_a_name_of_too_many_places_says_where_nothing_is():
    asked = understand("may ở xã Tân Thành", language="vi")

    assert asked.place is None
    assert first_of(asked) == ["may", "tân thành"]


def test_a_place_alone_is_looked_for():
    assert looked_for("lớp học ở Hà Giang") == [["hà giang", "tuyên quang"]]


def test_the_text_reads_on_without_the_place():
    assert understand("lớp may ở Hà Giang buổi tối", language="vi").place.text_without == "lớp may ở buổi tối"
