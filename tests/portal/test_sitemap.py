"""The sitemap: an index, files that are never too long, both languages, and when something last changed."""

import gzip
import re

import pytest

from portal.views import sitemap
from tests.factories.catalog import a_draft, a_published_version
from tests.factories.pathways import a_pathway
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def addresses(xml: str) -> list[str]:
    return re.findall(r"<loc>(.*?)</loc>", xml)


def test_the_index_names_the_files_and_when_they_changed(client):
    a_published_version()

    page = client.get("/sitemap.xml")

    assert page["Content-Type"] == "application/xml"
    assert addresses(page.text) == [
        "http://localhost/sitemap-pages.xml",
        "http://localhost/sitemap-courses.xml",
        "http://localhost/sitemap-providers.xml",
        "http://localhost/sitemap-pathways.xml",
    ]
    assert re.findall(r"<lastmod>(.*?)</lastmod>", page.text)[0].startswith("2026-11-21")


@pytest.mark.parametrize("courses", [1, 30], ids=["1 course", "30 courses"])
def test_courses_and_pathways_stand_there_in_both_languages(client, courses, django_assert_num_queries):
    provider = an_organization()
    versions = [a_published_version(provider=provider) for _ in range(courses)]
    a_draft(provider=provider, title_vi="Chưa ai thấy")
    a_pathway(slug="cong-dan-so", organization=provider)

    with django_assert_num_queries(2):
        page = client.get("/sitemap-courses.xml").text

    assert page.count("<url>") == 2 * courses
    for version in versions:
        here = f"http://localhost/courses/{version.course_id}-{version.slug}/"
        assert f"<loc>{here}</loc>" in page
        assert f'hreflang="vi" href="{here}"' in page
        assert f'hreflang="en" href="http://localhost/en/courses/{version.course_id}-{version.slug}/"' in page
        assert f'hreflang="x-default" href="{here}"' in page
    assert "chua-ai-thay" not in page
    assert "<lastmod>2026-11-21</lastmod>" in page
    pathways = addresses(client.get("/sitemap-pathways.xml").text)
    assert pathways == ["http://localhost/pathways/cong-dan-so/", "http://localhost/en/pathways/cong-dan-so/"]


@pytest.mark.parametrize("organizations", [1, 30], ids=["1 organisation", "30 organisations"])
def test_verified_organizations_stand_there_in_both_languages(client, organizations, django_assert_num_queries):
    manager = an_organization(name_vi="Chưa ai xác minh", verified=False).registered_by
    library, *_others = [an_organization(name_vi="Thư viện A", manager=manager) for _ in range(organizations)]

    with django_assert_num_queries(2):
        page = client.get("/sitemap-providers.xml").text

    assert page.count("<url>") == 2 * organizations
    assert f"<loc>http://localhost/providers/{library.pk}-thu-vien-a/</loc>" in page
    assert f'hreflang="en" href="http://localhost/en/providers/{library.pk}-thu-vien-a/"' in page
    assert "<lastmod>2026-11-21</lastmod>" in page
    assert "chua-ai-xac-minh" not in page


def test_the_pages_everybody_may_read(client):
    found = addresses(client.get("/sitemap-pages.xml").text)

    assert len(found) == 2 * 11
    assert {client.get(address.removeprefix("http://localhost")).status_code for address in found} == {200}


def test_a_long_catalogue_is_several_files(client, monkeypatch):
    monkeypatch.setattr(sitemap.InBothLanguages, "limit", 4)
    versions = [a_published_version() for _ in range(5)]

    files = [address for address in addresses(client.get("/sitemap.xml").text) if "courses" in address]

    assert files == [
        "http://localhost/sitemap-courses.xml",
        "http://localhost/sitemap-courses.xml?p=2",
        "http://localhost/sitemap-courses.xml?p=3",
    ]
    there = [address for file in files for address in addresses(client.get(file.removeprefix("http://localhost")).text)]
    assert len(there) == len(set(there)) == 10
    assert {address.split("/courses/")[1].split("-")[0] for address in there} == {str(v.course_id) for v in versions}


@pytest.mark.parametrize("path", ["/sitemap-learners.xml", "/sitemap-courses.xml?p=2", "/sitemap-courses.xml?p=x"])
def test_there_are_no_other_files(client, path):
    assert client.get(path).status_code == 404


def test_who_asks_again_is_told_that_nothing_changed(client):
    a_published_version()

    for path in ("/sitemap.xml", "/sitemap-courses.xml"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
    assert client.get("/sitemap-courses.xml")["Last-Modified"] == "Sat, 21 Nov 2026 03:00:00 GMT"

    a_published_version()
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_full_file_stays_far_below_the_limits(client):
    """50 MB and 50,000 addresses (sitemaps.org): measured on one course and multiplied."""
    a_published_version(title_vi="Ứng dụng công nghệ thông tin trong quản lý hợp tác xã nông nghiệp kiểu mới " * 2)

    page = client.get("/sitemap-courses.xml", headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(page.content)) / 2 * sitemap.ADDRESSES_PER_FILE < 50 * 1024 * 1024 / 10
    assert sitemap.ADDRESSES_PER_FILE <= 50_000
