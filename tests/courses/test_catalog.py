import pytest
from django.core.cache import caches

from learners.actions import organization
from tests.factories.catalog import a_draft, a_published_run, a_published_version, a_submitted_version
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def no_kept_cards():
    caches["pages"].clear()


def test_the_catalogue_shows_a_published_course_with_its_next_class(client):
    provider = an_organization(name_vi="Thư viện thành phố Cần Thơ", is_demonstration=True)
    run = a_published_run(version=a_published_version(provider=provider, title_vi="Đọc sách cùng cháu"), seats=6)

    page = client.get("/courses/").content.decode()

    assert run.version.get_absolute_url() in page
    for words in ("Đọc sách cùng cháu", "Thư viện thành phố Cần Thơ", "0,12", "Miễn phí", "<i>24</i>", "Còn 6 chỗ"):
        assert words in page


@pytest.mark.parametrize("make", [a_draft, a_submitted_version], ids=["draft", "in review"])
def test_the_catalogue_keeps_quiet_about_what_is_not_published(client, make):
    version = make(title_vi="Chưa ai thấy")

    assert "Chưa ai thấy" not in client.get("/courses/").content.decode()
    assert client.get(f"/courses/{version.course_id}-{version.slug}/").status_code == 404


def test_a_suspended_providers_courses_leave_the_catalogue(client):
    version = a_published_version(title_vi="Vẽ màu nước")
    organization.suspend(organization=version.course.provider, curator=a_curator(), now=NOW)

    assert "Vẽ màu nước" not in client.get("/courses/").content.decode()
    assert client.get(version.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "?page=abc",
        "?page=-1",
        "?format=WHATEVER&format=ONLINE",
        "?province=99999&commune=x",
        "?province=92&commune=00000",
        "?field=0611&field=%27",
        "?field=98",
        "?sort=rank",
        "?sort=relevance",
        "?q=%00%00&province=%00",
        "?free=yes",
        "?q=" + "%F0%9F%98%80" * 50,
        "?q=%ff%fe",
        "?unknown=1&q[]=2",
    ],
)
def test_what_is_not_understood_is_left_out(client, address):
    a_published_version()

    assert client.get(f"/courses/{address}").status_code == 200


@pytest.mark.parametrize("page", ["2", "999999999", "9" * 40])
def test_a_page_beyond_the_last_is_not_found(client, page):
    a_published_version()

    assert client.get(f"/courses/?page={page}").status_code == 404


def test_a_filter_is_taken_off_by_its_chip(client):
    a_published_version()

    page = client.get("/courses/?q=so+cap&format=IN_PERSON&cost=free&page=1").content.decode()

    assert 'href="?q=so+cap&amp;cost=free"' in page
    assert 'href="?q=so+cap&amp;format=IN_PERSON"' in page


def test_nothing_found_offers_to_take_a_filter_off(client):
    a_published_version()

    page = client.get("/courses/?q=vu+tru&format=ONLINE").content.decode()

    assert 'class="empty"' in page
    assert 'href="?q=vu+tru"' in page


def test_what_is_searched_for_is_written_back_as_text(client):
    page = client.get("/courses/?q=%22><script>alert(1)</script>").content.decode()

    assert "<script>alert" not in page


def test_a_card_is_kept_until_what_it_says_changes(client, django_assert_num_queries):
    version = a_published_version(title_vi="Vẽ màu nước")
    client.get("/courses/")
    with django_assert_num_queries(2):
        client.get("/courses/")
    provider = version.course.provider
    provider.name_vi = "Bảo tàng thành phố Cần Thơ"
    provider.save()

    assert provider.name_vi in client.get("/courses/").content.decode()


@pytest.mark.parametrize(("courses", "queries"), [(1, 4), (30, 4)], ids=["1 course", "30 courses"])
def test_the_page_costs_a_visitor_four_queries(client, courses, queries, django_assert_num_queries):
    provider = an_organization()
    for _ in range(courses):
        a_published_run(version=a_published_version(provider=provider))
    client.get("/courses/?near=31135")
    caches["pages"].clear()

    with django_assert_num_queries(queries):  # what is found, its runs, its cards, the organisations that are named
        client.get("/courses/?province=92&q=cap+cuu")


def test_a_signed_in_learner_sees_the_same_courses(learner_client):
    a_published_version(title_vi="Vẽ màu nước", title_en="Watercolour")

    assert "Watercolour" in learner_client(a_learner()).get("/en/courses/?sort=title&q=ve").content.decode()
