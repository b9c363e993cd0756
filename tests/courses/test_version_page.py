"""The page of one version: by its link, also when the course or its organisation is gone from the catalogue."""

from datetime import timedelta

import pytest
from django.test import Client

from courses.models import Course, Enrollment
from learners.choices import OrganizationStatus
from learners.models import Organization
from tests.factories.catalog import a_draft, a_published_run, a_published_version, a_submitted_version, replaced
from tests.factories.enrollment import enrolled, has_read
from tests.factories.ledger import a_merge
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


@pytest.fixture(autouse=True)
def after_it_all(time_machine):
    time_machine.move_to(LATER + timedelta(days=1), tick=False)


def page_of(version, number=None):
    return f"/courses/{version.course_id}/versions/{number or version.number}/"


def suspended(version):
    curator = a_curator()
    Organization.objects.filter(pk=version.course.provider_id).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=LATER, suspended_by=curator
    )


def archived(version):
    Course.objects.filter(pk=version.course_id).update(archived_at=LATER)


def test_a_replaced_version_says_what_it_was_and_until_when(client):
    old = a_published_version(title_vi="Tin học", units=2)
    new = replaced(old, title_vi="Tin học cơ bản", now=LATER)

    page = client.get(page_of(old))

    assert page.status_code == 200
    for words in ("Tin học", "phiên bản 1", "21/11/2026", "31/12/2026", "Bài 2", new.get_absolute_url()):
        assert words in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert f'<link rel="canonical" href="http://localhost{new.get_absolute_url()}">' in page.text


def test_the_current_version_says_what_changed_and_lists_all(client):
    old = a_published_version(title_vi="Tin học")
    new = replaced(old, title_vi="Tin học cơ bản", now=LATER)

    reading = client.get(page_of(new)).context["reading"]

    assert [(change.before, change.after) for change in reading.changes] == [("Tin học", "Tin học cơ bản")]
    assert [(issue.number, issue.replaced_at) for issue in reading.issues] == [(2, None), (1, LATER)]


def test_texts_of_units_are_not_told_to_those_who_do_not_take_the_course(client):
    old = a_published_version(units=1)
    new = replaced(old, title_vi="Tin học cơ bản", now=LATER)

    assert "Một đoạn." not in client.get(page_of(new)).text


def test_the_course_leads_to_its_earlier_versions(client):
    old = a_published_version()
    first = client.get(old.get_absolute_url()).text
    new = replaced(old, title_vi="Tin học cơ bản", now=LATER)

    assert page_of(old) not in first
    assert page_of(new) in client.get(new.get_absolute_url()).text


@pytest.mark.parametrize("gone", [suspended, archived], ids=["suspended", "archived"])
def test_who_took_it_reads_it_when_it_is_gone(learner_client, gone):
    old = a_published_version(units=1)
    taken = enrolled(run=a_published_run(version=old, sessions=0))
    replaced(old, title_vi="Tin học cơ bản", now=LATER)
    gone(old)

    page = learner_client(taken.learner).get(page_of(old))

    assert page.status_code == 200
    assert "canonical" not in page.text
    assert learner_client(taken.learner).get(page_of(old, 2)).status_code == 404
    assert Client().get(page_of(old)).status_code == 404
    assert learner_client(a_learner()).get(page_of(old)).status_code == 404
    assert learner_client(a_curator()).get(page_of(old)).status_code == 200
    assert learner_client(old.course.provider.registered_by).get(page_of(old)).status_code == 200


@pytest.mark.parametrize("state", ["WITHDRAWN", "CANCELLED"])
def test_who_once_had_a_place_reads_it_when_it_is_gone(learner_client, state):
    version = a_published_version(units=1)
    place = enrolled(run=a_published_run(version=version, sessions=0))
    Enrollment.objects.filter(pk=place.pk).update(state=state, withdrawn_at=LATER if state == "WITHDRAWN" else None)
    archived(version)
    reader = learner_client(place.learner)

    page = reader.get(page_of(version))

    assert page_of(version) in reader.get(f"/enrollments/{place.public_id}/").text
    assert page.status_code == 200
    assert f"/enrollments/{place.public_id}/" not in page.text


def test_a_line_of_the_record_opens_the_version_that_was_taken(learner_client):
    old = a_published_version(units=1)
    taken = has_read(enrolled(run=a_published_run(version=old, sessions=0)), up_to=1)
    replaced(old, title_vi="Tin học cơ bản", now=LATER)
    suspended(old)
    reader = learner_client(taken.learner)

    entry = reader.get(f"/me/record/{taken.award_entry.public_id}/").text
    place = reader.get(f"/enrollments/{taken.public_id}/").text

    assert page_of(old) in entry
    assert page_of(old) in place
    assert reader.get(page_of(old)).status_code == 200


def test_credit_that_came_by_a_merge_opens_it_too(learner_client):
    version = a_published_version(units=1)
    taken = has_read(enrolled(run=a_published_run(version=version, sessions=0)), up_to=1)
    heir = a_learner()
    a_merge(heir, taken.learner, now=LATER)
    suspended(version)

    assert learner_client(heir).get(page_of(version)).status_code == 200


@pytest.mark.parametrize(
    ("given", "number"),
    [(a_draft, 1), (a_submitted_version, 1), (a_published_version, 2), (a_published_version, 10**30)],
    ids=["draft", "in review", "no such number", "a large number"],
)
def test_what_was_never_published_is_not_there(client, learner_client, given, number):
    version = given()

    assert client.get(page_of(version, number)).status_code == 404
    assert learner_client(version.created_by).get(page_of(version, number)).status_code == 404


@pytest.mark.parametrize("units", [1, 6])
def test_the_page_costs_the_same(client, units, django_assert_num_queries):
    old = a_published_version(units=units)
    new = old
    for number in range(units):
        new = replaced(new, title_vi=f"Tin học {number}", now=LATER)

    with django_assert_num_queries(10):
        client.get(page_of(new))
