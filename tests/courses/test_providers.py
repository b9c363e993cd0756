"""Finding an organisation: by words of its name, its kind, a place, and how far from it."""

from datetime import date

import pytest
from django.core.cache import caches

from courses.queries import provider as queries
from courses.queries.asked import words
from courses.queries.search import CatalogQuery
from learners.choices import OrganizationKind
from learners.models import Place
from learners.models.folding import fold
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
CAI_KHE, HOAN_KIEM = "31120", "00070"  # beside Ninh Kiều; in Hà Nội


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def organizations() -> None:
    an_organization(name_vi="Thư viện phường Ninh Kiều", kind=OrganizationKind.LIBRARY)
    an_organization(name_vi="Bảo tàng Cần Thơ", name_en="Can Tho Museum", kind=OrganizationKind.MUSEUM)
    an_organization(
        name_vi="Thư viện phường Cái Khế", kind=OrganizationKind.LIBRARY, place=Place.objects.get(code=CAI_KHE)
    )
    an_organization(
        name_vi="Trung tâm Tin học Hoàn Kiếm",
        kind=OrganizationKind.ENTERPRISE,
        place=Place.objects.get(code=HOAN_KIEM),
    )
    an_organization(name_vi="Thư viện chưa ai xác minh", verified=False)


def names(client, **asked) -> list[str]:
    return [each.name_vi for each, _verified, _courses in client.get("/providers/", asked).context["rows"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (
            {},
            [
                "Bảo tàng Cần Thơ",
                "Thư viện phường Cái Khế",
                "Thư viện phường Ninh Kiều",
                "Trung tâm Tin học Hoàn Kiếm",
            ],
        ),
        ({"q": "thư viện"}, ["Thư viện phường Cái Khế", "Thư viện phường Ninh Kiều"]),
        ({"q": "thu vien ninh"}, ["Thư viện phường Ninh Kiều"]),
        ({"q": "thuw vieenj cais khees"}, ["Thư viện phường Cái Khế"]),
        ({"q": "museum"}, ["Bảo tàng Cần Thơ"]),
        ({"q": "tin học hà nội"}, ["Trung tâm Tin học Hoàn Kiếm"]),
        ({"q": "tin học cần thơ"}, []),
        ({"kind": "LIBRARY"}, ["Thư viện phường Cái Khế", "Thư viện phường Ninh Kiều"]),
        ({"kind": "CIRCUS"}, "everything"),
        ({"province": "01"}, ["Trung tâm Tin học Hoàn Kiếm"]),
        ({"province": "92", "commune": CAI_KHE}, ["Thư viện phường Cái Khế"]),
        (
            {"province": "92", "commune": CAI_KHE, "within": "20"},
            ["Thư viện phường Cái Khế", "Bảo tàng Cần Thơ", "Thư viện phường Ninh Kiều"],
        ),
        ({"province": "01", "commune": CAI_KHE}, ["Trung tâm Tin học Hoàn Kiếm"]),
        ({"q": "a\0b' & | ! :*\\"}, []),
    ],
)
def test_who_is_found(client, asked, found):
    organizations()

    listed = names(client, **asked)

    assert listed == (names(client) if found == "everything" else found)


def test_what_stands_beside_a_name(client):
    library = an_organization(name_vi="Thư viện A")
    a_published_version(provider=library)
    an_organization(name_vi="Thư viện B", verified_until=date(2026, 11, 20))

    rows = client.get("/providers/").context["rows"]

    assert [(each.name_vi, verified, courses) for each, verified, courses in rows] == [
        ("Thư viện A", True, 1),
        ("Thư viện B", False, 0),
    ]


def test_nobody_found_is_explained(client):
    page = client.get("/providers/", {"q": "không có đâu"}).content.decode()

    assert "Không tìm thấy đơn vị nào" in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_whatever_it_holds(client, django_assert_num_queries, count):
    manager = an_organization(name_vi="Chợ nổi").registered_by
    for number in range(count):
        an_organization(name_vi=f"Thư viện {number}", manager=manager)

    with django_assert_num_queries(5):  # provinces, communes, how many, a page of them, what they offer
        client.get("/providers/", {"q": "thư viện", "province": "92", "commune": "31135", "within": "20"})


