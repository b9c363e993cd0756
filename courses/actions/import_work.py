"""
The worker's part of an import: read, tried, imported or undone, as its row asks.

State and result are one transaction with the courses, so a worker killed at any moment leaves either everything or a
job that waits for the next one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from courses.actions import import_file, import_undo, importing, search_terms
from courses.choices import Format, ImportState
from courses.importers import opening, table
from courses.importers.rows import Fault, UnreadableFile, one_line
from courses.models import HarvestSource, ImportFault, ImportFile, ImportJob
from courses.models.importing import WAITING_FOR_A_WORKER
from courses.rules import IMPORT_ATTEMPTS_MAX, IMPORT_FAULTS_KEPT_MAX
from credits.choices import KindOfCredit
from learners.models import Organization

CHANGED_THE_CATALOG = (ImportState.DONE, ImportState.UNDONE)


def carry_out_waiting(*, now: datetime, on_progress: Callable[[ImportJob, int], None] | None = None) -> int:
    """
    Read, try, import or undo what waits; return how many files were gone on with.

    When courses of a file were published or taken back, the search learns their words, of a large catalogue once for
    several files; those of a harvest it learns by its timetable, so that nobody's file waits.

    Safe to run twice or in two workers at once: a job is locked for as long as it is worked on, its provider too unless
    the file is only read, and what is locked is left to the next time. A job that ends its worker
    ``IMPORT_ATTEMPTS_MAX`` times is given up.
    """
    carried_out = []
    for key in ImportJob.objects.filter(state__in=WAITING_FOR_A_WORKER).order_by("pk").values_list("pk", flat=True):
        if _carry_out(key, now, on_progress or (lambda _job, _rows: None)):
            carried_out.append(key)
    changed = ImportJob.objects.filter(state__in=CHANGED_THE_CATALOG, publish=True, harvest__isnull=True)
    if changed.filter(pk__in=carried_out).exists():
        search_terms.refresh_after_import(now=now)
    return len(carried_out)


def _carry_out(key: int, now: datetime, on_progress: Callable[[ImportJob, int], None]) -> bool:
    """Count the attempt by itself, before the work: whatever the work does to its worker, it has been made."""
    with transaction.atomic():
        if _claimed(key) is None:
            return False
        ImportJob.objects.filter(pk=key).update(attempts=F("attempts") + 1)
    return work_on(key=key, now=now, on_progress=on_progress)


@transaction.atomic
def work_on(*, key: int, now: datetime, on_progress: Callable[[ImportJob, int], None]) -> bool:
    """Do what is asked of one job, in the transaction that holds it; return whether it was there to be done."""
    job = _claimed(key)
    if job is None:
        return False
    with translation.override(job.language):
        if job.attempts > IMPORT_ATTEMPTS_MAX:
            _give_up(job)
        elif job.state == ImportState.READING:
            import_file.read_in(job=job)
        elif job.state == ImportState.UNDOING:
            import_undo.take_back(job=job, now=now)
        else:
            _import(job, now, lambda rows: on_progress(job, rows))
    return True


def _claimed(key: int) -> ImportJob | None:
    """
    Return the job, its provider and itself locked in the house's order; None when somebody else is at either.

    Of a file that is only to be read the job alone is locked: that takes long, and its provider's people go on.
    """
    waiting = ImportJob.objects.filter(pk=key, state__in=WAITING_FOR_A_WORKER)
    if (reading := waiting.filter(state=ImportState.READING)).exists():
        waiting = reading
    else:
        providers = Organization.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        if providers.filter(imports=key).first() is None:
            return None
    return waiting.select_for_update(of=("self",), skip_locked=True).select_related("provider", "asked_by").first()


def _import(job: ImportJob, now: datetime, on_progress: Callable[[int], None]) -> None:
    dry_run = job.state == ImportState.CHECKING
    assert job.asked_by is not None  # the table asks for it
    actor = job.asked_by
    ImportFault.objects.filter(job=job).delete()
    try:
        report = importing.import_catalog(
            provider=job.provider,
            rows=catalog_of(job),
            actor=actor,
            defaults=defaults_of(job),
            now=now,
            source=job.source,
            publish=job.publish,
            skip_refused=job.skip_refused,
            dry_run=dry_run,
            job=None if dry_run else job,
            on_progress=on_progress,
        )
        job.state = ImportState.CHECKED if dry_run else ImportState.DONE
    except importing.RowsRefused as refusal:
        report = refusal.report
        job.state = ImportState.CHECKED
    except (importing.UnableToImport, UnreadableFile) as refusal:
        job.state, job.problem = ImportState.FAILED, str(refusal)
        job.save()
        return
    job.rows, job.new, job.changed = report.rows, report.new, report.changed
    job.unchanged, job.refused, job.faults_count = report.unchanged, report.refused, len(report.faults)
    job.problem = ""
    job.checked_at = now
    if job.state == ImportState.DONE:
        job.done_at, job.done_by = now, actor
    job.save()
    _keep(job, report.faults)


def _keep(job: ImportJob, faults: Sequence[Fault]) -> None:
    ImportFault.objects.bulk_create(
        ImportFault(
            job=job,
            sheet=one_line(fault.sheet, 200),
            line=fault.line,
            column=one_line(fault.column, 200),
            problem=fault.problem[:600],
            fix=fault.fix[:600],
        )
        for fault in faults[: IMPORT_FAULTS_KEPT_MAX.count_max]
    )


def _give_up(job: ImportJob) -> None:
    """Stop trying what ends its worker each time; an undo goes back to what is imported."""
    if job.state == ImportState.UNDOING:
        job.state = ImportState.DONE
    else:
        job.state = ImportState.FAILED
    job.problem = _("This file could not be gone on with, although it was tried several times. Split it and try again.")
    job.save(update_fields=["state", "problem"])


def catalog_of(job: ImportJob) -> table.Catalog:
    """
    Return the file of a job as a catalogue, with its columns as they were chosen.

    :raises UnreadableFile: if it cannot be read.
    """
    content = bytes(ImportFile.objects.get(job=job).content)
    read = opening.open_table(content, name=job.file_name)
    return table.Catalog(table=read, names=tuple(job.names))


def defaults_of(job: ImportJob | HarvestSource) -> importing.Defaults:
    return importing.Defaults(
        field_id=str(job.default_field_id),
        kind_of_credit=KindOfCredit(job.default_kind_of_credit),
        format=Format(job.default_format),
        languages=(job.default_language,),
        notional_minutes=job.default_minutes,
    )
