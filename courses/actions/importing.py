"""
Importing a catalogue: many courses of one provider, set-wise, all of them or none.

A course is found again by provider, source and code, so importing a file twice changes nothing the second time.
Nobody is told: an import of four thousand courses is not four thousand letters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions import catalog_bulk
from courses.choices import Format, ImportOutcome, VersionState
from courses.importers.rows import CatalogRow, Fault, RefusedRow, excerpt
from courses.models import Course, CourseRun, CourseVersion, Field, ImportedCourse, ImportJob, Module
from courses.permissions import may_import, may_publish_imports
from credits.choices import KindOfCredit
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.models import Learner, Organization

ROWS_PER_BATCH = 1000
DEFAULT_SOURCE = "catalog"
HARVESTED = "harvest "  # and the key of the source that is fetched on a timetable


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


class UnableToImport(Exception):
    """Nothing was imported; the message is written for the person who runs the import."""


class NotYoursToImport(UnableToImport):
    pass


class ImportingProviderNotVerified(UnableToImport):
    pass


class UnknownDefaultField(UnableToImport):
    pass


class RowsRefused(UnableToImport):
    """Some rows cannot be taken, so none were; ``report`` says which and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(_("Nothing was saved, because some rows are not right."))
        self.report = report


@dataclass(frozen=True, slots=True)
class _Standing:
    """A course imported before, and its newest version."""

    course: Course
    version: CourseVersion
    has_modules: bool
    has_runs: bool


@dataclass(slots=True)
class _Plan:
    """What one batch of rows comes to."""

    start: list[CourseVersion] = field(default_factory=list)
    edit: list[CourseVersion] = field(default_factory=list)
    renew: dict[int, CourseVersion] = field(default_factory=dict)  # by the key of the version before
    publish: list[CourseVersion] = field(default_factory=list)
    made: list[ImportedCourse] = field(default_factory=list)


@transaction.atomic
def import_catalog(
    *,
    provider: Organization,
    rows: Iterable[CatalogRow | RefusedRow],
    actor: Learner,
    defaults: Defaults,
    now: datetime,
    source: str = DEFAULT_SOURCE,
    publish: bool = False,
    skip_refused: bool = False,
    dry_run: bool = False,
    job: ImportJob | None = None,
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> Report:
    """
    Take a catalogue in and return what became of its rows; some ten queries for a thousand rows.

    A new code is a new course, a draft. What differs changes a draft where it stands and makes a new version of a
    published course; what the file does not mention stays. With ``publish`` all of it is in the catalogue at once.
    One refused row refuses the file, unless ``skip_refused``. A dry run does everything and takes it back. Idempotent:
    the same rows change nothing the second time. With ``job`` what became of each course is written down, so that it
    can be undone. Locks the provider to the end.

    :raises NotYoursToImport: if the actor neither manages the provider nor is a curator; to publish, a curator who
        does not belong to the provider is needed, as for every review.
    :raises ImportingProviderNotVerified: if it is to be published and the provider is not verified today.
    :raises UnknownDefaultField: if the field of the defaults does not exist.
    :raises RowsRefused: if a row cannot be taken and ``skip_refused`` is not set.
    :raises UnreadableFile: if the file behind ``rows`` cannot be read to its end.
    """
    provider = (
        Organization.objects.select_for_update(of=("self",), no_key=True)
        .select_related("place__parent")
        .get(pk=provider.pk)
    )
    _refuse_if_not_allowed(provider, actor, publish=publish, now=now)
    known_fields = {each.pk: each for each in Field.objects.select_related("parent__parent")}
    if defaults.field_id not in known_fields:
        raise UnknownDefaultField(_("There is no field of education “%(code)s”.") % {"code": defaults.field_id})
    report, first_places = Report(), dict[str, CatalogRow]()
    for batch in _batches(rows):
        taken = [row for each in batch if (row := _taken(each, report, first_places, known_fields))]
        standing = _standing(provider, source, [row.code for row in taken])
        plan = _Plan()
        for row in taken:
            if found := standing.get(row.code):
                _compare(row, found, actor, now, plan, report, publish=publish)
            else:
                course = Course(
                    provider=provider, created_at=now, created_by=actor, import_source=source, import_key=row.code
                )
                _start(row, course, defaults, actor, now, plan, report)
        if skip_refused or not report.refused:
            _write(plan, known_fields, actor, publish=publish, now=now)
            if job:
                _write_down(plan, job)
        on_progress(len(batch))
    report.faults.sort(key=lambda fault: (fault.sheet, fault.line))
    if report.refused and not skip_refused:
        raise RowsRefused(report)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _refuse_if_not_allowed(provider: Organization, actor: Learner, *, publish: bool, now: datetime) -> None:
    if publish and not may_publish_imports(actor, provider):
        raise NotYoursToImport(_("Only a curator who does not belong to the organisation may publish its courses."))
    if not may_import(actor, provider):
        raise NotYoursToImport(_("Only a curator or a manager of the organisation may import its courses."))
    if publish and not provider.is_verified(on=timezone.localdate(now)):
        raise ImportingProviderNotVerified(_("The organisation is not verified. Verify it first."))


def _batches(rows: Iterable[CatalogRow | RefusedRow]) -> Iterator[list[CatalogRow | RefusedRow]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, ROWS_PER_BATCH)):
        yield batch


def _taken(
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


def _standing(provider: Organization, source: str, codes: list[str]) -> dict[str, _Standing]:
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
        standing[version.course.import_key] = _Standing(version.course, version, version.has_modules, version.has_runs)
    return standing


def _start(
    row: CatalogRow, course: Course, defaults: Defaults, actor: Learner, now: datetime, plan: _Plan, report: Report
) -> None:
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


def _compare(
    row: CatalogRow, known: _Standing, actor: Learner, now: datetime, plan: _Plan, report: Report, *, publish: bool
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


def _why_not(known: _Standing, changes: Mapping[str, object]) -> tuple[str, str] | None:
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


def _write(plan: _Plan, known_fields: Mapping[str, Field], actor: Learner, *, publish: bool, now: datetime) -> None:
    if plan.start:
        catalog_bulk.start_courses(versions=plan.start)
    if plan.edit:
        catalog_bulk.edit_drafts(versions=plan.edit, author=actor, now=now)
    if plan.renew:
        catalog_bulk.start_versions(versions=plan.renew)
    if plan.publish and publish:
        for version in plan.publish:
            version.field = known_fields[version.field_id]  # the catalogue's index names the field and those above it
        catalog_bulk.publish(versions=plan.publish, curator=actor, now=now)


def _write_down(plan: _Plan, job: ImportJob) -> None:
    """Keep what became of each course, and how it was before."""
    said = catalog_bulk.digests([made.version for made in plan.made if made.version is not None])
    for made in plan.made:
        assert made.version is not None
        made.job, made.said = job, said[made.version.pk]
    ImportedCourse.objects.bulk_create(plan.made)
