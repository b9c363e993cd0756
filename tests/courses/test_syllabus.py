"""The syllabus that was taken: bytes that never change, their digest in the credit, their address in the export."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from courses.actions import outline
from courses.models import Course, CourseVersion, Unit
from courses.queries import syllabus
from credits.exports import statement_json
from credits.models import JournalEntry
from tests.courses.test_outline import SOIL, by
from tests.factories.catalog import a_next_version, a_published_run, a_published_version, replaced
from tests.factories.enrollment import enrolled, has_read
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


@pytest.fixture
def taken():
    """A learner who has completed version 1 of a course that now has a second."""
    version = a_published_version(title_vi="Tin học", units=2)
    learner = a_learner()
    has_read(enrolled(learner, a_published_run(version=version, sessions=0)), up_to=2)
    replaced(version, title_vi="Tin học cơ bản", now=LATER)
    return learner, version


def test_a_stranger_checks_with_any_tool_what_was_taught(taken, client):
    learner, _version = taken
    (entry,) = json.loads(statement_json.export(learner, LATER))["entries"]

    answer = client.get(entry["syllabus"].removeprefix("http://localhost"))

    assert answer.headers["Content-Type"] == "application/json"
    assert sha256(answer.content).hexdigest() == entry["form"]["snapshot"]["syllabus_digest"]
    said = json.loads(answer.content)
    assert (said["version"], said["title"]["vi"], said["credit_hundredths"]) == (1, "Tin học", 12)
    assert [unit["title"]["vi"] for unit in said["modules"][0]["units"]] == ["Bài 1", "Bài 2"]


def test_credit_that_came_otherwise_has_no_syllabus():
    learner = a_learner()
    an_award(learner=learner)

    (entry,) = json.loads(statement_json.export(learner, NOW))["entries"]

    assert entry["syllabus"] is None
    assert "syllabus_digest" not in JournalEntry.objects.get().snapshot


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: CourseVersion.objects.filter(pk=draft.pk).update(outcomes_vi=["Khác"]),
        lambda draft: draft.completion_rule.__class__.objects.filter(version=draft).update(attendance_percent_min=50),
        lambda draft: draft.modules.update(minutes=10),
        lambda draft: outline.edit_unit(
            unit=Unit.objects.get(module__version=draft, position=1), said=replace(SOIL, markdown="Khác"), **by(draft)
        ),
    ],
    ids=["outcomes", "rule", "hours of a module", "text of a unit"],
)
def test_whatever_is_taught_otherwise_has_another_digest(change):
    draft = a_next_version(a_published_version(units=1))
    before = syllabus.digests([draft.pk])

    change(draft)

    assert syllabus.digests([draft.pk]) != before


def test_what_is_no_longer_on_offer_is_for_who_took_it(taken, client, learner_client):
    learner, version = taken
    Course.objects.filter(pk=version.course_id).update(archived_at=LATER)
    address = reverse("syllabus", args=[version.course_id, 1])

    assert client.get(address).status_code == 404
    assert learner_client(learner).get(address).content == syllabus.written(
        CourseVersion.objects.prefetch_related("modules__units", "taught_skills").get(pk=version.pk)
    )


def test_a_draft_has_none(client):
    draft = a_next_version(a_published_version())

    assert client.get(reverse("syllabus", args=[draft.course_id, 2])).status_code == 404


def test_digests_cost_the_same_however_many(django_assert_num_queries):
    keys = [a_published_version(units=units).pk for units in (1, 3)]

    with django_assert_num_queries(4):
        assert len(syllabus.digests(keys)) == 2
