"""Pages of courses taught elsewhere: asked once a day, hidden when they are gone, shown when they are back."""

from datetime import timedelta

import pytest

from courses.actions import link_check
from courses.importers import fetch
from courses.models import CatalogEntry, Course, CourseVersion, LinkCheck
from tests.factories.importing import a_job, imported
from tests.factories.people import NOW, a_curator

pytestmark = pytest.mark.django_db
ADDRESS = "https://hoc.example.vn/{}"


def courses_elsewhere(count: int = 1) -> list[CourseVersion]:
    lines = "".join(f"H{n},Hàn {n},{ADDRESS.format(n)}\n" for n in range(count))
    imported(a_job(content=f"code,title_vi,url\n{lines}"), actor=a_curator(), publish=True)
    return list(CourseVersion.objects.order_by("pk"))


class Pages:
    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.asked: list[str] = []

    def problem_of(self, address: str) -> str:
        self.asked.append(address)
        return "lỗi 404" if address in self.gone else ""


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    pages = Pages()
    monkeypatch.setattr(fetch, "problem_of", pages.problem_of)
    return pages


def test_a_page_that_answers_is_asked_again_the_next_day(pages):
    courses_elsewhere()

    assert link_check.check_due(now=NOW).links == 1
    assert link_check.check_due(now=NOW + timedelta(hours=19)).links == 0
    assert link_check.check_due(now=NOW + timedelta(hours=20)).links == 1

    assert CatalogEntry.objects.count() == 1


def test_a_page_that_fails_twice_takes_its_course_out_within_a_day(client, pages):
    (version,) = courses_elsewhere()
    link_check.check_due(now=NOW)
    pages.gone.add(version.external_url)  # a moment after it was asked

    first = link_check.check_due(now=NOW + timedelta(hours=20))
    assert (first.hidden, CatalogEntry.objects.count()) == (0, 1)
    second = link_check.check_due(now=NOW + timedelta(hours=22))

    assert (second.hidden, CatalogEntry.objects.count()) == (1, 0)
    assert Course.objects.get().link_dead_at == NOW + timedelta(hours=22)
    page = client.get(version.get_absolute_url()).content.decode()
    assert "Trang ấy không mở được từ ngày 22/11/2026" in page
    assert version.get_absolute_url() not in client.get("/sitemap.xml").content.decode()


def test_a_page_that_is_back_brings_its_course_back(pages):
    (version,) = courses_elsewhere()
    pages.gone.add(version.external_url)
    link_check.check_due(now=NOW)
    link_check.check_due(now=NOW + timedelta(hours=2))
    pages.gone.clear()

    checked = link_check.check_due(now=NOW + timedelta(hours=22))

    assert checked.shown == 1
    assert CatalogEntry.objects.get().version == version
    assert Course.objects.get().link_dead_at is None


def test_one_failure_is_forgiven(pages):
    (version,) = courses_elsewhere()
    pages.gone.add(version.external_url)
    link_check.check_due(now=NOW)
    pages.gone.clear()

    link_check.check_due(now=NOW + timedelta(hours=2))

    assert LinkCheck.objects.get().failures == 0
    assert CatalogEntry.objects.count() == 1


def test_a_new_version_with_another_page_is_shown_at_once(pages):
    (version,) = courses_elsewhere()
    pages.gone.add(version.external_url)
    link_check.check_due(now=NOW)
    link_check.check_due(now=NOW + timedelta(hours=2))

    content = "code,title_vi,url\nH0,Hàn 0,https://moi.example.vn/\n"
    imported(a_job(content=content, provider=version.course.provider), actor=a_curator(), publish=True)

    assert CatalogEntry.objects.get().version.external_url == "https://moi.example.vn/"
    assert Course.objects.get().link_dead_at is None
    assert LinkCheck.objects.get().address == "https://moi.example.vn/"


def test_an_archived_course_is_not_asked_about(pages):
    courses_elsewhere()
    Course.objects.update(archived_at=NOW)

    assert link_check.check_due(now=NOW).links == 0


def test_many_pages_are_asked_in_one_task_until_its_time_is_over(pages):
    courses_elsewhere(12)

    assert link_check.check_due(now=NOW, seconds_max=0).links == 0
    assert link_check.check_due(now=NOW).links == 12
    assert len(set(pages.asked)) == 12


def test_a_worker_that_dies_leaves_its_checks_to_the_next(pages, monkeypatch):
    courses_elsewhere()

    def die(_address: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "problem_of", die)
    with pytest.raises(KeyboardInterrupt):
        link_check.check_due(now=NOW)
    monkeypatch.setattr(fetch, "problem_of", pages.problem_of)

    assert link_check.check_due(now=NOW).links == 0
    assert link_check.check_due(now=NOW + timedelta(minutes=16)).links == 1
