import unicodedata

import pytest
from django.http import QueryDict

from courses.models import CourseVersion, Field
from courses.queries import search
from courses.queries.search import CatalogQuery
from courses.views import card
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db


def asked(address: str) -> CatalogQuery:
    get = QueryDict(address)
    return CatalogQuery.from_params(get.get, get.getlist)


def titles(address: str) -> list[str]:
    """Return the titles found for an address's parameters, in their order."""
    found = [result.row.version_id for result in search.search(asked(address), page_number=1, now=NOW).items]
    by_version = dict(CourseVersion.objects.filter(pk__in=found).values_list("pk", "title_vi"))
    return [by_version[version_id] for version_id in found]


def a_course(title_vi: str, **more: object) -> None:
    a_published_version(title_vi=title_vi, title_en=more.pop("title_en", title_vi), **more)


@pytest.mark.parametrize(
    "text",
    ["điện thoại", "dien thoai", "ĐIỆN THOẠI", unicodedata.normalize("NFD", "điện thoại"), "dien tho", "thoại điện"],
    ids=["exact", "no diacritics", "capitals", "NFD", "the beginning of a word", "another order"],
)
def test_a_title_is_found(text):
    a_course("Chụp ảnh bằng điện thoại", field_id="0211")
    a_course("Vẽ màu nước", field_id="0213")

    assert titles(f"q={text}") == ["Chụp ảnh bằng điện thoại"]


def test_the_exact_spelling_comes_first():
    a_course("Đan nón lá", field_id="0214")
    a_course("Đàn nguyệt", field_id="0215")
    a_course("Dân ca quan họ", field_id="0215")

    assert titles("q=đàn")[0] == "Đàn nguyệt"
    assert titles("q=dân")[0] == "Dân ca quan họ"
    assert set(titles("q=dan")) == {"Đan nón lá", "Đàn nguyệt", "Dân ca quan họ"}


def test_the_title_asked_for_comes_before_titles_with_more_words():
    for title in ("Tin học cơ bản cho người lớn tuổi", "Tin học cơ bản", "Ôn tập tin học cơ bản"):
        a_course(title)

    assert titles("q=tin hoc co ban")[0] == "Tin học cơ bản"
    assert titles("q=Tin học cơ bản")[0] == "Tin học cơ bản"


def test_a_field_finds_by_its_own_words_and_by_the_names_above_it():
    a_course("Phở bò", field_id="1013")
    a_course("Dưỡng sinh buổi sáng", field_id="1014")

    assert titles("q=nấu ăn") == ["Phở bò"]
    assert titles("q=thể thao") == ["Dưỡng sinh buổi sáng"]
    assert set(titles("q=dịch vụ cá nhân")) == {"Phở bò", "Dưỡng sinh buổi sáng"}


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"summary_vi": "Ghép cành cho vườn nhà"}, "ghép cành"),
        ({"outcomes_vi": ("Băng một vết thương",)}, "băng vết thương"),
        ({"audience_vi": "Người mới làm mẹ"}, "lam me"),
        ({"tags": ("khởi nghiệp",)}, "khoi nghiep"),
        ({"field_id": "0213"}, "mỹ thuật"),
        ({}, "Ninh Kiều"),
    ],
    ids=["summary", "outcome", "audience", "tag", "field", "place of the provider"],
)
def test_a_course_is_found_by_what_it_says(said, text):
    a_course("Một chương trình", **said)

    assert titles(f"q={text}") == ["Một chương trình"]


@pytest.mark.parametrize(
    "text",
    ["'", "& | ! ( ) :*", "điện & !thoại", "'); DROP TABLE x; --", "%00điện", "\\", "a" * 5000, "​", "<b>", "đ:*A"],
)
def test_whatever_is_typed_is_only_words(text):
    a_course("Chụp ảnh bằng điện thoại")

    titles(QueryDict(mutable=True).urlencode() + f"q={text}".replace("&", "%26").replace("#", "%23"))


def test_filters_narrow_what_is_found():
    a_course("Trên mạng", units=2)
    a_course("Tại lớp", cost_vnd=150_000, field_id="0213")

    assert titles("format=ONLINE") == ["Trên mạng"]
    assert titles("format=IN_PERSON") == ["Tại lớp"]
    assert titles("format=ONLINE&format=IN_PERSON&sort=title") == ["Tại lớp", "Trên mạng"]
    assert titles("free=1") == ["Trên mạng"]
    assert titles("field=02") == ["Tại lớp"]
    assert titles("field=02&free=1") == []


def test_each_count_says_what_its_choice_would_show():
    a_course("Trên mạng", units=2)
    a_course("Tại lớp", cost_vnd=150_000, field_id="0213")
    a_course("Cũng tại lớp", field_id="0213")

    found = search.search(asked("format=IN_PERSON&cost=free"), page_number=1, now=NOW).found

    assert found.total == 1
    assert found.counts["format"] == {"ONLINE": 1, "IN_PERSON": 1}
    assert found.counts["field"] == {"02": 1}
    assert found.counts["cost"] == {"free": 1, "500000": 1}


def test_a_place_finds_what_is_taught_there_and_who_is_there():
    here = an_organization()
    a_course("Tại lớp ở đây", provider=here)
    a_course("Trên mạng", provider=here, units=2)
    elsewhere = an_organization()
    elsewhere.place_id = "00004"  # phường Ba Đình, Hà Nội
    elsewhere.save()
    a_published_run(version=a_published_version(provider=elsewhere, title_vi="Ở xa về dạy"))

    assert titles("province=92&sort=title") == ["Ở xa về dạy", "Tại lớp ở đây"]
    assert titles("province=92&commune=31135&sort=title") == ["Ở xa về dạy", "Tại lớp ở đây"]
    assert titles("province=01") == ["Ở xa về dạy"]
    assert titles("province=04") == []


def test_soonest_first_then_any_time_then_without_dates():
    a_course("Chưa có lịch")
    a_published_run(version=a_published_version(title_vi="Lúc nào cũng được", units=1), sessions=0)
    a_published_run(version=a_published_version(title_vi="Thứ Ba"))

    assert titles("") == ["Thứ Ba", "Lúc nào cũng được", "Chưa có lịch"]


def test_titles_stand_in_a_vietnamese_dictionarys_order():
    for title in ("Zo", "Đàn", "Dân", "Ăn", "An", "Âm"):
        a_course(title)

    assert titles("sort=title") == ["An", "Ăn", "Âm", "Dân", "Đàn", "Zo"]


def test_a_page_beyond_the_last_does_not_exist():
    a_course("Một chương trình")

    with pytest.raises(search.NoSuchPage):
        search.search(asked(""), page_number=2, now=NOW)


@pytest.mark.parametrize(("courses", "queries"), [(1, 3), (30, 3)], ids=["1 course", "30 courses"])
def test_searching_costs_three_queries(courses, queries, django_assert_num_queries):
    provider = an_organization()
    for number in range(courses):
        a_published_run(version=a_published_version(provider=provider, title_vi=f"Tin học {number}"))
    Field.objects.get(pk="0611")
    search.search(asked("near=31135"), page_number=1, now=NOW)  # reads what every process keeps

    with django_assert_num_queries(queries):
        results = search.search(asked("q=tin"), page_number=1, now=NOW)
        _ = [
            (each.run.place.name, each.run.version.course.provider.name, each.run.seats_left) for each in results.items
        ]
        assert len(card.rendered(results.items, marking=asked("q=tin").asked)) == min(courses, 20)
