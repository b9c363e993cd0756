from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from courses.actions import catalog, run
from courses.models import CatalogEntry, CompletionRule, CourseVersion, Module, Review, Unit
from courses.queries import catalog as queries
from learners.choices import Role
from learners.emails import render
from learners.models import Message
from tests.factories.catalog import (
    a_draft,
    a_next_version,
    a_published_run,
    a_published_version,
    a_submitted_version,
    some_content,
)
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def test_publishing_puts_the_course_into_the_catalogue_at_once():
    version, curator = a_submitted_version(), a_curator()

    published = catalog.publish(version=version, curator=curator, now=NOW)

    assert (published.state, published.published_at, published.published_by) == ("PUBLISHED", NOW, curator)
    assert queries.get_published(version.course_id) == published
    assert CatalogEntry.objects.get().version == published
    review = Review.objects.get()
    assert (review.decision, review.reviewer, review.decided_at) == ("PUBLISHED", curator, NOW)


def test_who_submitted_is_told():
    version = catalog.submit(version=a_draft(title_vi="Vẽ màu nước"), author=a_learner(), now=NOW)

    catalog.publish(version=version, curator=a_curator(), now=NOW)

    submitted, published = Message.objects.order_by("pk")
    provider = version.course.provider.public_id
    assert (submitted.kind, submitted.recipient) == ("PROPOSAL_SUBMITTED", version.submitted_by)
    assert submitted.data == {
        "course": "Vẽ màu nước",
        "org": version.course.provider.name_vi,
        "deadline": "thứ Ba 24/11/2026",
        "link": f"http://localhost/organizations/{provider}/courses/{version.course_id}/",
    }
    assert (published.kind, published.recipient) == ("PROPOSAL_PUBLISHED", version.submitted_by)
    assert published.data == {
        "course": "Vẽ màu nước",
        "date": "thứ Bảy 21/11/2026",
        "version": "1",
        "classes": "",
        "link": f"http://localhost/organizations/{provider}/courses/{version.course_id}/runs/new/",
    }


@pytest.mark.parametrize(("classes", "said"), [(0, False), (2, True)], ids=["no class open", "two classes open"])
def test_who_submitted_a_new_version_reads_that_open_classes_keep_to_the_old(classes, said):
    old = a_published_version(cost_vnd=300_000)
    for _ in range(classes):
        a_published_run(version=old)
    draft = a_next_version(old, cost_vnd=0)
    catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)

    catalog.publish(version=draft, curator=a_curator(), now=NOW)

    letter = Message.objects.get()
    words = render(letter).text
    assert letter.data["classes"] == (str(classes) if classes else "")
    assert ("Lớp đã mở từ trước (2) vẫn theo phiên bản cũ" in words) is said


def test_publishing_twice_is_publishing_once():
    version, curator = a_submitted_version(), a_curator()

    first = catalog.publish(version=version, curator=curator, now=NOW)
    second = catalog.publish(version=version, curator=a_curator(), now=LATER)

    assert second == first
    assert second.published_at == NOW
    assert Review.objects.count() == 1
    assert Message.objects.count() == 1


def test_a_new_version_takes_the_place_of_the_one_before():
    old = a_published_version(units=2, title_vi="Tin học")
    run_of_old = a_published_run(version=old, sessions=0)
    draft = a_next_version(old, title_vi="Tin học cơ bản", all_units=True, attendance_percent_min=None, now=LATER)
    catalog.submit(version=draft, author=old.created_by, now=LATER, tell=False)

    new = catalog.publish(version=draft, curator=a_curator(), now=LATER)

    old.refresh_from_db()
    assert (old.state, new.state, new.number) == ("SUPERSEDED", "PUBLISHED", 2)
    assert queries.get_published(old.course_id) == new
    assert [unit.title_vi for unit in Unit.objects.filter(module__version=new)] == ["Bài 1", "Bài 2"]
    assert list(queries.visible_runs(None)) == [run_of_old]


def test_a_run_is_seen_when_its_version_is_published():
    version = a_draft()
    planned = a_published_run(version=version)
    seen_before = list(queries.visible_runs(None))
    catalog.submit(version=version, author=version.created_by, now=NOW, tell=False)

    catalog.publish(version=version, curator=a_curator(), now=NOW)

    assert seen_before == []
    assert list(queries.visible_runs(None)) == [planned]


