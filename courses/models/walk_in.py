"""
Walk-ins: people who came to a class session without a place, as they said their name at the door.

A walk-in is no enrolment and holds no seat. It becomes one when the person claims it and there is a seat; until then
nothing counts. One written down by mistake is struck off, and can be put back. Names and numbers that nobody claims are
emptied after their time.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import AttendanceMethod


class WalkIn(models.Model):
    """One person who came to one class session without a place."""

    mark_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # a device's own; sent twice, it is one
    class_session = models.ForeignKey("courses.ClassSession", models.PROTECT, related_name="walk_ins")
    full_name = models.CharField(_("full name"), max_length=120, blank=True)  # empty: kept long enough
    phone = models.CharField(_("phone number"), max_length=16, blank=True)  # E.164, if they said one
    method = models.CharField(_("how"), max_length=8, choices=AttendanceMethod.choices)
    recorded_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="walk_ins_recorded", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    marked_at = models.DateTimeField(_("marked"))
    claimed_at = models.DateTimeField(_("became an enrolment"), null=True, blank=True)
    enrollment = models.ForeignKey(
        "courses.Enrollment", models.PROTECT, null=True, blank=True, related_name="walk_ins"
    )  # what it became
    struck_at = models.DateTimeField(_("struck off"), null=True, blank=True)
    struck_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("struck off by")
    )

    class Meta:
        verbose_name = _("walk-in")
        verbose_name_plural = _("walk-ins")
        indexes = [
            models.Index(fields=["phone"], condition=Q(claimed_at=None) & ~Q(phone=""), name="walk_in_by_phone"),
            models.Index(fields=["recorded_at"], condition=~Q(full_name=""), name="walk_in_to_empty"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_at=None, enrollment=None) | Q(claimed_at__isnull=False, enrollment__isnull=False),
                name="walk_in_claim_complete",
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None)
                | Q(struck_at__isnull=False, struck_by__isnull=False, claimed_at=None),
                name="walk_in_struck_or_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_session}: {self.full_name}"
