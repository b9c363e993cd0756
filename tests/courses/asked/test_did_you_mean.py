"""Another text that may be meant: near, in the catalogue's own words, and only if it finds more."""

import pytest
from django.http import QueryDict

from courses.queries import search
from courses.queries.asked import understand
from courses.queries.search import CatalogQuery
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def proposed(text: str) -> str:
    get = QueryDict(mutable=True)
    get["q"] = text
    return search.search(CatalogQuery.from_params(get.get, get.getlist), page_number=1, now=NOW).did_you_mean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tin hov", "tin hoc"),
        ("tin hộk văn phòng", "tin học văn phòng"),
        ("photosohp", "photoshop"),
        ("chỉnh sửa photoshob", "chỉnh sửa photoshop"),
        ("lấu ăn", "nấu ăn"),
        ("nau ăm", "nau ăn"),
        ("trồng giau", "trồng rau"),
    ],
)
def test_the_nearest_word_is_proposed(typed, meant, catalogue):
    catalogue("Tin học văn phòng", "Chỉnh sửa ảnh bằng Photoshop", "Nấu ăn ngon", "Trồng rau sạch", "Rau sạch")

    assert proposed(typed) == meant


def test_of_two_near_words_the_one_said_oftener_is_proposed(catalogue):
    catalogue("Hàn điện", "Hàn điện tử", "Hàn điện xưởng", "Hạn điền")

    assert proposed("hàn dieen cơ") == ""
    assert proposed("han dienn") == "han dien"


def test_what_finds_nothing_more_is_not_proposed(catalogue):
    catalogue("Nấu ăn ngon")

    assert understand("nấu ăn ngom", language="vi").did_you_mean == "nấu ăn ngon"
    assert proposed("nấu ăn ngon") == ""
    assert proposed("thiên văn") == ""


def test_a_word_that_is_known_stays(catalogue):
    catalogue("Trồng rau sạch", "Chồng gạch")

    assert proposed("chồng gạch") == ""


def test_without_a_vocabulary_nothing_is_proposed():
    assert understand("tin hov", language="vi").did_you_mean == ""


def test_a_text_in_quotation_marks_stays(catalogue):
    catalogue("Tin học văn phòng")

    assert proposed('"tin hov"') == ""
