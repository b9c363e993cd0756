"""What each row of a catalogue comes to: a new course, a change, nothing, or a refusal with the fix suggested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from courses.actions import catalog_bulk
from courses.choices import Format, ImportOutcome, VersionState
from courses.importers.rows import CatalogRow, Fault, RefusedRow, excerpt
from courses.models import Course, CourseRun, CourseVersion, Field, ImportedCourse, Module
from credits.choices import KindOfCredit
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.models import Learner, Organization


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a new course takes where its file says nothing."""

    field_id: str
    kind_of_credit: KindOfCredit
    format: Format
    languages: tuple[str, ...] = ("vi",)
    notional_minutes: int = 0  # of a course taught here; 0: each row has to say them


@dataclass(slots=True)
class Report:
    """What became of the rows of a file."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """A course imported before, and its newest version."""

    course: Course
    version: CourseVersion
    has_modules: bool
    has_runs: bool


@dataclass(slots=True)
class Plan:
    """What one batch of rows comes to."""

    start: list[CourseVersion] = field(default_factory=list)
    edit: list[CourseVersion] = field(default_factory=list)
    renew: dict[int, CourseVersion] = field(default_factory=dict)  # by the key of the version before
    publish: list[CourseVersion] = field(default_factory=list)
    made: list[ImportedCourse] = field(default_factory=list)


def taken(
    row: CatalogRow | RefusedRow, report: Report, first_places: dict[str, CatalogRow], known_fields: Mapping[str, Field]
) -> CatalogRow | None:
    """Return the row if it can be a course of its own, and count it in."""
    report.rows += 1
    if isinstance(row, RefusedRow):
        report.refused += 1
        report.faults += row.faults
        return None
    first = first_places.setdefault(row.code, row)
    if first is not row:
        _refuse(
            report,
            row,
            "code",
            _("“%(code)s” stands on line %(line)s already.") % {"code": excerpt(row.code), "line": first.line},
            _("Keep one of the two rows, or give this one a code of its own."),
        )
        return None
    if row.field_id is not None and row.field_id not in known_fields:
        problem = _("There is no field of education “%(code)s”.") % {"code": excerpt(row.field_id)}
        with_zero = f"0{row.field_id}"
        fix = (
            _("Write %(code)s: spreadsheets drop a zero at the beginning.") % {"code": with_zero}
            if with_zero in known_fields
            else _("Write a code of ISCED-F 2013, for example 0611, or leave it empty.")
        )
        _refuse(report, row, "field", problem, fix)
        return None
    return row


def _refuse(report: Report, row: CatalogRow, column: str, problem: str, fix: str) -> None:
    report.refused += 1
    report.faults.append(Fault(line=row.line, sheet=row.sheet, column=column, problem=problem, fix=fix))


def standing(provider: Organization, source: str, codes: list[str]) -> dict[str, Standing]:
    """Return the courses already imported, by their codes; two queries."""
    courses = {
        course.pk: course
        for course in Course.objects.filter(provider=provider, import_source=source, import_key__in=codes)
    }
    newest = (
        CourseVersion.objects.filter(course__in=courses)
        .annotate(
            has_modules=Exists(Module.objects.filter(version=OuterRef("pk"))),
            has_runs=Exists(CourseRun.objects.filter(version=OuterRef("pk"))),
        )
        .order_by("course", "-number")
        .distinct("course")
    )
    standing = {}
    for version in newest:
        version.course = courses[version.course_id]
        version.course.provider = provider
        standing[version.course.import_key] = Standing(version.course, version, version.has_modules, version.has_runs)
    return standing


def start(
    row: CatalogRow, course: Course, defaults: Defaults, actor: Learner, now: datetime, plan: Plan, report: Report
) -> None:
    """Begin a course that was not imported before."""
    if not (row.notional_minutes or row.external_url or defaults.notional_minutes):
        _refuse(report, row, row.effort_column, _("This cell is empty."), _("Write the hours of study or the credits."))
        return
    version = CourseVersion(
        course=course,
        number=1,
        notional_minutes=0 if row.external_url else defaults.notional_minutes,
        cost_vnd=None if row.external_url else 0,  # what nobody has said is not free
        field_id=defaults.field_id,
        kind_of_credit=defaults.kind_of_credit,
        format=defaults.format,
        languages=list(defaults.languages),
        created_at=now,
        created_by=actor,
    )
    _say(version, row.said())
    plan.start.append(version)
    plan.publish.append(version)
    plan.made.append(ImportedCourse(course=course, version=version, outcome=ImportOutcome.NEW))
    report.new += 1


def compare(
    row: CatalogRow, known: Standing, actor: Learner, now: datetime, plan: Plan, report: Report, *, publish: bool
) -> None:
    """Decide what a known course's row comes to."""
    course, version = known.course, known.version
    changes = {name: value for name, value in row.said().items() if getattr(version, name) != value}
    is_published = version.state == VersionState.PUBLISHED
    if not changes and (is_published or not publish or version.state == VersionState.SUBMITTED or course.archived_at):
        report.unchanged += 1
        return
    if refusal := _why_not(known, changes):
        _refuse(report, row, "code", *refusal)
        return
    report.changed += 1
    made = ImportedCourse(course=course, outcome=ImportOutcome.CHANGED)
    if is_published:
        made.before = version
        said = {name: getattr(version, name) for name in catalog_bulk.SAID}
        newer = CourseVersion(course=course, number=version.number + 1, created_at=now, created_by=actor, **said)
        plan.renew[version.pk] = newer
        version = newer
    else:
        made.said_before = {name: getattr(version, name) for name in catalog_bulk.SAID}
        if changes:
            plan.edit.append(version)
    _say(version, changes)
    made.version = version
    plan.publish.append(version)
    plan.made.append(made)


def _why_not(known: Standing, changes: Mapping[str, object]) -> tuple[str, str] | None:
    """Return what stands against changing the course, and what to do about it."""
    if known.course.archived_at:
        return (
            _("This course has been archived, and the file changes it."),
            _("Take it out of the archive first, or leave this row out."),
        )
    if known.version.state == VersionState.SUBMITTED:
        return (
            _("This course is being reviewed, and the file changes it."),
            _("Import it again after the decision, or leave this row out."),
        )
    if "external_url" in changes and known.has_runs:
        return (
            _("This course has classes here, and the file says it is taught elsewhere."),
            _("Take the address out, or give the course taught elsewhere a code of its own."),
        )
    if "notional_minutes" in changes and known.has_modules:
        return (
            _("This course has modules now, and their hours are not those of the file."),
            _("Change the hours in the portal, or leave this row out."),
        )
    return None


def _say(version: CourseVersion, said: Mapping[str, object]) -> None:
    for name, value in said.items():
        setattr(version, name, value)
    version.credit_hundredths = 0 if version.is_elsewhere else version.notional_minutes // MINUTES_PER_HUNDREDTH