def test_the_words_follow_the_name_and_the_place():
    library = an_organization(name_vi="Nhà đọc sách", place=Place.objects.get(code=CAI_KHE))

    library.name_vi, library.place = "Thư quán", Place.objects.get(code=HOAN_KIEM)
    library.save()

    library.refresh_from_db()
    assert library.document == "'ha':5B 'hoan':3B 'kiem':4B 'noi':6B 'quan':2A 'thu':1A"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("thư viện ninh kiều", ["Thư viện phường Ninh Kiều", "Thư viện phường Cái Khế"]),  # once of that district
        ("thu vien can tho", ["Thư viện phường Cái Khế", "Thư viện phường Ninh Kiều"]),
        ("thư viện quận Ninh Kiều", ["Thư viện phường Cái Khế", "Thư viện phường Ninh Kiều"]),
        ("tin học", ["Trung tâm Tin học Hoàn Kiếm"]),
        ("cần thơ", ["Bảo tàng Cần Thơ"]),
        ("chưa ai xác minh", []),
        ("nấu ăn", []),
        ("", []),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_whom_a_search_of_the_catalogue_names(text, named):
    organizations()
    asked = {"q": text}

    found = queries.named(CatalogQuery.from_params(asked.get, lambda name: []), language="vi")

    assert [each.name_vi for each in found] == named


def test_only_the_last_word_typed_may_be_a_beginning(client):
    organizations()
    an_organization(name_vi="Thư viện tỉnh Lâm Đồng", place=Place.objects.get(code=HOAN_KIEM))
    assert "hoc" in map(fold, words.kept.get().left_out)

    def named(text: str) -> list[str]:
        asked = CatalogQuery.from_params({"q": text}.get, lambda name: [])
        return [each.name_vi for each in queries.named(asked, language="vi")]

    assert named("tin học") == ["Trung tâm Tin học Hoàn Kiếm"]
    assert named("thư viện tin") == ["Thư viện tỉnh Lâm Đồng"]
    assert names(client, q="tin học") == ["Trung tâm Tin học Hoàn Kiếm"]


def test_a_search_shows_them_above_its_courses_for_one_more_query(client, django_assert_num_queries):
    organizations()
    version = a_published_version(provider=an_organization(name_vi="Chợ nổi"), title_vi="Thư viện số")
    a_published_run(version=version)
    client.get("/courses/", {"q": "thư viện"})  # its card is kept

    with django_assert_num_queries(3):  # found and counted, runs, organisations
        page = client.get("/courses/", {"q": "thư viện"}).content.decode()

    assert page.index("Thư viện phường Ninh Kiều") < page.index('id="found"')
    assert 'href="/providers/?q=th%C6%B0+vi%E1%BB%87n"' in page


def test_a_search_without_words_or_of_another_page_asks_for_none(client):
    an_organization(name_vi="Thư viện phường Ninh Kiều")
    for _ in range(21):
        a_published_version(title_vi="Thư viện số", provider=an_organization(name_vi="Chợ nổi"))

    for asked in ({}, {"q": "thư viện", "page": "2"}):
        assert client.get("/courses/", asked).context["organizations"] == []


def test_a_suspended_organization_is_not_found(client):
    library = an_organization(name_vi="Thư viện phường Ninh Kiều")
    library.status, library.suspended_at, library.suspended_by = "SUSPENDED", NOW, a_curator()
    library.save()

    assert names(client) == []


@pytest.mark.parametrize("address", ["/courses/?q=thu+vien", "/providers/", "/providers/{}-thu-vien/"])
def test_a_page_that_is_kept_asks_nothing(client, settings, django_assert_num_queries, address):
    settings.PAGES_KEPT_SECONDS = 4
    address = address.format(an_organization(name_vi="Thư viện").pk)
    caches["pages"].clear()
    first = client.get(address)

    with django_assert_num_queries(0):
        again = client.get(address)

    assert (first.status_code, again.status_code) == (200, 200)
    caches["pages"].clear()
