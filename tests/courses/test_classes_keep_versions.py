"""What the catalogue says of a course is true of the classes one can enrol in: each keeps to its version."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from courses.actions import catalog_entry
from courses.models import CourseVersion
from courses.queries import search
from courses.queries.search import CatalogQuery
from courses.views import card
from tests.factories.catalog import a_published_run, a_published_version, replaced
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
PAID = 300_000


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_course_made_free() -> CourseVersion:
    """Return a published version that is free, while the open class keeps to one of 10 hours that costs."""
    first = a_published_version(title_vi="Nấu cỗ ngày Tết", cost_vnd=PAID, hours=10)
    a_published_run(version=first)
    return replaced(first, cost_vnd=0, notional_minutes=20 * 60)


def found(address: str, *, now=NOW) -> list[str]:
    """Return the cards of what is found, body and tags of each."""
    params = QueryDict(address)
    query = CatalogQuery.from_params(params.get, params.getlist)
    results = search.search(query, page_number=1, now=now)
    return ["".join(each) for each in card.rendered(results.items, marking=query.asked).values()]


def test_a_card_says_what_the_open_class_costs_and_how_long_it_is():
    a_course_made_free()

    [said] = found("q=nấu cỗ")

    assert "300.000 đồng" in said
    assert "10 giờ" in said
    assert "Miễn phí" not in said


@pytest.mark.parametrize(
    ("address", "number"), [("cost=free", 0), ("cost=500000", 1), ("length=16", 1), ("length=50", 0)]
)
def test_filters_go_by_the_open_class(address, number):
    a_course_made_free()

    assert len(found(address)) == number


def test_when_no_class_is_open_the_published_version_counts():
    version = a_course_made_free()
    run = CourseVersion.objects.get(course=version.course, number=1).runs.get()
    after = NOW + timedelta(days=60)
    assert run.ends_on < after.date()

    catalog_entry.refresh_stale(now=after)

    [said] = found("cost=free", now=after)
    assert "miễn phí" in said.lower()
    assert "20 giờ" in said
    assert found("length=16", now=after) == []


def test_with_classes_of_both_each_filter_finds_the_course_and_shows_the_class_that_passes():
    version = a_course_made_free()
    a_published_run(version=version, starts_at=NOW + timedelta(days=30))

    paid, free, over_all = found("length=16"), found("cost=free"), found("q=nấu")

    assert "300.000 đồng" in paid[0]
    assert "miễn phí" in free[0].lower()
    assert "300.000 đồng" in over_all[0]  # of the class that begins first


def test_the_course_page_says_first_what_its_next_class_costs(client):
    version = a_course_made_free()

    page = client.get(version.get_absolute_url()).content.decode()

    facts = page[page.index("<h1>") : page.index("</aside>")]
    assert "300.000 đồng" in facts
    assert "10 giờ" in facts
    assert "Miễn phí ở các lớp mở từ nay" in facts


def test_a_list_inside_another_page_says_what_the_class_costs(client):
    a_course_made_free()

    page = client.get("/embed/courses/").content.decode()

    assert "300.000 đồng" in page
    assert "24" in page  # the leaf of the day it begins


def test_the_desk_of_the_course_says_what_each_class_keeps_to(learner_client):
    version = a_course_made_free()
    provider = version.course.provider

    page = learner_client(provider.registered_by).get(
        f"/organizations/{provider.public_id}/courses/{version.course_id}/"
    )

    assert "Theo phiên bản 1: 10 giờ, 300.000 đồng, 0,20 tín chỉ" in page.text
