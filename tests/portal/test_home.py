import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from learners.models import Place
from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
FIRST_VISIT_BYTES_MAX, FIRST_VISIT_REQUESTS_MAX = 45 * 1024, 8


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_the_front_page_counts_what_there_is(client):
    a_published_version(units=1)
    a_published_run()
    a_draft()

    page = client.get("/").context["page"]

    assert page.counts == {"courses": 2, "online": 1, "in_class": 1, "communes": 1, "providers": 2}
    assert [(field.code, field.count) for field in page.fields] == [("06", 2)]


def test_classes_that_begin_next_come_first(client):
    later = a_published_run(starts_at=NOW + timedelta(days=9))
    sooner = a_published_run(starts_at=NOW + timedelta(days=2), seats=3)
    a_published_run(starts_at=NOW - timedelta(days=2))
    a_published_run(sessions=0)

    answer = client.get("/")

    assert list(answer.context["page"].runs) == [sooner, later]
    assert "Còn 3 chỗ" in answer.content.decode()


def test_full_classes_come_after_those_with_places(client):
    full = a_published_run(starts_at=NOW + timedelta(days=2), seats=1)
    enrolled(run=full)
    later = a_published_run(starts_at=NOW + timedelta(days=9, hours=4))

    answer = client.get("/")

    assert list(answer.context["page"].runs) == [later, full]
    assert "14:00–16:00" in answer.text


def test_a_learner_sees_the_classes_of_their_province(learner_client):
    here = a_published_run()
    learner = a_learner(place=Place.objects.get(code="31120"))

    page = learner_client(learner).get("/").context["page"]

    assert page.province.code == "92"
    assert list(page.runs) == [here]


def test_where_nothing_begins_the_whole_country_is_shown(learner_client):
    run = a_published_run()
    learner = a_learner(place=Place.objects.get(code="00004"))

    page = learner_client(learner).get("/").context["page"]

    assert (page.province, list(page.runs)) == (None, [run])


def test_an_empty_portal_has_a_front_page(client):
    assert client.get("/").status_code == 200
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize(("runs", "queries"), [(1, 3), (30, 3)], ids=["1 run", "30 runs"])
def test_the_page_costs_a_visitor_three_queries(client, runs, queries, django_assert_num_queries):
    version = a_published_version()
    for _ in range(runs):
        a_published_run(version=version)

    with django_assert_num_queries(queries):
        client.get("/")


def test_a_first_visit_is_light(client):
    for number in range(5):
        a_published_run(version=a_published_version(title_vi=f"Dịch vụ công và thanh toán an toàn {number}"))

    page = client.get("/").content
    named = re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js|svg|png))"', page)
    files = {name.decode(): Path(finders.find(name.decode())).read_bytes() for name in named}
    fonts = {font for text in files.values() for font in re.findall(rb"url\(['\"]?\.\./([^)'\"]+\.woff2)", text)}
    sizes = [len(gzip.compress(each)) for each in (page, *files.values())]
    sizes += [Path(finders.find(font.decode())).stat().st_size for font in fonts]  # compressed as it is

    assert sum(sizes) <= FIRST_VISIT_BYTES_MAX
    assert len(sizes) <= FIRST_VISIT_REQUESTS_MAX


@pytest.mark.parametrize("demo", [True, False])
def test_robots(client, settings, demo):
    settings.DEMO = demo

    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines[0] == "User-agent: *"
    if demo:
        assert lines[1:] == ["Disallow: /"]
    else:
        assert {"Disallow: /me/", "Disallow: /en/enrollments/", "Sitemap: http://localhost/sitemap.xml"} <= set(lines)
        assert "Disallow: /" not in lines
