"""An import is taken back within thirty days; what somebody has gone on with is left, and it is said why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from courses.actions import catalog, import_file, import_job, import_work, run
from courses.actions.catalog import SkillSaid
from courses.actions.run import Plan
from courses.choices import ImportState, VersionState
from courses.models import CatalogEntry, Course, CourseVersion
from courses.rules import DRAFTS_MAX
from tests.factories.catalog import a_draft, a_published_version, content_of, replaced, some_content
from tests.factories.enrollment import enrolled
from tests.factories.importing import TWO_COURSES, a_job, imported, undone
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db
CHANGED = TWO_COURSES.replace("Tin học đại cương,150", "Tin học cơ sở,100")
SKILL = SkillSaid(code="ep-tim")


def newest(code: str) -> CourseVersion:
    return CourseVersion.objects.filter(course__import_key=code).latest("number")


def test_new_drafts_go_into_the_archive_and_the_file_can_come_in_anew():
    job = imported(a_job())

    job = undone(job, now=NOW + timedelta(days=29))

    assert (job.state, job.undone, job.left) == (ImportState.UNDONE, 2, [])
    assert set(Course.objects.values_list("archived_at", flat=True)) == {NOW + timedelta(days=29)}
    assert imported(a_job(provider=job.provider)).new == 2


def test_new_published_courses_leave_the_catalogue():
    curator = a_curator()
    job = imported(a_job(), actor=curator, publish=True)
    assert CatalogEntry.objects.count() == 2

    undone(job, actor=curator)

    assert not CatalogEntry.objects.exists()
    assert not Course.objects.filter(archived_at__isnull=True).exists()


def test_a_changed_draft_says_again_what_it_said():
    first = imported(a_job())
    second = imported(a_job(content=CHANGED, provider=first.provider))
    assert newest("IT1010").title_vi == "Tin học cơ sở"

    job = undone(second)

    assert (job.undone, job.left) == (1, [])
    draft = newest("IT1010")
    assert (draft.title_vi, draft.notional_minutes, draft.credit_hundredths) == ("Tin học đại cương", 9000, 300)


def test_a_changed_published_course_says_it_again_in_a_new_version():
    curator = a_curator()
    first = imported(a_job(), actor=curator, publish=True)
    second = imported(a_job(content=CHANGED, provider=first.provider), actor=curator, publish=True)

    undone(second, actor=curator)

    versions = CourseVersion.objects.filter(course__import_key="IT1010").order_by("number")
    assert [version.title_vi for version in versions] == ["Tin học đại cương", "Tin học cơ sở", "Tin học đại cương"]
    assert [version.state for version in versions] == ["SUPERSEDED", "SUPERSEDED", "PUBLISHED"]
    assert CatalogEntry.objects.get(course=versions[2].course_id).version == versions[2]
    assert versions[2].completion_rule.attendance_percent_min == 80


def test_a_draft_begun_beside_a_published_course_goes():
    curator = a_curator()
    first = imported(a_job(), actor=curator, publish=True)
    second = imported(a_job(content=CHANGED, provider=first.provider))
    assert newest("IT1010").state == VersionState.DRAFT

    undone(second)

    assert (newest("IT1010").number, newest("IT1010").state) == (1, VersionState.PUBLISHED)
    assert CatalogEntry.objects.count() == 2


def test_a_draft_begun_beside_a_published_course_goes_with_its_skills():
    curator = a_curator()
    first = imported(a_job(), actor=curator, publish=True)
    published = replaced(newest("IT1010"), skills=(SKILL,))
    second = imported(a_job(content=CHANGED, provider=first.provider))
    assert newest("IT1010").taught_skills.count() == 1

    job = undone(second)

    assert (job.undone, job.left, newest("IT1010")) == (1, [], published)
    assert published.taught_skills.count() == 1


def test_two_imports_are_undone_one_after_the_other():
    first = imported(a_job())
    second = imported(a_job(content=CHANGED, provider=first.provider), now=NOW + timedelta(days=1))

    undone(second, now=NOW + timedelta(days=2))
    job = undone(first, now=NOW + timedelta(days=3))

    assert (job.undone, job.left) == (2, [])


def edited(version: CourseVersion) -> None:
    content = some_content(title_vi="Viết lại")
    catalog.edit_draft(version=version, author=version.created_by, content=content, now=NOW)


def with_a_skill(version: CourseVersion) -> None:
    content = replace(content_of(version), skills=(SKILL,))
    catalog.edit_draft(version=version, author=version.created_by, content=content, now=NOW)


def with_another_rule(version: CourseVersion) -> None:
    content = replace(content_of(version), attendance_percent_min=50)
    catalog.edit_draft(version=version, author=version.created_by, content=content, now=NOW)


def submitted(version: CourseVersion) -> None:
    catalog.submit(version=version, author=version.created_by, now=NOW, tell=False)


def planned(version: CourseVersion) -> None:
    run.plan_run(version=version, author=version.created_by, plan=Plan(starts_on=NOW.date()), now=NOW)


def archived(version: CourseVersion) -> None:
    Course.objects.filter(pk=version.course_id).update(archived_at=NOW)


def with_modules(version: CourseVersion) -> None:
    catalog.add_module(version=version, title_vi="Phần một", minutes=60, mode="CLASS")


@pytest.mark.parametrize(
    ("happened", "why"),
    [
        (edited, "Sau đó đã có người sửa."),
        (with_a_skill, "Sau đó đã có người sửa."),
        (with_another_rule, "Sau đó đã có người sửa."),
        (submitted, "Sau đó chương trình đã được gửi duyệt hoặc đã đăng."),
        (planned, "Sau đó đã có lớp được xếp lịch."),
        (archived, "Sau đó chương trình đã được cất."),
        (with_modules, "Chương trình nay đã có các phần."),
    ],
)
def test_what_somebody_has_gone_on_with_is_left(happened, why):
    job = imported(a_job())
    version = newest("IT1010")
    happened(version)
    before = CourseVersion.objects.filter(pk=version.pk).values().get()

    job = undone(job)

    assert job.undone == 1
    left = 0 if happened is archived else version.course_id
    assert [(course, reason) for course, _title, reason in job.left] == [(left, why)]
    assert CourseVersion.objects.filter(pk=version.pk).values().get() == before
    assert Course.objects.get(pk=version.course_id).import_key == "IT1010"


def test_where_people_are_enrolled_everything_is_left():
    curator = a_curator()
    job = imported(a_job(), actor=curator, publish=True)
    version = newest("IT1010")
    enrolled(
        a_learner(),
        run.plan_run(version=version, author=version.created_by, plan=Plan(starts_on=NOW.date()), now=NOW),
        now=NOW,
    )

    job = undone(job, actor=curator)

    assert job.undone == 1
    assert job.left == [[version.course_id, "Tin học đại cương", "Đã có người ghi danh."]]
    assert CatalogEntry.objects.filter(course=version.course_id).exists()


def test_a_draft_that_the_import_published_is_left_with_the_reason():
    first, curator = imported(a_job()), a_curator()
    second = imported(a_job(provider=first.provider), actor=curator, publish=True)
    assert second.changed == 2

    second = undone(second, actor=curator)

    assert (second.undone, len(second.left)) == (0, 2)
    assert CatalogEntry.objects.count() == 2


def test_after_thirty_days_it_stays():
    job = imported(a_job())

    with pytest.raises(import_job.NotNow):
        import_job.undo(job=job, actor=job.created_by, now=NOW + timedelta(days=30))


def test_a_manager_does_not_take_back_what_a_curator_published():
    job = imported(a_job(), actor=a_curator(), publish=True)

    with pytest.raises(import_file.NotYours):
        import_job.undo(job=job, actor=job.created_by, now=NOW)


def test_undone_twice_is_undone_once():
    job = undone(imported(a_job()))
    courses = list(Course.objects.order_by("pk").values())

    import_job.undo(job=job, actor=job.created_by, now=NOW)
    import_work.carry_out_waiting(now=NOW)

    assert list(Course.objects.order_by("pk").values()) == courses


def test_what_was_undone_does_not_use_up_the_drafts_a_provider_may_have():
    lines = "".join(f"A{number},Hàn {number},3\n" for number in range(DRAFTS_MAX.count_max))
    job = undone(imported(a_job(content=f"code,title_vi,hours\n{lines}")))

    assert job.undone == DRAFTS_MAX.count_max
    assert a_draft(provider=job.provider)


def test_other_courses_of_the_provider_are_not_touched():
    version = a_published_version()
    job = imported(a_job(provider=version.course.provider))

    undone(job)

    assert Course.objects.get(pk=version.course_id).archived_at is None
    assert CatalogEntry.objects.count() == 1
