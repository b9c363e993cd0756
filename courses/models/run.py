"""
Runs: one dated offering of a course version, or one open-ended run at the learner's own pace.

Seats, the enrolment window, place and instructors belong to the run; each meeting is a class session.
"""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.choices import Format, RunKind
from courses.rules import CHANGE_REASON_LETTERS_MAX, MEETING_URL_LETTERS_MAX, SEATS_MAX, SESSION_NOTE_LETTERS_MAX


class CourseRun(models.Model):
    """One offering that learners enrol in."""

    version = models.ForeignKey("courses.CourseVersion", models.PROTECT, related_name="runs")
    kind = models.CharField(_("kind"), max_length=10, choices=RunKind.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)  # empty: open-ended
    enrollment_opens_at = models.DateTimeField(_("enrolment opens"))
    enrollment_closes_at = models.DateTimeField(_("enrolment closes"), null=True, blank=True)
    seats_max = models.PositiveIntegerField(_("seats"), null=True, blank=True)  # empty: no limit
    place = models.ForeignKey(
        "learners.Place", models.PROTECT, null=True, blank=True, related_name="course_runs", verbose_name=_("place")
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)  # empty: online
    # Where a class meets online, wholly or in part: for who has a place and who teaches, and for nobody else.
    meeting_url = models.URLField(_("meeting link"), max_length=MEETING_URL_LETTERS_MAX, blank=True)
    meeting_revision = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # changes of the link
    meeting_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")
    creation_key = models.UUIDField(
        null=True, unique=True, editable=False
    )  # of the page it was planned on; sent twice, it is one
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(_("reason"), max_length=CHANGE_REASON_LETTERS_MAX, blank=True)
    instructors: models.ManyToManyField = models.ManyToManyField(
        "learners.Learner", through="courses.RunInstructor", related_name="runs_taught"
    )

    class Meta:
        verbose_name = _("course run")
        verbose_name_plural = _("course runs")
        ordering = ["starts_on", "id"]
        indexes = [
            models.Index(fields=["version", "starts_on"], name="course_run_by_version"),
            models.Index(fields=["starts_on", "id"], condition=Q(kind="DATED"), name="course_run_by_start"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_max__isnull=True) | Q(seats_max__range=(1, SEATS_MAX.count_max)),
                name="course_run_seats",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="course_run_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(kind="SELF_PACED") | Q(ends_on__isnull=False), name="course_run_dated_has_end"
            ),
            models.CheckConstraint(
                condition=Q(enrollment_closes_at__isnull=True) | Q(enrollment_closes_at__gt=F("enrollment_opens_at")),
                name="course_run_enrollment_window",
            ),
            models.CheckConstraint(
                condition=Q(venue="", place__isnull=True) | (~Q(venue="") & Q(place__isnull=False)),
                name="course_run_venue_with_place",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False) | Q(cancelled_by__isnull=True, cancel_reason=""),
                name="course_run_cancelled_by_when_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(meeting_url="") | Q(meeting_url__regex=r"^https://[^[:space:]]+$"),
                name="course_run_meeting_url",
            ),
            models.CheckConstraint(
                condition=Q(meeting_revision=0, meeting_changed_at__isnull=True)
                | Q(meeting_revision__gt=0, meeting_changed_at__isnull=False),
                name="course_run_meeting_changed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.starts_on:%d/%m/%Y}"

    @property
    def is_online(self) -> bool:
        return not self.venue

    @property
    def meets_online(self) -> bool:
        """Whether some class sessions may be held online: all of them, or those of a course taught in both ways."""
        return self.is_online or self.version.format == Format.BLENDED

    def is_open(self, *, now: datetime) -> bool:
        """Return whether one may enrol at ``now``, seats aside."""
        return (
            self.cancelled_at is None
            and self.enrollment_opens_at <= now
            and (self.enrollment_closes_at is None or now < self.enrollment_closes_at)
        )

    def has_closed(self, *, now: datetime) -> bool:
        """Return whether nobody can enrol any more: the window is over, or the last day."""
        return (self.enrollment_closes_at is not None and self.enrollment_closes_at <= now) or self.is_past(now=now)

    def is_past(self, *, now: datetime) -> bool:
        """Return whether its last day is over."""
        return self.ends_on is not None and self.ends_on < timezone.localdate(now)


class RunInstructor(models.Model):
    """Who teaches a run, and may mark its attendance."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="run_instructors")
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="run_instructors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "learner"], name="run_instructor_once")]

    def __str__(self) -> str:
        return f"{self.learner}: {self.run}"


class ClassSession(models.Model):
    """One meeting of a run."""

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="class_sessions")
    position = models.PositiveSmallIntegerField()  # 1 … n
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    cancelled_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("room, or what else to know"), max_length=SESSION_NOTE_LETTERS_MAX, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)  # the number of its newest change
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("class session")
        verbose_name_plural = _("class sessions")
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["starts_at"], name="class_session_starts_at")]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="class_session_position"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="class_session_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.position}"
