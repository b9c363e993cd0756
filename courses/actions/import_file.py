"""
A file of courses handed in: kept, read, its columns recognised; nothing is saved to the catalogue.

What is read slowly, a workbook or an archive, a worker reads (decision 0511). The file lies in PostgreSQL, where nobody
but its import reads it, until the import can no longer be undone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import importing
from courses.choices import ImportState
from courses.importers import opening, table
from courses.importers.rows import UnreadableFile, excerpt, one_line
from courses.models import HarvestSource, ImportedCourse, ImportFile, ImportJob
from courses.models.importing import WAITING_FOR_A_PERSON, WAITING_FOR_A_WORKER
from courses.permissions import may_import
from courses.rules import IMPORT_UNDO_DAYS, IMPORTS_A_DAY_MAX, IMPORTS_WAITING_MAX, UPLOAD_BYTES_MAX
from learners.models import Learner, Organization

SAMPLE_ROWS = 3
SAMPLE_CHARACTERS_MAX = 120


class UnableToImportFile(Exception):
    """The file cannot be taken or gone on with; the message is written for the person who asks."""


class NotYours(UnableToImportFile):
    pass


class TooManyFiles(UnableToImportFile):
    pass


class BadFile(UnableToImportFile):
    pass


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

    Of a workbook or an archive the columns are not recognised yet: it waits for a worker (``read_in``), unless it was
    harvested, which a worker does. Idempotent by ``creation_key``: with a key this person has used here, the import it
    made is returned. The file is read before anything is locked.

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
    waits = harvest is None and opening.is_read_slowly(content)
    try:
        read = {"state": ImportState.READING} if waits else _read(content, name)
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
            file_name=one_line(name, 200) or _("file"),
            bytes_count=len(content),
            source=source,
            **read,
        )
        ImportFile.objects.create(job=job, content=content)
    return job


def read_in(*, job: ImportJob) -> None:
    """
    Read the file of a job that waits for it and write down its columns, or why it cannot be read: then it is deleted.

    Called inside the transaction that holds the job.
    """
    file = ImportFile.objects.get(job=job)
    try:
        read = _read(bytes(file.content), job.file_name)
    except UnreadableFile as reason:
        read = {"state": ImportState.FAILED, "problem": str(reason)}
        file.delete()
    for name, value in read.items():
        setattr(job, name, value)
    job.save(update_fields=list(read))


def forget_old(*, now: datetime) -> int:
    """Delete the files of imports that can no longer be undone, and of those nobody went on with; return how many."""
    before = now - timedelta(days=IMPORT_UNDO_DAYS)
    ImportedCourse.objects.filter(job__done_at__lt=before).exclude(job__state=ImportState.UNDOING).delete()
    stale = ImportFile.objects.filter(job__created_at__lt=before).exclude(job__state__in=WAITING_FOR_A_WORKER)
    ImportJob.objects.filter(state__in=WAITING_FOR_A_PERSON, created_at__lt=before).update(state=ImportState.DROPPED)
    count, _by_model = stale.delete()
    return count


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


def _read(content: bytes, name: str) -> dict[str, object]:
    """Return what a job says of a file that was read: its columns are to be chosen now."""
    read = opening.open_table(content, name=excerpt(name))
    return {
        "state": ImportState.MAPPING,
        "told": read.told[:600],
        "samples": _samples(read),
        "header": [one_line(each, 100) for each in read.header],
        "rows_about": read.rows_about,
        "names": list(table.suggested(read.header)),
    }


def _samples(read: table.Table) -> list[list[str]]:
    rows = []
    records: Iterator[table.Record] = iter(read.records())
    for _number in range(SAMPLE_ROWS):
        record = next(records, None)
        if record is None:
            break
        rows.append([one_line(cell, SAMPLE_CHARACTERS_MAX) for cell in record.cells[: len(read.header)]])
    return rows
