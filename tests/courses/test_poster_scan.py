"""The short address on a poster: it leads to the course, and how often it was opened is counted without a name."""

from datetime import date, timedelta

import pytest
from django.core.cache import caches

from courses.actions import poster
from courses.models import Course, PosterScan
from courses.queries import poster as queries
from courses.views import poster as views
from tests.factories.catalog import a_draft, a_published_run, a_published_version, replaced
from tests.factories.people import NOW
from tests.faults.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["default"].clear()


def test_it_leads_to_the_course_and_is_counted(client):
    run = a_published_run()

    answers = [client.get(f"/p/{code}") for code in (f"r{run.pk}", f"R{run.pk}")]

    assert [answer["Location"] for answer in answers] == [run.version.get_absolute_url()] * 2
    assert "no-store" in answers[0]["Cache-Control"]
    scan = PosterScan.objects.get()
    assert (scan.run, scan.course, scan.day, scan.count) == (run, run.version.course, date(2026, 11, 21), 2)


def test_in_english_it_leads_to_the_english_page(client):
    run = a_published_run()

    assert client.get(f"/en/p/r{run.pk}")["Location"] == f"/en/courses/{run.version.course_id}-{run.version.slug}/"


def test_the_poster_of_a_course_is_counted_by_itself(client):
    run = a_published_run()

    client.get(f"/p/c{run.version.course_id}")

    scan = PosterScan.objects.get()
    assert (scan.course, scan.run, scan.count) == (run.version.course, None, 1)


def test_the_organisers_see_how_often_that_of_the_course_was_opened(client, learner_client):
    version = a_published_version()
    for _ in range(2):
        client.get(f"/p/c{version.course_id}")
    provider = version.course.provider

    page = learner_client(provider.registered_by).get(
        f"/organizations/{provider.public_id}/courses/{version.course_id}/"
    )

    assert "2 lượt mở từ áp phích" in page.text
    assert f"/courses/{version.course_id}/poster.pdf" in page.text


def test_an_old_poster_leads_to_the_course_as_it_is_now(client):
    run = a_published_run()
    type(run).objects.filter(pk=run.pk).update(cancelled_at=NOW)
    new = replaced(run.version, title_vi="Tên mới")

    assert client.get(f"/p/r{run.pk}")["Location"] == new.get_absolute_url()


def test_each_day_has_one_row_however_often(client):
    target = queries.target(f"r{a_published_run().pk}")

    for hours in (0, 1, 2, 30):
        poster.count_scan(target=target, now=NOW + timedelta(hours=hours))

    assert list(PosterScan.objects.order_by("day").values_list("day", "count")) == [
        (date(2026, 11, 21), 3),
        (date(2026, 11, 22), 1),
    ]


@pytest.mark.django_db(transaction=True)
def test_four_at_once_are_four():
    target = queries.target(f"r{a_published_run().pk}")

    together(*[lambda: poster.count_scan(target=target, now=NOW)] * 4)

    assert PosterScan.objects.get().count == 4


def test_one_address_counts_so_often_and_goes_on_being_led(client, monkeypatch):
    monkeypatch.setitem(views.RATES, "scan", "3/3600s/key")
    run, other = a_published_run(), a_published_run()

    answers = [client.get(f"/p/r{run.pk}").status_code for _ in range(5)]
    client.get(f"/p/r{other.pk}")
    client.get(f"/p/r{run.pk}", REMOTE_ADDR="203.0.113.9")

    assert answers == [302] * 5
    assert dict(PosterScan.objects.values_list("run", "count")) == {run.pk: 4, other.pk: 1}


def test_a_commune_behind_one_address_of_a_telephone_company_is_counted(client):
    run = a_published_run()

    for _ in range(40):
        client.get(f"/p/r{run.pk}")

    assert PosterScan.objects.get().count == 40


@pytest.mark.parametrize(
    ("method", "headers"), [("head", {}), ("get", {"Sec-Purpose": "prefetch"})], ids=["robot", "looked at ahead"]
)
def test_what_nobody_reads_is_not_counted(client, method, headers):
    run = a_published_run()

    assert getattr(client, method)(f"/p/r{run.pk}", headers=headers).status_code == 302
    assert not PosterScan.objects.exists()


@pytest.mark.parametrize("code", ["x1", "r", "r0", "r99999999999999999999", "rr1", "r1x", "r１", "c0", "%00"])
def test_what_is_no_code_is_not_there(client, code):
    a_published_run()

    assert client.get(f"/p/{code}").status_code == 404
    assert not PosterScan.objects.exists()


def test_what_is_not_on_offer_is_not_there(client):
    draft, archived = a_published_run(version=a_draft()), a_published_run()
    Course.objects.filter(pk=archived.version.course_id).update(archived_at=NOW)

    assert [client.get(f"/p/r{run.pk}").status_code for run in (draft, archived)] == [404, 404]
    assert not PosterScan.objects.exists()


def test_the_organisers_see_how_often(client, learner_client):
    run = a_published_run(version=a_published_version())
    for _ in range(3):
        client.get(f"/p/r{run.pk}")
    provider = run.version.course.provider

    pages = [
        learner_client(provider.registered_by).get(path).text
        for path in (
            f"/organizations/{provider.public_id}/",
            f"/organizations/{provider.public_id}/courses/{run.version.course_id}/",
        )
    ]

    for page in pages:
        assert f"/runs/{run.pk}/poster.pdf" in page
        assert "3 lượt mở từ áp phích" in page
