"""
An export of everything the portal keeps of a person: asked for, prepared by a worker, fetched, forgotten.

The file is in the row, so that it goes with it: nothing is left on a disk when the row is emptied.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learners.choices import ExportState, Language


class DataExport(models.Model):
    """One archive for one person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="data_exports")
    language = models.CharField(max_length=2, choices=Language.choices)  # of the headings and the PDF
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    content = models.BinaryField(null=True)
    bytes_count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file

    class Meta:
        verbose_name = _("export of one’s data")
        verbose_name_plural = _("exports of one’s data")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(state__in=["WAITING", "READY"]), name="data_export_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="READY", content__isnull=False, ready_at__isnull=False, expires_at__isnull=False)
                | (~Q(state="READY") & Q(content__isnull=True)),
                name="data_export_ready_has_file",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
