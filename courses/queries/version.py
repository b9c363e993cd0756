"""A version of a course as it was published: what one reads by its link, whatever has become of the course since."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Prefetch, QuerySet, When

from courses.models import CourseVersion, Enrollment, Module
from courses.models.enrollment import SEAT_HOLDING
from courses.queries import difference, skill
from courses.queries.catalog import OFFERED
from courses.queries.difference import Change
from credits.queries import entry
from learners.choices import OrganizationStatus
from learners.models import Learner
from learners.permissions import Actor, is_curator, roles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One version in the list of all that were published."""

    number: int
    published_at: datetime
    replaced_at: datetime | None  # None: it is the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A published version, with what its page says around it."""

    version: CourseVersion
    current: CourseVersion  # the newest, which the course's own page shows
    issues: list[Issue]  # of the course, newest first
    changes: list[Change]  # against the version before it; texts of units are named, not told
    compared_with: int  # the number of that version; 0: it is the first
    is_on_offer: bool  # the course has a page everybody may open
    enrollment: Enrollment | None  # of the reader, who took this version

    @property
    def replaced_at(self) -> datetime | None:
        return next(issue.replaced_at for issue in self.issues if issue.number == self.version.number)


def published_once() -> QuerySet[CourseVersion]:
    """Return the versions that are or have been in the catalogue."""
    modules = Module.objects.annotate(units_count=Count("units")).prefetch_related("units").order_by("position")
    return (
        CourseVersion.objects.filter(state__in=OFFERED)
        .select_related("course__provider__place__parent", "field", "completion_rule")
        .prefetch_related(Prefetch("modules", queryset=modules), skill.taught())
    )


def reading(course_id: int, number: int, *, actor: Actor) -> Reading | None:
    """
    Return a version for its reader, or None where it is not theirs to read; at most eleven queries.

    Everybody reads the versions of a course on offer. When the course has gone into the archive or its provider has
    been suspended, those who enrolled in the version go on reading it, and the provider's people and curators.
    """
    version = published_once().filter(course=course_id, number=number).first()
    if version is None:
        return None
    course = version.course
    is_on_offer = course.archived_at is None and course.provider.status == OrganizationStatus.VERIFIED
    enrollment = _enrollment_of(actor, version)
    if not (is_on_offer or enrollment or _has_credit(actor, version) or _works_on_it(actor, version)):
        return None
    before = difference.version_before(version)
    published = list(
        CourseVersion.objects.filter(course=course_id, state__in=OFFERED)
        .only("course_id", "number", "title_vi", "title_en", "published_at")
        .order_by("-number")
    )
    return Reading(
        version=version,
        current=published[0],
        issues=_issues(published),
        changes=difference.changes(version, before, with_texts=False) if before else [],
        compared_with=before.number if before else 0,
        is_on_offer=is_on_offer,
        enrollment=enrollment if enrollment and enrollment.state in SEAT_HOLDING else None,
    )


def _enrollment_of(actor: Actor, version: CourseVersion) -> Enrollment | None:
    """Return the reader's enrolment in the version, however it ended: one that holds a seat if there is one."""
    if not isinstance(actor, Learner):
        return None
    mine = Enrollment.objects.filter(learner=actor, run__version=version)
    return mine.order_by(Case(When(state__in=SEAT_HOLDING, then=0), default=1), "pk").first()


def _has_credit(actor: Actor, version: CourseVersion) -> bool:
    return isinstance(actor, Learner) and entry.has_credit_of(
        actor, course_key=f"course:{version.course_id}", version_number=version.number
    )


def _works_on_it(actor: Actor, version: CourseVersion) -> bool:
    return is_curator(actor) or bool(roles_of(actor, version.course.provider))


def _issues(newest_first: list[CourseVersion]) -> list[Issue]:
    issues, replaced_at = [], None
    for version in newest_first:
        assert version.published_at is not None  # the table asks for it
        issues.append(Issue(number=version.number, published_at=version.published_at, replaced_at=replaced_at))
        replaced_at = version.published_at
    return issues
