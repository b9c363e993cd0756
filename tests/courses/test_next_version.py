"""The next version of a published course: begun as a copy, written, submitted, published, or thrown away."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import catalog, run
from courses.actions import version as versions
from courses.models import CompletionRule, CourseVersion, Module, Unit
from courses.queries import catalog as queries
from courses.queries import difference
from courses.rules import DRAFTS_MAX
from learners.choices import Role
from learners.models import Organization
from tests.courses.proposal_form import address, signed_in, write
from tests.factories.catalog import (
    a_draft,
    a_next_version,
    a_published_run,
    a_published_version,
    a_submitted_version,
    content_of,
    replaced,
)
from tests.factories.enrollment import enrolled, has_read
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def an_instructor(provider):
    learner = a_learner(full_name="Trần Thị Ngọc Lan")
    a_membership(organization=provider, learner=learner, role=Role.INSTRUCTOR)
    return learner


def test_it_begins_as_a_copy_of_what_is_published():
    old = a_published_version(units=2, licence="CC BY 4.0", tags=("rau",), attendance_percent_min=60)

    draft = versions.start(course=old.course, author=old.created_by, now=LATER)

    assert (draft.number, draft.state, draft.created_at) == (2, "DRAFT", LATER)
    assert content_of(draft) == content_of(old)
    assert CompletionRule.objects.get(version=draft).all_units
    assert [unit.markdown for unit in Unit.objects.filter(module__version=draft)] == ["Một đoạn."] * 2
    assert Unit.objects.filter(module__version=old).count() == 2
    assert difference.from_published(draft) == []


def test_begun_again_it_is_the_same_draft():
    old = a_published_version()

    first = versions.start(course=old.course, author=old.created_by, now=NOW)
    second = versions.start(course=old.course, author=a_learner(), now=LATER)

    assert second == first
    assert CourseVersion.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_write_on_the_same():
    old = a_published_version(units=2)
    people = [old.created_by, an_instructor(old.course.provider)]

    answers = together(
        *(lambda who=who: versions.start(course=old.course, author=who, now=NOW) for who in people for _ in range(2))
    )

    assert kinds(answers) == ["CourseVersion"] * 4
    assert len({draft.pk for draft in answers}) == 1
    assert CourseVersion.objects.get(number=2).modules.count() == 1


def archived(version):
    type(version.course).objects.filter(pk=version.course_id).update(archived_at=NOW)
    return version


def full(version):
    for _ in range(2):
        a_draft(provider=version.course.provider)
    return version


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda: archived(a_published_version()), catalog.NotEditable),
        (lambda: full(a_published_version()), catalog.TooManyDrafts),
    ],
    ids=["archived", "too many drafts"],
)
def test_it_is_not_begun(monkeypatch, given, refusal):
    monkeypatch.setattr(catalog, "DRAFTS_MAX", type(DRAFTS_MAX)(name="drafts", count_max=2, source="test"))
    old = given()

    with pytest.raises(refusal):
        versions.start(course=old.course, author=old.created_by, now=NOW)

    assert not CourseVersion.objects.filter(number=2).exists()


@pytest.mark.parametrize("import_key", ["", "IT1010"], ids=["written here", "imported"])
def test_begun_and_thrown_away_in_turn_has_an_end(monkeypatch, import_key):
    monkeypatch.setattr(
        catalog, "DRAFTS_A_DAY_MAX", type(DRAFTS_MAX)(name="drafts in a day", count_max=2, source="test")
    )
    old = a_published_version(provider=an_organization())
    type(old.course).objects.filter(pk=old.course_id).update(import_key=import_key)
    begin = {"course": old.course, "author": old.created_by}
    for _ in range(2 if import_key else 1):
        versions.discard(version=versions.start(now=NOW, **begin), author=old.created_by, now=NOW)

    with pytest.raises(catalog.TooManyDrafts):
        versions.start(now=NOW + timedelta(hours=23), **begin)

    assert versions.start(now=NOW + timedelta(days=1), **begin).number == 2


def test_an_instructor_writes_it_and_a_manager_submits(provider, manager):
    old, teacher = a_published_version(provider=provider, title_vi="Tin học"), an_instructor(provider)
    writing, managing = signed_in(teacher), signed_in(manager)
    edit = address(provider, f"{old.course_id}/edit/")

    begun = writing.post(address(provider, f"{old.course_id}/versions/new/"))
    write(writing, edit, title_vi="Tin học cho người lớn tuổi", submit="1")
    draft = CourseVersion.objects.get(number=2)
    managing.post(address(provider, f"{old.course_id}/"), {"submit": "1"})

    assert begun["Location"] == edit
    assert (draft.state, draft.edited_by) == ("DRAFT", teacher)
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_by, draft.title_vi) == ("SUBMITTED", manager, "Tin học cho người lớn tuổi")
    old.refresh_from_db()
    assert (old.state, queries.get_published(old.course_id)) == ("PUBLISHED", old)


def test_classes_of_the_old_version_go_on_and_new_ones_get_the_new():
    old = a_published_version(units=2, title_vi="Tin học")
    taken = enrolled(run=a_published_run(version=old, sessions=0))

    new = replaced(old, title_vi="Tin học cơ bản", now=LATER)
    done = has_read(taken, up_to=2, now=LATER)

    old.refresh_from_db()
    assert (old.state, new.state) == ("SUPERSEDED", "PUBLISHED")
    assert (done.state, done.award_entry.snapshot["version_number"]) == ("COMPLETED", 1)
    assert done.award_entry.snapshot["title_vi"] == "Tin học"
    assert a_published_run(version=queries.get_published(old.course_id), sessions=0).version == new
    with pytest.raises(run.UnableToPlan):
        a_published_run(version=old, sessions=0)


def test_what_says_the_same_is_not_submitted():
    old = a_published_version()
    draft = versions.start(course=old.course, author=old.created_by, now=NOW)

    with pytest.raises(catalog.NothingChanged):
        catalog.submit(version=draft, author=old.created_by, now=NOW)

    draft.refresh_from_db()
    assert draft.state == "DRAFT"


def test_the_changes_are_told_field_by_field():
    old = a_published_version(units=2, title_vi="Tin học", outcomes_vi=("Gọi đúng số", "Băng bó"))
    draft = a_next_version(old, title_vi="Tin học cơ bản", outcomes_vi=("Gọi đúng số",), notional_minutes=480)
    Unit.objects.filter(module__version=draft, position=2).update(markdown="Một đoạn.\n\nVà một đoạn nữa.")

    found = difference.from_published(draft)

    assert {change.label: (change.before, change.after) for change in found} == {
        "tên": ("Tin học", "Tin học cơ bản"),
        "học xong làm được gì": ("Băng bó", ""),
        "Số giờ học": ("6 giờ", "8 giờ"),
        "Tín chỉ": ("0,12", "0,16"),
        "Nội dung bài 2: Bài 2": ("", "Và một đoạn nữa."),
    }


@pytest.mark.parametrize(
    ("model", "change", "after"),
    [
        (Unit, {"title_en": "Unit the first"}, "  1. Bài 1 / Unit the first (30 phút)"),
        (Unit, {"summary_vi": "Gọi ai trước."}, "     Gọi ai trước."),
        (Unit, {"summary_en": "Whom to call first."}, "     Whom to call first."),
        (Module, {"title_en": "The first part"}, "1. Phần một / The first part (Trực tuyến, 6 giờ)"),
        (Module, {"mode": "PRACTICE"}, "1. Phần một / Part one (Tự làm, có người xác nhận, 6 giờ)"),
    ],
    ids=["title in English", "summary", "summary in English", "module's title in English", "mode"],
)
def test_whatever_modules_and_units_say_otherwise_is_a_change_to_submit(model, change, after):
    draft = a_next_version(a_published_version(units=2))
    of_draft = {"version": draft} if model is Module else {"module__version": draft}
    model.objects.filter(position=1, **of_draft).update(**change)

    found = difference.from_published(draft)
    submitted = catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)

    assert [(change.label, change.after) for change in found] == [("Phần và bài", after)]
    assert submitted.state == "SUBMITTED"


def test_the_order_of_ticks_is_no_change():
    old = a_published_version(accessibility=("slow_pace", "wheelchair"), outcomes_vi=("Một", "Hai"))
    draft = a_next_version(old, accessibility=("wheelchair", "slow_pace"))
    turned = a_next_version(a_published_version(outcomes_vi=("Một", "Hai")), outcomes_vi=("Hai", "Một"))

    assert difference.from_published(draft) == []
    assert [(change.before, change.after) for change in difference.from_published(turned)] == [("", "")]


def test_a_draft_is_thrown_away(provider, manager, learner_client):
    old = a_published_version(provider=provider)
    draft = a_next_version(old, title_vi="Viết thử")
    page = address(provider, f"{old.course_id}/discard/")
    desk = learner_client(manager)

    asked = desk.get(page)
    desk.post(page, {"version": draft.pk})
    again = desk.post(page, {"version": draft.pk})

    assert "Viết thử" in asked.text
    assert again["Location"] == address(provider, f"{old.course_id}/")
    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.discarded_by) == ("DISCARDED", 0, manager)
    old.refresh_from_db()
    assert (old.state, old.course.archived_at) == ("PUBLISHED", None)
    assert versions.start(course=old.course, author=manager, now=NOW).number == 2


def test_the_page_throws_away_only_what_it_was_about(provider, manager, learner_client):
    old = a_published_version(provider=provider)
    seen = a_next_version(old)
    versions.discard(version=seen, author=manager, now=NOW)
    newer = a_next_version(old)

    answer = learner_client(manager).post(address(provider, f"{old.course_id}/discard/"), {"version": seen.pk})

    assert answer.status_code == 200
    newer.refresh_from_db()
    assert newer.state == "DRAFT"


def test_a_course_never_published_goes_with_its_draft_however_often_the_button_is_pressed(
    provider, manager, learner_client
):
    draft, desk = a_draft(provider=provider), learner_client(manager)

    answers = [desk.post(address(provider, f"{draft.course_id}/discard/"), {"version": draft.pk}) for _ in range(2)]

    assert [answer.get("Location") for answer in answers] == [f"/organizations/{provider.public_id}/"] * 2
    draft.refresh_from_db()
    assert (draft.state, draft.course.archived_at) == ("DISCARDED", NOW)


@pytest.mark.parametrize("given", [a_submitted_version, a_published_version], ids=["in review", "published"])
def test_what_is_in_review_or_published_stays(given):
    version = given()

    with pytest.raises(catalog.NotEditable):
        versions.discard(version=version, author=version.created_by, now=NOW)

    version.refresh_from_db()
    assert version.number == 1


def test_a_draft_returned_by_a_curator_keeps_its_reviews():
    draft = a_next_version(a_published_version(), title_vi="Viết thử")
    catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)
    catalog.return_with_reasons(version=draft, curator=a_curator(), reasons="Sửa tên.", now=NOW)

    versions.discard(version=draft, author=draft.created_by, now=NOW)

    assert draft.reviews.get().reasons == "Sửa tên."


@pytest.mark.parametrize("change", [{"title_vi": "Khác"}, {"state": "DRAFT", "number": 2}], ids=["words", "back"])
def test_the_database_leaves_what_is_thrown_away_alone(change):
    draft = a_next_version(a_published_version())
    versions.discard(version=draft, author=draft.created_by, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.filter(pk=draft.pk).update(**change)

    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.filter(pk=draft.pk).delete()


def test_who_writes_while_it_is_thrown_away_keeps_the_words(provider, manager, learner_client):
    draft = a_next_version(a_published_version(provider=provider))
    desk, edit = learner_client(manager), address(provider, f"{draft.course_id}/edit/")
    desk.get(edit)
    versions.discard(version=draft, author=manager, now=NOW)

    answer = desk.post(edit, {"title_vi": "Viết dở dang"})
    page = write(desk, edit, title_vi="Viết dở dang") if answer.status_code == 302 else answer

    assert page.status_code == 200
    assert "Viết dở dang" in page.text
    assert CourseVersion.objects.filter(title_vi="Viết dở dang").count() == 0


def test_a_decision_is_about_what_the_curator_has_read(learner_client):
    version = a_submitted_version()
    desk = learner_client(a_curator())
    read = version.revision
    catalog.return_with_reasons(version=version, curator=a_curator(), reasons="Sửa tên.", now=NOW)
    content = content_of(version)
    catalog.edit_draft(version=version, author=version.created_by, content=content, now=NOW)
    catalog.submit(version=version, author=version.created_by, now=NOW, tell=False)

    desk.post(f"/admin/courses/courseversion/{version.pk}/decide/", {"publish": "1", "revision": read})

    version.refresh_from_db()
    assert version.state == "SUBMITTED"


@pytest.mark.parametrize(
    ("who", "begin", "throw_away"),
    [
        (lambda provider: a_learner(), 404, 404),
        (lambda provider: an_organization().registered_by, 404, 404),
        (lambda provider: a_curator(), 403, 403),
        (an_instructor, 302, 403),
        (lambda provider: Organization.objects.get(pk=provider.pk).registered_by, 302, 302),
    ],
    ids=["learner", "another manager", "curator", "instructor", "manager"],
)
def test_each_does_their_own(provider, learner_client, who, begin, throw_away):
    old, draft = a_published_version(provider=provider), a_draft(provider=provider)
    client = learner_client(who(provider))

    begun = client.post(address(provider, f"{old.course_id}/versions/new/"))
    thrown = client.post(address(provider, f"{draft.course_id}/discard/"), {"version": draft.pk})

    assert (begun.status_code, thrown.status_code) == (begin, throw_away)
