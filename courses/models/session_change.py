"""
Changes of class sessions: moved, cancelled, added; by whom, when and why. Inserted, never changed.

The session itself says what holds now; its changes say what held before, so that nobody has to remember it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import SessionChangeKind
from courses.rules import CHANGE_REASON_LETTERS_MAX, SESSION_NOTE_LETTERS_MAX


class SessionChange(models.Model):
    """One class session has been moved, cancelled or added to a run that people had enrolled in."""

    class_session = models.ForeignKey(
        "courses.ClassSession", models.PROTECT, related_name="changes", verbose_name=_("class session")
    )
    # 1 … n of its session, which keeps the newest as its revision.
    number = models.PositiveIntegerField(_("number of the change"))
    kind = models.CharField(_("what has changed"), max_length=9, choices=SessionChangeKind.choices)
    reason = models.CharField(_("reason"), max_length=CHANGE_REASON_LETTERS_MAX)
    note = models.CharField(_("room, or what else to know"), max_length=SESSION_NOTE_LETTERS_MAX, blank=True)
    # Empty: it was not there before.
    starts_at_before = models.DateTimeField(_("start before the change"), null=True, blank=True)
    ends_at_before = models.DateTimeField(_("end before the change"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)  # empty: it is not held any more
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    # A cancelled session, for which this one is added; one letter tells of both.
    makes_up_for = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="made_up_by", verbose_name=_("makes up for")
    )
    changed_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("changed by"))
    changed_at = models.DateTimeField(_("changed on"))
    creation_key = models.UUIDField(null=True, unique=True, editable=False)  # of the page; sent twice, it is one

    class Meta:
        verbose_name = _("change of a class session")
        verbose_name_plural = _("changes of class sessions")
        ordering = ["changed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["class_session", "number"], name="session_change_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="session_change_has_reason"),
            models.CheckConstraint(
                condition=Q(kind="MOVED", starts_at_before__isnull=False, starts_at__isnull=False)
                | Q(kind="CANCELLED", starts_at_before__isnull=False, starts_at__isnull=True)
                | Q(kind="ADDED", starts_at_before__isnull=True, starts_at__isnull=False),
                name="session_change_complete",
            ),
            models.CheckConstraint(
                condition=(
                    Q(starts_at__isnull=True, ends_at__isnull=True)
                    | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=models.F("starts_at"))
                )
                & (
                    Q(starts_at_before__isnull=True, ends_at_before__isnull=True)
                    | Q(starts_at_before__isnull=False, ends_at_before__isnull=False)
                ),
                name="session_change_times_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_session}: {self.get_kind_display()}"
