"""What is offered while one types: few, useful, and only what is there."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from courses.actions import search_terms
from courses.models import SearchGeneration, SearchTerm
from courses.queries import type_ahead
from learners.actions import organization
from tests.factories.catalog import a_published_version
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(newest_words: Callable[[], None]) -> Callable[[], None]:
    """Return a function that lets type-ahead learn what is offered."""

    def learn() -> None:
        search_terms.refresh(now=NOW)
        newest_words()

    return learn


@pytest.fixture
def courses(catalogue: Callable[[], None]) -> None:
    provider = an_organization(name_vi="Thư viện thành phố Cần Thơ")
    for title in ("Tin học văn phòng", "Tin học cho người cao tuổi", "Tiếng Anh giao tiếp", "Tiếng Anh du lịch"):
        a_published_version(provider=provider, title_vi=title, title_en="")
    a_published_version(provider=provider, title_vi="Làm bánh sinh nhật", title_en="Birthday cakes", field_id="1013")
    catalogue()


def offered(text: str, *, language: str = "vi") -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in type_ahead.suggestions(text, language=language)]


@pytest.mark.parametrize(
    "text", ["tin h", "TIN H", "tin hoc", "tin học", "lớp tin h", "tôi muốn học tin h", "tin hocj"]
)
def test_words_and_courses_that_begin_so(courses, text):
    assert ("PHRASE", "tin học") in offered(text)
    assert ("COURSE", "Tin học văn phòng") in offered(text)


def test_one_letter_is_enough_for_words(courses):
    texts = [text for _kind, text in offered("t")]

    assert {"tiếng anh", "tin học"} <= set(texts)
    assert len(texts) <= 8


def test_fields_organisations_and_places_are_found_from_the_middle(courses):
    assert ("ORGANIZATION", "Thư viện thành phố Cần Thơ") in offered("thanh pho can")
    assert ("PLACE", "Cần Thơ") in offered("can th")
    assert ("PLACE", "Ninh Kiều, Cần Thơ") in offered("ninh ki")
    assert any(kind == "FIELD" for kind, _text in offered("cong nghe so"))


def test_what_a_search_leaves_out_may_be_the_beginning_itself(catalogue):
    """ "can" is "cần", to need, and the first half of Cần Thơ."""
    provider = an_organization(name_vi="Thư viện thành phố Cần Thơ")
    for title in ("Thêu tay", "Thổi sáo", "Thả diều", "Thư pháp", "Thuốc nam"):
        a_published_version(provider=provider, title_vi=title, title_en="")
    catalogue()

    assert ("PLACE", "Cần Thơ") in offered("can th")[:2]


def test_a_piece_of_a_name_is_not_offered_beside_it(catalogue):
    """ "tỉnh lâm" is nothing to look for."""
    provider = an_organization(name_vi="Thư viện tỉnh Lâm Đồng")
    for title in ("Thêu tay", "Thổi sáo"):
        a_published_version(provider=provider, title_vi=title, title_en="")
    catalogue()
    assert SearchTerm.objects.filter(text_vi="tỉnh lâm").exists()

    assert [text for _kind, text in offered("tinh l")] == ["Thư viện tỉnh Lâm Đồng"]


def test_english_words_that_join_others_are_not_offered(catalogue):
    a_published_version(title_vi="Kể chuyện", title_en="Storytelling through the ages")
    catalogue()

    assert ("WORD", "storytelling") in offered("st")
    assert ("WORD", "through") not in offered("th")


def test_each_leads_where_it_says(courses):
    addresses = {
        each.text: each.address
        for text in ("can tho", "tin hoc v", "thu vien t", "ninh k")
        for each in type_ahead.suggestions(text, language="vi")
    }

    assert addresses["Cần Thơ"] == "/courses/?province=92"
    assert addresses["Ninh Kiều, Cần Thơ"] == "/courses/?province=92&commune=31135"
    assert addresses["Tin học văn phòng"].endswith("-tin-hoc-van-phong/")
    assert re.fullmatch(r"/providers/\d+-thu-vien-thanh-pho-can-tho/", addresses["Thư viện thành phố Cần Thơ"])


def test_pieces_of_longer_phrases_and_joining_words_are_not_offered(courses):
    texts = [text for _kind, text in offered("sinh")] + [text for _kind, text in offered("cho")]

    assert "sinh nhật" in texts
    assert not any(text.startswith("cho") or text == "sinh" for text in texts)


@pytest.mark.parametrize("text", ["", "  ", "%", "zzzz", "'", "\0", "x" * 500])
def test_nothing_begins_like_this(courses, text):
    assert offered(text) == []


def test_an_organisation_that_is_suspended_and_its_courses_are_gone_at_once(courses):
    course = a_published_version(title_vi="Thiên văn học", title_en="")
    search_terms.refresh(now=NOW)
    assert [kind for kind, _text in offered("trung tam")] == ["ORGANIZATION"]
    assert ("COURSE", "Thiên văn học") in offered("thien v")

    organization.suspend(organization=course.course.provider, curator=a_curator(), now=NOW)

    assert "ORGANIZATION" not in [kind for kind, _text in offered("trung tam")]
    assert "COURSE" not in [kind for kind, _text in offered("thien v")]


def test_a_new_course_is_offered_before_the_next_refresh(courses):
    a_published_version(title_vi="Thiên văn học", title_en="Astronomy")

    assert offered("thien v") == [("COURSE", "Thiên văn học")]


def test_refreshing_again_does_nothing(courses):
    before = SearchGeneration.objects.get(name="terms").number

    assert search_terms.refresh(now=NOW) is False
    assert SearchGeneration.objects.get(name="terms").number == before


def test_a_refresh_follows_the_catalogue(courses):
    a_published_version(title_vi="Thiên văn vỡ lòng")
    rows = set(SearchTerm.objects.filter(text_vi="tiếng anh").values_list("pk", "courses"))

    assert search_terms.refresh(now=NOW) is True
    assert SearchTerm.objects.filter(text_vi="thiên văn", courses=1).exists()
    assert set(SearchTerm.objects.filter(text_vi="tiếng anh").values_list("pk", "courses")) == rows


def test_it_costs_two_queries(courses, django_assert_num_queries):
    offered("tin hoc")

    with django_assert_num_queries(2):
        offered("tin hoc")


def test_it_is_a_page_without_javascript(courses, client: Client):
    page = client.get("/courses/suggest/?q=tin+h").content.decode()

    assert "<h1>" in page
    assert 'href="/courses/?q=tin+h%E1%BB%8Dc"' in page


def test_the_piece_is_a_list_and_nothing_else(courses, client: Client):
    piece = client.get("/courses/suggest/?piece=1&q=tin+h").content.decode().strip()

    assert piece.startswith("<ul")
    assert piece.endswith("</ul>")
    assert client.get("/courses/suggest/?piece=1&q=zzz").content.decode().strip() == ""


def test_what_is_typed_and_what_is_offered_is_text(client: Client, catalogue):
    a_published_version(title_vi="<b>Đậm</b> <script>alert(1)</script>", title_en="")
    catalogue()

    page = client.get("/courses/suggest/?q=b+dam").content.decode()

    assert "<script>alert" not in page
    assert "&lt;b&gt;Đậm&lt;/b&gt;" in page
    assert "<script>x" not in client.get("/courses/suggest/?q=<script>x").content.decode()


def test_after_imports_one_after_the_other_a_large_catalogue_is_read_once(monkeypatch):
    monkeypatch.setattr(search_terms, "TERMS_AT_ONCE_COURSES_MAX", 1)
    a_published_version()
    asked = []
    for minutes in (0, 1, 9, 10):
        a_published_version()
        asked.append(search_terms.refresh_after_import(now=NOW + timedelta(minutes=minutes)))

    assert asked == [True, False, False, True]


def test_of_a_small_catalogue_every_import_is_known_at_once():
    asked = []
    for minutes in (0, 1):
        a_published_version()
        asked.append(search_terms.refresh_after_import(now=NOW + timedelta(minutes=minutes)))

    assert asked == [True, True]
