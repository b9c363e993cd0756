"""
A file on its way into the catalogue: handed in, its columns chosen, tried, imported.

A page only writes down what is asked; a worker does it. State and result are one transaction with the courses, so a
worker killed at any moment leaves either everything or a job that waits for the next one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from courses.actions import import_undo, importing
from courses.choices import Format, ImportState
from courses.importers import columns, opening, table
from courses.importers.rows import Fault, UnreadableFile, excerpt
from courses.models import HarvestSource, ImportedCourse, ImportFault, ImportFile, ImportJob
from courses.models.importing import WAITING_FOR_A_PERSON, WAITING_FOR_A_WORKER
from courses.permissions import may_import, may_publish_imports
from courses.rules import (
    IMPORT_ATTEMPTS_MAX,
    IMPORT_FAULTS_KEPT_MAX,
    IMPORT_UNDO_DAYS,
    IMPORTS_A_DAY_MAX,
    IMPORTS_WAITING_MAX,
    UPLOAD_BYTES_MAX,
)
from credits.choices import KindOfCredit
from learners.models import Learner, Organization

SAMPLE_ROWS = 3
SAMPLE_CHARACTERS_MAX = 120
CHOOSABLE = (ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)


class UnableToImportFile(Exception):
    """The file cannot be taken or gone on with; the message is written for the person who asks."""


class NotYours(UnableToImportFile):
    pass


class NotNow(UnableToImportFile):
    pass


class TooManyFiles(UnableToImportFile):
    pass


class BadFile(UnableToImportFile):
    pass


class BadColumns(UnableToImportFile):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person decides about a file before it is tried."""

    names: tuple[str | None, ...]  # our name of each column
    defaults: importing.Defaults
    skip_refused: bool = False
    publish: bool = False


def hand_in(
    *,
    provider: Organization,
    actor: Learner,
    name: str,
    content: bytes,
    now: datetime,
    source: str = importing.DEFAULT_SOURCE,
    language: str = "vi",
    harvest: HarvestSource | None = None,
    creation_key: UUID | None = None,
) -> ImportJob:
    """
    Keep a file and return its import, with the columns recognised and nothing saved to the catalogue.

    Idempotent by ``creation_key``: with a key this person has used here, the import it made is returned. The file is
    read before anything is locked.

    :raises NotYours: if the actor may not import for the provider.
    :raises TooManyFiles: if the provider has handed in too many today, or too many wait for it.
    :raises BadFile: if the file cannot be read; the message says why.
    """
    _refuse_hand_in(provider, actor, now, is_harvest=harvest is not None)
    if len(content) > UPLOAD_BYTES_MAX.count_max:
        raise BadFile(
            _("The file has more than %(max)s MB. Split it into several files.")
            % {"max": UPLOAD_BYTES_MAX.count_max >> 20}
        )
    try:
        read = opening.open_table(content, name=excerpt(name))
        samples = _samples(read)
    except UnreadableFile as reason:
        raise BadFile(str(reason)) from reason
    with transaction.atomic():
        provider = Organization.objects.select_for_update(no_key=True).get(pk=provider.pk)
        if creation_key and (earlier := ImportJob.objects.filter(creation_key=creation_key).first()):
            if (earlier.provider_id, earlier.created_by_id) == (provider.pk, actor.pk):
                return earlier
            creation_key = None  # somebody else's: it says nothing about this person
        _refuse_hand_in(provider, actor, now, is_harvest=harvest is not None)
        job = ImportJob.objects.create(
            provider=provider,
            created_at=now,
            created_by=actor,
            harvest=harvest,
            creation_key=creation_key,
            language=language,
            file_name=_one_line(name, 200) or _("file"),
            bytes_count=len(content),
            source=source,
            told=read.told[:600],
            header=[_one_line(each, 100) for each in read.header],
            samples=samples,
            rows_about=read.rows_about,
            names=list(table.suggested(read.header)),
        )
        ImportFile.objects.create(job=job, content=content)
    return job


