import json
import re
from datetime import date

import pytest

from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def structured_data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def test_a_course_says_all_it_promises(client):
    provider = an_organization(name_vi="Trạm Y tế phường An Bình", is_demonstration=True)
    version = a_published_version(
        provider=provider,
        title_vi="Sơ cấp cứu tại nhà",
        hours=20,
        attendance_percent_min=80,
        audience_vi="Ai cũng học được",
        requirements_vi="Một chiếc khăn.",
        accessibility=("wheelchair",),
        licence="CC BY 4.0",
    )
    run = a_published_run(version=version, seats=6)

    page = client.get(version.get_absolute_url()).content.decode()

    for words in (
        *("Sơ cấp cứu tại nhà", "Gọi đúng số", "Ai cũng học được", "Một chiếc khăn.", "CC BY 4.0"),
        *("Trạm Y tế phường An Bình", "Phạm Thu Hà", "21/11/2128", "80%", "Phần một", "20 giờ", "0,40", "Còn 6 chỗ"),
        *("17/2021/TT-BGDĐT", f"/runs/{run.pk}/enroll/"),
    ):
        assert words in page


@pytest.mark.parametrize("address", ["/courses/{}/", "/courses/{}-ten-cu/", "/en/courses/{}-x/"])
def test_another_slug_leads_to_the_right_address(client, address):
    version = a_published_version()

    answer = client.get(address.format(version.course_id))

    assert answer.status_code == 301
    assert answer["Location"].endswith(version.get_absolute_url())


def test_the_address_has_the_folded_title():
    assert a_published_version(title_vi="Đan giỏ lục bình: kỹ thuật").slug == "dan-gio-luc-binh-ky-thuat"
    assert a_published_version(title_vi="ភាសាខ្មែរ").slug == "c"


def test_a_search_engine_reads_the_course(client):
    version = a_published_version(title_vi="Sơ cấp cứu", hours=20, cost_vnd=150_000)
    a_published_run(version=version)

    data = structured_data(client.get(version.get_absolute_url()).content.decode())

    assert (data["@type"], data["name"], data["timeRequired"]) == ("Course", "Sơ cấp cứu", "PT20H")
    assert data["numberOfCredits"]["value"] == 0.4
    assert data["offers"][0]["price"] == 150_000
    assert data["hasCourseInstance"][0]["startDate"] == date(2026, 11, 24).isoformat()


def test_a_title_cannot_leave_the_data_block(client):
    hostile = "</script><script>alert(1)</script>"
    version = a_published_version(title_vi=hostile, title_en=hostile)

    page = client.get(version.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert structured_data(page)["name"] == hostile


def test_each_language_names_the_other(client):
    version = a_published_version()

    here = f"/courses/{version.course_id}-{version.slug}/"
    for page in (client.get(here), client.get(f"/en{here}")):
        for language, prefix in (("vi", ""), ("en", "/en")):
            address = f"http://localhost{prefix}/courses/{version.course_id}-{version.slug}/"
            assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in page.content.decode()


def test_the_english_page_speaks_english(client):
    version = a_published_version(title_vi="Sơ cấp cứu", title_en="First aid", outcomes_en=("Call for help",))

    page = client.get("/en" + version.get_absolute_url()).content.decode()

    assert "First aid" in page
    assert "Call for help" in page


def test_a_course_without_a_class_says_so(client):
    version = a_published_version()

    page = client.get(version.get_absolute_url()).content.decode()

    assert "/enroll/" not in page


@pytest.mark.parametrize(("runs", "queries"), [(1, 6), (30, 6)], ids=["1 run", "30 runs"])
def test_the_page_costs_a_visitor_six_queries(client, runs, queries, django_assert_num_queries):
    version = a_published_version()
    for _ in range(runs):
        a_published_run(version=version)

    with django_assert_num_queries(queries):
        client.get(version.get_absolute_url())
