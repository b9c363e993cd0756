"""The catalogue's entries follow whoever writes, in the same transaction; what time alone changes follows by a job."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from courses.actions import catalog_entry
from courses.models import CatalogCount, CatalogEntry, ClassSession, Course, CourseRun
from courses.queries import search
from courses.queries.search import CatalogQuery
from learners.actions import organization
from learners.models import Organization
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_curator

pytestmark = pytest.mark.django_db
TUESDAY_MORNING = "when=tue-morning"


def is_found(address: str, *, now=NOW) -> bool:
    get = QueryDict(address)
    query = CatalogQuery.from_params(get.get, get.getlist)
    return bool(search.search(query, page_number=1, now=now).found.total)


def test_a_run_planned_is_found_at_once() -> None:
    version = a_published_version()
    assert not is_found(TUESDAY_MORNING)

    a_published_run(version=version)

    assert is_found(TUESDAY_MORNING)
    assert is_found("starts=7")


def test_a_run_cancelled_is_found_no_more() -> None:
    run = a_published_run()

    CourseRun.objects.filter(pk=run.pk).update(cancelled_at=NOW)

    assert not is_found(TUESDAY_MORNING)
    assert is_found("")


def test_a_class_moved_to_the_evening_is_found_there() -> None:
    run = a_published_run()

    for session in run.class_sessions.all():
        session.starts_at, session.ends_at = (
            moment + timedelta(hours=11) for moment in (session.starts_at, session.ends_at)
        )
        session.save()

    assert not is_found(TUESDAY_MORNING)
    assert is_found("when=tue-evening")


def test_a_class_cancelled_counts_no_more() -> None:
    run = a_published_run()
    ClassSession.objects.create(
        run=run,
        position=9,
        starts_at=run.class_sessions.first().starts_at + timedelta(days=1),
        ends_at=run.class_sessions.first().starts_at + timedelta(days=1, hours=1),
    )
    assert not is_found(TUESDAY_MORNING)

    ClassSession.objects.filter(run=run, position=9).update(cancelled_at=NOW)

    assert is_found(TUESDAY_MORNING)


def test_a_provider_moved_and_renamed_is_found_by_its_new_place_and_name() -> None:
    provider = a_published_version().course.provider

    Organization.objects.filter(pk=provider.pk).update(place="00004", name_vi="Thư viện Hoàng Diệu")

    assert is_found("province=01")
    assert not is_found("province=92")
    assert is_found("q=hoang+dieu")
    assert is_found("q=Hoàng+Diệu+Ba+Đình")
    assert not is_found("q=ninh+kieu")


def test_a_provider_suspended_and_verified_again_leaves_and_comes_back() -> None:
    provider = a_published_version().course.provider

    organization.suspend(organization=provider, curator=a_curator(), now=NOW)
    assert not is_found("")
    assert not is_found("format=IN_PERSON")
    organization.verify(organization=provider, curator=a_curator(), until=NOW.date() + timedelta(days=90), now=NOW)

    assert is_found("")
    assert is_found("format=IN_PERSON")


def test_an_archived_course_leaves() -> None:
    version = a_published_version()

    Course.objects.filter(pk=version.course_id).update(archived_at=NOW)

    assert not is_found("")
    assert not is_found("q=so+cap+cuu")


def test_what_begins_and_closes_by_the_clock_is_refreshed_by_the_job_once() -> None:
    a_published_run()  # begins on Tuesday at eight, and nobody may enrol after that
    later = NOW + timedelta(days=4)
    assert CatalogEntry.objects.get().opening == 0

    refreshed = catalog_entry.refresh_stale(now=later)

    assert refreshed == 1
    assert CatalogEntry.objects.get().opening == 2
    assert not is_found(TUESDAY_MORNING, now=later)
    assert catalog_entry.refresh_stale(now=later) == 0


def test_the_job_adds_differences_together_and_changes_no_count() -> None:
    for _ in range(3):
        a_published_run()
    before = totals()

    catalog_entry.refresh_stale(now=NOW)

    assert totals() == before
    assert CatalogCount.objects.count() == len(before)


def totals() -> dict[str, int]:
    made: dict[str, int] = {}
    for term, number in CatalogCount.objects.values_list("term", "count"):
        made[term] = made.get(term, 0) + number
    return {term: number for term, number in made.items() if number}


def test_a_run_at_ones_own_pace_is_there_as_soon_as_it_is_planned() -> None:
    a_published_run(version=a_published_version(units=1), sessions=0)

    assert CatalogEntry.objects.get().opening == 1
    assert is_found("when=mon-morning")


def test_what_is_deleted_is_found_no_more() -> None:
    run = a_published_run()

    run.class_sessions.all().delete()
    assert not is_found(TUESDAY_MORNING)
    run.delete()

    assert CatalogEntry.objects.get().opening == 2


def test_an_entry_deleted_is_counted_no_more() -> None:
    a_published_run()

    CatalogEntry.objects.all().delete()

    assert totals() == {}
