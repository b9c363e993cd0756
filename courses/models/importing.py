"""
Imports: a file handed in or harvested, what became of it, and what it would take to undo it.

The row is the truth: a worker that dies leaves the state as it was, and the next one begins again.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import Format, HarvestPeriod, ImportOutcome, ImportState
from courses.models.catalog import CourseVersion
from courses.rules import EXTERNAL_URL_CHARACTERS_MAX, IMPORT_UNDO_DAYS
from credits.choices import KindOfCredit

WAITING_FOR_A_WORKER = (ImportState.READING, ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)
WAITING_FOR_A_PERSON = (ImportState.MAPPING, ImportState.CHECKED)


class Defaults(models.Model):
    """What a new course takes where the file says nothing: chosen by a person, never invented."""

    default_field = models.ForeignKey("courses.Field", models.PROTECT, related_name="+", default="9999")
    default_kind_of_credit = models.CharField(
        max_length=12, choices=KindOfCredit.choices, default=KindOfCredit.COMMUNITY
    )
    default_format = models.CharField(max_length=10, choices=Format.choices, default=Format.IN_PERSON)
    default_language = models.CharField(max_length=2, default="vi")
    default_minutes = models.PositiveIntegerField(default=0)  # of study; 0: each row has to say them
    publish = models.BooleanField(default=False)  # at once, by a curator
    skip_refused = models.BooleanField(default=False)  # take the right rows, leave the wrong ones

    class Meta:
        abstract = True


class HarvestSource(Defaults):
    """A page or feed of another site whose courses are fetched on a timetable."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey("learners.Organization", models.PROTECT, related_name="harvest_sources")
    address = models.CharField(_("address"), max_length=EXTERNAL_URL_CHARACTERS_MAX)
    period = models.CharField(_("how often"), max_length=8, choices=HarvestPeriod.choices)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    next_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)  # answered last
    content_hash = models.CharField(max_length=64, blank=True)  # of what was imported last
    problem = models.CharField(max_length=400, blank=True)  # of the last time; empty when it went well
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("harvest source")
        verbose_name_plural = _("harvest sources")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "address"], condition=Q(stopped_at__isnull=True), name="harvest_source_once"
            ),
            models.CheckConstraint(
                condition=Q(address__iregex=r"^https?://[^[:space:]]+$"), name="harvest_source_address"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class ImportJob(Defaults):
    """One file on its way into the catalogue."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey("learners.Organization", models.PROTECT, related_name="imports")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    harvest = models.ForeignKey(HarvestSource, models.PROTECT, null=True, blank=True, related_name="imports")
    creation_key = models.UUIDField(null=True, unique=True, editable=False)  # of the page; sent twice, it is one
    language = models.CharField(max_length=2)  # of the report: of the person who hands the file in
    file_name = models.CharField(max_length=200)
    bytes_count = models.PositiveIntegerField()
    source = models.CharField(max_length=60)  # which catalogue of the provider: a course is found again by it
    told = models.CharField(max_length=600, blank=True)  # how the file was read
    header = models.JSONField(default=list)  # what the file calls its columns
    samples = models.JSONField(default=list)  # its first rows
    rows_about = models.PositiveIntegerField(default=0)
    names = models.JSONField(default=list)  # our name of each column, or null
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.MAPPING)
    asked_by = models.ForeignKey(  # of the worker, last
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)  # of a worker, since the state was asked for
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    faults_count = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)  # why the file as a whole was refused
    checked_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    undone = models.PositiveIntegerField(default=0)  # courses taken back
    left = models.JSONField(default=list)  # courses an undo leaves: triples of course (0 when archived), title and why

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["READING", "CHECKING", "RUNNING", "UNDOING"]),
                name="import_job_waiting",
            ),
            models.Index(fields=["provider", "-created_at"], name="import_job_by_provider"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="import_job_done_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CHECKING", "RUNNING", "UNDOING"]) | Q(asked_by__isnull=False),
                name="import_job_asked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["DONE", "UNDOING", "UNDONE"]) | Q(done_at__isnull=False),
                name="import_job_done_said",
            ),
            models.CheckConstraint(
                condition=~Q(state="UNDONE") | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="import_job_undone_said",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def undo_until(self) -> datetime | None:
        return self.done_at + timedelta(days=IMPORT_UNDO_DAYS) if self.done_at else None

    def may_undo(self, *, now: datetime) -> bool:
        return self.state == ImportState.DONE and self.undo_until is not None and now < self.undo_until

    @property
    def is_waiting_for_a_worker(self) -> bool:
        return self.state in WAITING_FOR_A_WORKER


class ImportFile(models.Model):
    """What was handed in, kept where nobody but the import reads it, until the import can no longer be undone."""

    job = models.OneToOneField(ImportJob, models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.job_id)


class ImportFault(models.Model):
    """One thing wrong with one row of the file, in the words of the person who repairs it."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="faults")
    sheet = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=600)
    fix = models.CharField(max_length=600)

    class Meta:
        indexes = [models.Index(fields=["job", "sheet", "line", "id"], name="import_fault_in_order")]

    def __str__(self) -> str:
        return f"{self.line}: {self.problem}"


class ImportedCourse(models.Model):
    """What an import made of one course, and how it was before."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="courses")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="+")
    version = models.ForeignKey(CourseVersion, models.SET_NULL, null=True, related_name="+")  # what it wrote
    before = models.ForeignKey(CourseVersion, models.PROTECT, null=True, related_name="+")  # a published version
    said_before = models.JSONField(null=True)  # of a draft that was changed where it stood
    said = models.CharField(max_length=64)  # SHA-256 of what it wrote: what reads otherwise now was edited since
    outcome = models.CharField(max_length=8, choices=ImportOutcome.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "course"], name="imported_course_once")]

    def __str__(self) -> str:
        return f"{self.course_id}: {self.get_outcome_display()}"


class LinkCheck(models.Model):
    """Whether the page of a course taught elsewhere answers."""

    course = models.OneToOneField("courses.Course", models.CASCADE, primary_key=True, related_name="link_check")
    address = models.CharField(max_length=EXTERNAL_URL_CHARACTERS_MAX)
    next_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="link_check_due")]

    def __str__(self) -> str:
        return self.address
