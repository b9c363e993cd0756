"""
Importing a catalogue: many courses of one provider, set-wise, all of them or none.

A course is found again by provider, source and code, so importing a file twice changes nothing the second time.
Nobody is told: an import of four thousand courses is not four thousand letters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions import catalog_bulk, import_rows
from courses.actions.import_rows import Defaults, Report
from courses.importers.rows import CatalogRow, RefusedRow
from courses.models import Course, Field, ImportedCourse, ImportJob
from courses.permissions import may_import, may_publish_imports
from learners.models import Learner, Organization

__all__ = [
    "DEFAULT_SOURCE",
    "HARVESTED",
    "Defaults",
    "ImportingProviderNotVerified",
    "NotYoursToImport",
    "Report",
    "RowsRefused",
    "UnableToImport",
    "UnknownDefaultField",
    "import_catalog",
]

ROWS_PER_BATCH = 1000
DEFAULT_SOURCE = "catalog"
HARVESTED = "harvest "  # and the key of the source that is fetched on a timetable


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
        taken = [row for each in batch if (row := import_rows.taken(each, report, first_places, known_fields))]
        known = import_rows.standing(provider, source, [row.code for row in taken])
        plan = import_rows.Plan()
        for row in taken:
            if found := known.get(row.code):
                import_rows.compare(row, found, actor, now, plan, report, publish=publish)
            else:
                course = Course(
                    provider=provider, created_at=now, created_by=actor, import_source=source, import_key=row.code
                )
                import_rows.start(row, course, defaults, actor, now, plan, report)
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


def _write(
    plan: import_rows.Plan, known_fields: Mapping[str, Field], actor: Learner, *, publish: bool, now: datetime
) -> None:
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


def _write_down(plan: import_rows.Plan, job: ImportJob) -> None:
    """Keep what became of each course, and how it was before."""
    said = catalog_bulk.digests([made.version for made in plan.made if made.version is not None])
    for made in plan.made:
        assert made.version is not None
        made.job, made.said = job, said[made.version.pk]
    ImportedCourse.objects.bulk_create(plan.made)
