"""
An import on its way: its columns chosen, asked for, undone or thrown away.

A page only writes down what is asked; a worker does it (``import_work``).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import importing
from courses.actions.import_file import NotYours, UnableToImportFile
from courses.choices import ImportState
from courses.importers import columns
from courses.models import ImportFile, ImportJob
from courses.permissions import may_import, may_publish_imports
from courses.rules import IMPORT_UNDO_DAYS
from learners.models import Learner, Organization

CHOOSABLE = (ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)  # with a header: what could be read


class NotNow(UnableToImportFile):
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


@transaction.atomic
def choose(*, job: ImportJob, actor: Learner, choices: Choices) -> ImportJob:
    """
    Say which column is what and ask for a try; return the job, which waits for a worker.

    :raises NotYours: if the actor may not import for the provider, or not publish for it.
    :raises NotNow: if the file is under way or imported already.
    :raises BadColumns: if a required column is missing or two mean the same.
    """
    job = _locked(job, actor)
    if job.state not in CHOOSABLE or not job.header:
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


def _locked(job: ImportJob, actor: Learner) -> ImportJob:
    """Return the job as it stands, its provider and itself locked in the house's order."""
    provider = Organization.objects.select_for_update(no_key=True).get(pk=job.provider_id)
    if not may_import(actor, provider):
        raise NotYours(_("Only a curator or a manager of the organisation may import its courses."))
    locked = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    locked.provider = provider
    return locked


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