@transaction.atomic
def choose(*, job: ImportJob, actor: Learner, choices: Choices) -> ImportJob:
    """
    Say which column is what and ask for a try; return the job, which waits for a worker.

    :raises NotYours: if the actor may not import for the provider, or not publish for it.
    :raises NotNow: if the file is under way or imported already.
    :raises BadColumns: if a required column is missing or two mean the same.
    """
    job = _locked(job, actor)
    if job.state not in CHOOSABLE:
        raise NotNow(_("This file is being imported or has been imported already."))
    if choices.publish and not may_publish_imports(actor, job.provider):
        raise NotYours(_("Only a curator who does not belong to the organisation may publish its courses."))
    _refuse_columns(job, choices)
    job.names = list(choices.names)
    defaults = choices.defaults
    job.default_field_id, job.default_kind_of_credit = defaults.field_id, defaults.kind_of_credit
    job.default_format, job.default_language = defaults.format, defaults.languages[0]
    job.default_minutes = defaults.notional_minutes
    job.skip_refused, job.publish = choices.skip_refused, choices.publish
    job.state, job.attempts, job.problem = ImportState.CHECKING, 0, ""
    job.asked_by = actor
    job.save()
    return job


@transaction.atomic
def start(*, job: ImportJob, actor: Learner) -> ImportJob:
    """
    Ask for the import of a file that was tried; return the job, which waits for a worker.

    Idempotent: what is under way or done stays so.

    :raises NotYours: if the actor may not import for the provider, or not publish what is to be published.
    :raises NotNow: if it was not tried, or rows are refused and are not to be left out.
    """
    job = _locked(job, actor)
    if job.state in {ImportState.RUNNING, ImportState.DONE}:
        return job
    if job.state != ImportState.CHECKED:
        raise NotNow(_("Try this file first, so that you see what would be saved."))
    if job.publish and not may_publish_imports(actor, job.provider):
        raise NotYours(_("Only a curator who does not belong to the organisation may publish its courses."))
    if job.refused and not job.skip_refused:
        raise NotNow(_("Some rows are not right. Repair the file, or choose to leave those rows out."))
    job.state, job.attempts, job.asked_by = ImportState.RUNNING, 0, actor
    job.save(update_fields=["state", "attempts", "asked_by"])
    return job


@transaction.atomic
def start_unseen(*, job: ImportJob) -> ImportJob:
    """Have a file imported without a try that a person looks at: what a source on a timetable has brought."""
    ImportJob.objects.filter(pk=job.pk, state=ImportState.CHECKING).update(state=ImportState.RUNNING)
    job.refresh_from_db()
    return job


@transaction.atomic
def undo(*, job: ImportJob, actor: Learner, now: datetime) -> ImportJob:
    """
    Ask for an import to be taken back; return the job, which waits for a worker.

    Idempotent: what is being undone or undone stays so.

    :raises NotYours: if the actor may not import for the provider, or not publish what was published.
    :raises NotNow: if it is not imported, or longer ago than ``IMPORT_UNDO_DAYS``.
    """
    job = _locked(job, actor)
    if job.state in {ImportState.UNDOING, ImportState.UNDONE}:
        return job
    if not job.may_undo(now=now):
        raise NotNow(_("An import can be undone within %(days)s days.") % {"days": IMPORT_UNDO_DAYS})
    if job.publish and not may_publish_imports(actor, job.provider):
        raise NotYours(_("These courses are published, so only a curator may undo the import."))
    job.state, job.attempts, job.asked_by = ImportState.UNDOING, 0, actor
    job.save(update_fields=["state", "attempts", "asked_by"])
    return job


@transaction.atomic
def drop(*, job: ImportJob, actor: Learner) -> ImportJob:
    """
    Throw a file away that was not imported; return the job. Idempotent.

    :raises NotNow: if it is under way or imported.
    """
    job = _locked(job, actor)
    if job.state == ImportState.DROPPED:
        return job
    if job.state not in CHOOSABLE:
        raise NotNow(_("This file is being imported or has been imported already."))
    ImportFile.objects.filter(job=job).delete()
    job.state = ImportState.DROPPED
    job.save(update_fields=["state"])
    return job


def carry_out_waiting(*, now: datetime, on_progress: Callable[[ImportJob, int], None] | None = None) -> int:
    """
    Try, import or undo what waits; return how many files were gone on with.

    Safe to run twice or in two workers at once: a job is locked for as long as it is worked on. One that ends its
    worker ``IMPORT_ATTEMPTS_MAX`` times is given up.
    """
    carried_out = 0
    for key in ImportJob.objects.filter(state__in=WAITING_FOR_A_WORKER).order_by("pk").values_list("pk", flat=True):
        carried_out += _carry_out(key, now, on_progress or (lambda _job, _rows: None))
    return carried_out


def _carry_out(key: int, now: datetime, on_progress: Callable[[ImportJob, int], None]) -> bool:
    """Count the attempt by itself, before the work: whatever the work does to its worker, it has been made."""
    waiting = ImportJob.objects.filter(pk=key, state__in=WAITING_FOR_A_WORKER)
    with transaction.atomic():
        if not waiting.select_for_update(skip_locked=True).exists():
            return False
        waiting.update(attempts=F("attempts") + 1)
    return work_on(key=key, now=now, on_progress=on_progress)


