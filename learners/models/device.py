"""
Devices: where a record is open, so that its owner can look and close.

A row begins at signing in and ends at signing out; ended rows are kept so long as a device counts as known, and go
then; of the last one of a person it stays that there was one. No place and no network address is kept: neither helps to
tell one's own phone from another's.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Device(models.Model):
    """One browser in which one person is, or was, signed in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="devices")
    # The session it is signed in by; empty once it has ended.
    session_key = models.CharField(max_length=40, null=True, blank=True, unique=True)
    # SHA-256 of 128 random bits in a cookie of that browser; empty on a shared computer, where nothing is left behind.
    token_hash = models.CharField(max_length=64, blank=True)
    name = models.CharField(_("device"), max_length=60, blank=True)  # "Chrome, Android"; empty: not known
    is_shared = models.BooleanField(_("shared computer"), default=False)
    signed_in_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["learner", "-last_seen_at"], name="device_by_learner"),
            models.Index(fields=["last_seen_at"], name="device_by_last_seen"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(session_key__isnull=True, ended_at__isnull=False)
                | Q(session_key__isnull=False, ended_at__isnull=True),
                name="device_open_or_ended",
            ),
            models.CheckConstraint(condition=~Q(is_shared=True) | Q(token_hash=""), name="device_shared_keeps_nothing"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
