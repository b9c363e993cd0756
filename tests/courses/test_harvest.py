"""Courses of another site, fetched on a timetable: imported like a file, stopped at will, refused without rights."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from courses.actions import harvest, import_work, search_terms
from courses.actions import version as versions
from courses.choices import HarvestPeriod, ImportState, VersionState
from courses.importers import fetch
from courses.models import CourseVersion, HarvestSource, ImportJob, SearchTerm
from courses.rules import HARVEST_SOURCES_MAX
from tests.factories.catalog import a_published_version
from tests.factories.importing import DEFAULTS, HEADER, TWO_COURSES, undone
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
ADDRESS = "https://hoc.example.vn/khoa-hoc.csv"


class Site:
    """What other sites answer, by address; what is not here does not answer."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.asked: list[str] = []

    def get(self, address: str) -> fetch.Fetched:
        self.asked.append(address)
        if address not in self.pages:
            raise fetch.UnableToFetch("không trả lời")
        kind, content = self.pages[address]
        return fetch.Fetched(address=address, status=200, content_type=kind, content=content)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site()
    monkeypatch.setattr(fetch, "get", site.get)
    site.pages[ADDRESS] = ("text/csv", TWO_COURSES.encode())
    return site


def a_source(**more: object) -> HarvestSource:
    said = {
        "provider": an_organization(),
        "actor": a_curator(),
        "address": ADDRESS,
        "period": HarvestPeriod.DAILY,
        "defaults": DEFAULTS,
        "now": NOW,
        "publish": True,
    }
    return harvest.add_source(**(said | more))


def harvested(now: datetime = NOW) -> int:
    fetched = harvest.harvest_due(now=now)
    import_work.carry_out_waiting(now=now)
    return fetched


def test_a_new_source_is_fetched_at_once_and_then_at_night(site):
    source = a_source()

    assert harvested() == 1
    assert harvested() == 0

    source.refresh_from_db()
    assert {version.state for version in CourseVersion.objects.all()} == {VersionState.PUBLISHED}
    assert source.next_at == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)  # 22/11, 1:30 in Viet Nam
    assert (source.fetched_at, source.problem) == (NOW, "")
    job = ImportJob.objects.get()
    assert (job.state, job.harvest, job.source, job.new) == (ImportState.DONE, source, f"harvest {source.pk}", 2)


def test_what_is_as_it_was_is_not_imported_again(site):
    a_source()
    harvested()

    assert harvested(NOW + timedelta(days=2)) == 1

    assert ImportJob.objects.count() == 1


def test_what_changed_changes_and_wrong_rows_are_told(site):
    a_source()
    harvested()
    site.pages[ADDRESS] = ("text/csv", TWO_COURSES.replace("Tiếng Anh I,75", "Tiếng Anh 1,75").encode() + b"X,,1\n")

    harvested(NOW + timedelta(days=2))

    job = ImportJob.objects.first()
    assert (job.new, job.changed, job.unchanged, job.refused) == (0, 1, 1, 1)
    assert CourseVersion.objects.filter(title_vi="Tiếng Anh 1", state=VersionState.PUBLISHED).exists()


def test_what_was_thrown_away_does_not_come_back(site):
    source = a_source(publish=False)
    harvested()
    draft = CourseVersion.objects.get(course__import_key="IT1010")
    versions.discard(version=draft, author=source.created_by, now=NOW)
    more = "A1,Hàn,3\n"

    for number, listed in enumerate((TWO_COURSES, TWO_COURSES.replace("đại cương", "cơ sở")), start=1):
        site.pages[ADDRESS] = ("text/csv", (listed + more * number).encode())
        harvested(NOW + timedelta(days=2 * number))

    assert [job.new for job in ImportJob.objects.order_by("pk")] == [2, 1, 0]
    assert CourseVersion.objects.get(course__import_key="IT1010") == draft