def of_a_member():
    version = a_submitted_version()
    curator = a_curator()
    a_membership(organization=version.course.provider, learner=curator, role=Role.VOLUNTEER)
    return version, curator


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda: (a_draft(), a_curator()), catalog.NotInReview),
        (lambda: (a_submitted_version(), a_learner()), catalog.NotYoursToReview),
        (of_a_member, catalog.NotYoursToReview),
        (
            lambda: (a_submitted_version(provider=an_organization(verified=False)), a_curator()),
            catalog.ProviderNotVerified,
        ),
        (
            lambda: (
                a_submitted_version(provider=an_organization(verified_until=NOW.date() - timedelta(days=1))),
                a_curator(),
            ),
            catalog.ProviderNotVerified,
        ),
    ],
    ids=["draft", "no curator", "curator of the provider", "not verified", "lapsed"],
)
def test_publish_refuses(given, refusal):
    version, curator = given()
    state = version.state

    with pytest.raises(refusal):
        catalog.publish(version=version, curator=curator, now=NOW)

    version.refresh_from_db()
    assert version.state == state
    assert not Review.objects.exists()
    assert not CatalogEntry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda version: CourseVersion.objects.filter(pk=version.pk).update(title_vi="Tên khác"),
        lambda version: CourseVersion.objects.filter(pk=version.pk).update(notional_minutes=600, credit_hundredths=20),
        lambda version: CourseVersion.objects.filter(pk=version.pk).update(state="DRAFT"),
        lambda version: Module.objects.filter(version=version).update(minutes=1),
        lambda version: Module.objects.create(version=version, position=9, title_vi="Thêm", minutes=1, mode="CLASS"),
        lambda version: Unit.objects.filter(module__version=version).update(html="<p>khác</p>"),
        lambda version: Unit.objects.filter(module__version=version).delete(),
        lambda version: Unit.objects.create(
            module=version.modules.get(), position=9, title_vi="Thêm", minutes=1, markdown="", renderer_version=1
        ),
        lambda version: Unit.objects.filter(module__version__state="DRAFT").update(module=version.modules.get()),
        lambda version: CompletionRule.objects.filter(version=version).update(attendance_percent_min=1),
        lambda version: CompletionRule.objects.filter(version=version).delete(),
    ],
    ids=[
        *("title", "hours", "state", "module", "new module", "unit", "unit gone", "new unit", "unit moved in"),
        *("rule", "rule gone"),
    ],
)
def test_the_database_refuses_to_change_what_is_published(change):
    version = a_published_version(units=2)
    a_draft(units=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        change(version)

    version.refresh_from_db()
    assert (version.state, version.modules.count()) == ("PUBLISHED", 1)
    assert Unit.objects.filter(module__version=version, html__contains="Một đoạn").count() == 2


def test_the_database_lets_a_draft_be_changed():
    draft = a_draft(units=2)

    Unit.objects.filter(module__version=draft).delete()
    catalog.edit_draft(version=draft, author=draft.created_by, content=some_content(title_vi="Tên khác"), now=NOW)

    assert CourseVersion.objects.get(pk=draft.pk).title_vi == "Tên khác"


@pytest.mark.parametrize("statement", ["UPDATE courses_review SET reasons = ''", "DELETE FROM courses_review"])
def test_a_decision_stays_as_it_was_taken(statement):
    a_published_version()

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda: a_submitted_version(), run.VersionNotOpen),
        (lambda: a_published_version(provider=an_organization()), run.ProviderNotVerified),
    ],
    ids=["in review", "provider lapsed"],
)
def test_a_run_is_refused(given, refusal):
    version = given()
    provider = version.course.provider
    provider.verified_until = NOW.date() - timedelta(days=1)
    provider.save()

    with pytest.raises(refusal):
        a_published_run(version=version)

    assert not version.runs.exists()


def test_whoever_teaches_belongs_to_the_provider():
    version = a_published_version()
    plan = run.Plan(starts_on=NOW.date(), instructors=(a_learner(),))

    with pytest.raises(run.InstructorNotMember):
        run.plan_run(version=version, author=version.created_by, plan=plan, now=NOW)