@transaction.atomic
def work_on(*, key: int, now: datetime, on_progress: Callable[[ImportJob, int], None]) -> bool:
    """Do what is asked of one job, in the transaction that holds it; return whether it was there to be done."""
    job = (
        ImportJob.objects.filter(pk=key, state__in=WAITING_FOR_A_WORKER)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("provider", "asked_by")
        .first()
    )
    if job is None:
        return False
    with translation.override(job.language):
        if job.attempts > IMPORT_ATTEMPTS_MAX:
            _give_up(job)
        elif job.state == ImportState.UNDOING:
            import_undo.take_back(job=job, now=now)
        else:
            _import(job, now, lambda rows: on_progress(job, rows))
    return True


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
            sheet=_one_line(fault.sheet, 200),
            line=fault.line,
            column=_one_line(fault.column, 200),
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


def forget_old(*, now: datetime) -> int:
    """Delete the files of imports that can no longer be undone, and of those nobody went on with; return how many."""
    before = now - timedelta(days=IMPORT_UNDO_DAYS)
    ImportedCourse.objects.filter(job__done_at__lt=before).exclude(job__state=ImportState.UNDOING).delete()
    stale = ImportFile.objects.filter(job__created_at__lt=before).exclude(job__state__in=WAITING_FOR_A_WORKER)
    ImportJob.objects.filter(state__in=WAITING_FOR_A_PERSON, created_at__lt=before).update(state=ImportState.DROPPED)
    count, _by_model = stale.delete()
    return count


def _locked(job: ImportJob, actor: Learner) -> ImportJob:
    """Return the job as it stands, its provider and itself locked in the house's order."""
    provider = Organization.objects.select_for_update(no_key=True).get(pk=job.provider_id)
    if not may_import(actor, provider):
        raise NotYours(_("Only a curator or a manager of the organisation may import its courses."))
    locked = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    locked.provider = provider
    return locked


def _refuse_hand_in(provider: Organization, actor: Learner, now: datetime, *, is_harvest: bool) -> None:
    if not may_import(actor, provider):
        raise NotYours(_("Only a curator or a manager of the organisation may import its courses."))
    if is_harvest:
        return  # its timetable limits it
    jobs = ImportJob.objects.filter(provider=provider, harvest__isnull=True)
    if jobs.filter(state__in=(*WAITING_FOR_A_PERSON, *WAITING_FOR_A_WORKER)).count() >= IMPORTS_WAITING_MAX.count_max:
        raise TooManyFiles(
            _("%(count)s files of this organisation are waiting. Import them, or throw them away first.")
            % {"count": IMPORTS_WAITING_MAX.count_max}
        )
    if jobs.filter(created_at__gt=now - timedelta(days=1)).count() >= IMPORTS_A_DAY_MAX.count_max:
        raise TooManyFiles(
            _("At most %(count)s files a day can be handed in. Go on tomorrow.")
            % {"count": IMPORTS_A_DAY_MAX.count_max}
        )


def _refuse_columns(job: ImportJob, choices: Choices) -> None:
    found = [name for name in choices.names if name]
    if len(choices.names) != len(job.header) or not set(found) <= set(columns.NAMES):
        raise BadColumns(_("The columns are not those of this file."))
    if lacking := columns.missing(set(found), effort_needed=not choices.defaults.notional_minutes):
        raise BadColumns(_("These columns are missing: %(names)s.") % {"names": ", ".join(map(column_label, lacking))})
    if twice := next((name for name in found if found.count(name) > 1), None):
        raise BadColumns(_("Two columns are both “%(name)s”. Choose one of them.") % {"name": column_label(twice)})


def column_label(name: str) -> str:
    """Return what a reader calls one of our columns, or several joined by " / "."""
    return " / ".join(str(columns.LABELS.get(each, each)) for each in name.split(" / "))


def _samples(read: table.Table) -> list[list[str]]:
    rows = []
    records: Iterator[table.Record] = iter(read.records())
    for _number in range(SAMPLE_ROWS):
        record = next(records, None)
        if record is None:
            break
        rows.append([_one_line(cell, SAMPLE_CHARACTERS_MAX) for cell in record.cells[: len(read.header)]])
    return rows


def _one_line(text: str, characters_max: int) -> str:
    shown = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * characters_max]).split())
    return shown if len(shown) <= characters_max else shown[: characters_max - 1] + "…"