def test_what_was_harvested_waits_for_the_timetable_of_the_search(site):
    a_source(provider=a_published_version().course.provider)
    site.pages[ADDRESS] = ("text/csv", f"{HEADER}A1,Nhuộm chàm,3\n".encode())

    harvested()

    assert CourseVersion.objects.get(title_vi="Nhuộm chàm").state == VersionState.PUBLISHED
    assert not SearchTerm.objects.filter(text_vi="chàm").exists()
    search_terms.refresh(now=NOW)
    assert SearchTerm.objects.filter(text_vi="chàm").exists()


def test_a_harvest_can_be_undone_like_a_file(site):
    a_source()
    harvested()

    job = undone(ImportJob.objects.get())

    assert job.undone == 2


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"a,b\n1,2\n", b"<p>Xin"], ids=["empty", "picture", "other columns", "page"]
)
def test_what_cannot_be_read_is_told_and_tried_again_next_time(site, content):
    site.pages[ADDRESS] = ("text/csv", content)
    source = a_source()

    assert harvested() == 1

    source.refresh_from_db()
    assert source.problem
    assert source.fetched_at is None
    assert source.next_at > NOW
    assert not CourseVersion.objects.exists()
    assert not ImportJob.objects.exists()


def test_a_site_that_does_not_answer_is_told(site):
    source = a_source(address="https://khong.example.vn/x")

    harvested()

    source.refresh_from_db()
    assert source.problem == "không trả lời"


def test_all_pages_of_a_list_of_open_edx_come_in(site):
    def page(number: int, following: str | None) -> tuple[str, bytes]:
        course = {"course_id": f"course-v1:HSD+Han{number}+1", "name": f"Hàn {number}", "blocks_url": "https://l.vn/"}
        return "application/json", json.dumps({"results": [course], "pagination": {"next": following}}).encode()

    first, second = "https://lms.example.vn/api/courses/v1/courses/", "https://lms.example.vn/p2"
    site.pages |= {first: page(1, second), second: page(2, "https://elsewhere.example.vn/p3")}
    a_source(address=first)

    harvested()

    assert set(CourseVersion.objects.values_list("title_vi", flat=True)) == {"Hàn 1", "Hàn 2"}
    assert site.asked == [first, second]  # never a page of another site


def test_stopping_keeps_the_courses(site):
    source = a_source()
    harvested()

    harvest.stop_source(source=source, actor=a_curator(), now=NOW)
    harvest.stop_source(source=source, actor=a_curator(), now=NOW)

    assert harvested(NOW + timedelta(days=2)) == 0
    assert CourseVersion.objects.count() == 2
    assert a_source(provider=source.provider) != source


def test_the_same_address_again_is_the_same_source():
    source = a_source()

    assert a_source(provider=source.provider) == source


@pytest.mark.parametrize(
    "wrong", ["file:///etc/passwd", "http://localhost/", "javascript:alert(1)", "x"], ids=lambda value: value[:10]
)
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(harvest.UnableToHarvest):
        a_source(address=wrong)


def test_who_may_have_addresses_fetched():
    organization = an_organization()
    manager, stranger = organization.registered_by, an_organization().registered_by

    for actor, publish in ((stranger, False), (manager, True)):
        with pytest.raises(harvest.UnableToHarvest):
            a_source(provider=organization, actor=actor, publish=publish)
    source = a_source(provider=organization, actor=manager, publish=False)
    with pytest.raises(harvest.UnableToHarvest):
        harvest.stop_source(source=source, actor=stranger, now=NOW)


def test_addresses_are_limited():
    organization = an_organization()
    for number in range(HARVEST_SOURCES_MAX.count_max):
        a_source(provider=organization, address=f"{ADDRESS}?{number}")

    with pytest.raises(harvest.UnableToHarvest):
        a_source(provider=organization)


def test_a_worker_that_dies_leaves_the_source_to_the_next(site, monkeypatch):
    a_source()

    def die(_address: str) -> fetch.Fetched:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "get", die)
    with pytest.raises(KeyboardInterrupt):
        harvested()
    monkeypatch.setattr(fetch, "get", site.get)

    assert harvested() == 0
    assert harvested(NOW + timedelta(minutes=31)) == 1
    assert CourseVersion.objects.count() == 2
