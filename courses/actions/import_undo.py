"""
Taking an import back, course by course: what was new is archived, what was changed says again what it said before.

A course that somebody has gone on with since is left as it is, and the job says which and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from courses.actions import catalog_bulk
from courses.choices import ImportOutcome, ImportState, VersionState
from courses.models import (
    CatalogEntry,
    CompletionRule,
    Course,
    CourseRun,
    CourseVersion,
    Enrollment,
    ImportedCourse,
    ImportJob,
    Module,
    TaughtSkill,
)
from courses.rules import IMPORT_FAULTS_KEPT_MAX
from learners.models import Learner, Organization

COURSES_PER_BATCH = 1000


@dataclass(slots=True)
class _Plan:
    """What one batch comes to."""

    archive: list[Course] = field(default_factory=list)
    rewrite: list[CourseVersion] = field(default_factory=list)  # drafts, in the words of before
    delete: list[CourseVersion] = field(default_factory=list)  # drafts the import began beside a published version
    renew: dict[int, CourseVersion] = field(default_factory=dict)  # by the key of the version whose words come back


def take_back(*, job: ImportJob, now: datetime) -> None:
    """
    Undo an import and write down what came of it; some ten queries for a thousand courses.

    Called inside the transaction that holds the job. Locks the provider to the end.
    """
    provider = (
        Organization.objects.select_for_update(of=("self",), no_key=True)
        .select_related("place__parent")
        .get(pk=job.provider_id)
    )
    assert job.asked_by is not None  # the table asks for it
    left: list[tuple[int, str, str]] = []
    undone = after = 0
    while batch := _batch(job, after):
        after = batch[-1].pk
        plan = _Plan()
        newest = _newest([made.course_id for made in batch], provider)
        said = catalog_bulk.digests(list(newest.values()))
        for made in batch:
            version = newest[made.course_id]
            if why := _why_left(made, version, said[version.pk]):
                left.append((0 if version.course.archived_at else made.course_id, version.title_vi, why))
                continue
            _plan(made, version, job.asked_by, now, plan)
            undone += 1
        _write(plan, job.asked_by, now)
    job.state, job.undone_at, job.undone_by = ImportState.UNDONE, now, job.asked_by
    job.undone, job.left = undone, left[: IMPORT_FAULTS_KEPT_MAX.count_max]
    job.save(update_fields=["state", "undone_at", "undone_by", "undone", "left"])


def _batch(job: ImportJob, after: int) -> list[ImportedCourse]:
    courses = job.courses.select_related("course", "before").filter(pk__gt=after).order_by("pk")
    return list(courses[:COURSES_PER_BATCH])


def _newest(course_ids: Sequence[int], provider: Organization) -> dict[int, CourseVersion]:
    runs = CourseRun.objects.filter(version=OuterRef("pk"), cancelled_at__isnull=True)
    enrolled = Enrollment.objects.filter(run__version=OuterRef("pk"))
    versions = (
        CourseVersion.objects.filter(course__in=course_ids)
        .select_related("course", "field__parent__parent")
        .annotate(
            has_runs=Exists(runs),
            has_learners=Exists(enrolled),
            has_modules=Exists(Module.objects.filter(version=OuterRef("pk"))),
        )
        .order_by("course", "-number")
        .distinct("course")
    )
    newest: dict[int, CourseVersion] = {}
    for version in versions:
        version.course.provider = provider
        newest[version.course_id] = version
    return newest


def _why_left(made: ImportedCourse, newest: CourseVersion, said: str) -> str:
    """Return why a course, whose newest version has the digest ``said``, is not touched; or an empty text."""
    if newest.course.archived_at:
        return _("It has been archived since.")
    if newest.has_learners:  # type: ignore[attr-defined]  # annotated
        return _("People are enrolled in it.")
    if newest.has_runs:  # type: ignore[attr-defined]
        return _("A class of it has been planned since.")
    if newest.pk != made.version_id or said != made.said:
        return _("It has been edited since.")
    if (newest.published_at is not None) != made.job.publish or newest.state == VersionState.SUBMITTED:
        return _("It has been submitted or published since.")
    if newest.state == VersionState.DRAFT and newest.has_modules and made.before is None:  # type: ignore[attr-defined]
        return _("It has modules now.")
    if made.outcome == ImportOutcome.CHANGED and made.before is None and newest.published_at is not None:
        return _("It was a draft before and is published now. Archive it if it should not be in the catalogue.")
    return ""


def _plan(made: ImportedCourse, newest: CourseVersion, actor: Learner, now: datetime, plan: _Plan) -> None:
    if made.outcome == ImportOutcome.NEW:
        plan.archive.append(newest.course)
    elif made.before is None:
        for name, value in (made.said_before or {}).items():
            setattr(newest, name, value)
        plan.rewrite.append(newest)
    elif newest.published_at is None:
        plan.delete.append(newest)
    else:
        said = {name: getattr(made.before, name) for name in catalog_bulk.SAID}
        again = CourseVersion(course=newest.course, number=newest.number + 1, created_at=now, created_by=actor, **said)
        plan.renew[made.before.pk] = again


def _write(plan: _Plan, actor: Learner, now: datetime) -> None:
    if plan.archive:
        keys = [course.pk for course in plan.archive]
        CatalogEntry.objects.filter(course__in=keys).delete()
        # Without its code, so that the same file can bring the course in anew.
        Course.objects.filter(pk__in=keys).update(archived_at=now, import_source="", import_key="")
    if plan.rewrite:
        catalog_bulk.edit_drafts(versions=plan.rewrite, author=actor, now=now)
    if plan.delete:
        # Nobody but the import has written on them; the published version beside each stands as it was.
        keys = [version.pk for version in plan.delete]
        CompletionRule.objects.filter(version__in=keys).delete()
        TaughtSkill.objects.filter(version__in=keys).delete()
        CourseVersion.objects.filter(pk__in=keys).delete()
    if plan.renew:
        catalog_bulk.start_versions(versions=plan.renew)
        versions = list(
            CourseVersion.objects.filter(pk__in=[version.pk for version in plan.renew.values()])
            .select_related("course__provider__place__parent", "field__parent__parent")
            .order_by("pk")
        )
        catalog_bulk.publish(versions=versions, curator=actor, now=now)
