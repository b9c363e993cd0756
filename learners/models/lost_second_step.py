"""
Second steps of people who have lost the app and the recovery codes: two curators and a wait, then they are taken off.

The person asks who has typed a code sent to their address and cannot go on; whoever reads their mail may be somebody
else, so all their addresses are told, and the link in each letter stops it until the last moment.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LostSecondStep(models.Model):
    """Somebody asks that their second step be taken off; it ends by that, or by being stopped."""

    # In the letters' link, and nowhere else: who has it can stop this and nothing more.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="lost_second_steps", verbose_name=_("learner")
    )
    asked_at = models.DateTimeField(_("asked for"))
    vouched_at = models.DateTimeField(_("first curator"), null=True, blank=True)
    vouched_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    # By the link, by the second step being used after all, or because nobody has confirmed it in a month.
    stopped_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lost second step")
        verbose_name_plural = _("lost second steps")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"],
                condition=Q(stopped_at__isnull=True, done_at__isnull=True),
                name="lost_step_open_once",
            ),
            models.CheckConstraint(
                condition=Q(vouched_at__isnull=True, vouched_by__isnull=True, confirmed_at__isnull=True)
                | (Q(vouched_at__gte=F("asked_at"), vouched_by__isnull=False) & ~Q(vouched_by=F("learner"))),
                name="lost_step_first_is_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, due_at__isnull=True)
                | (
                    Q(confirmed_at__gte=F("vouched_at"), confirmed_by__isnull=False, due_at__gt=F("confirmed_at"))
                    & ~Q(confirmed_by=F("vouched_by"))
                    & ~Q(confirmed_by=F("learner"))
                ),
                name="lost_step_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True)
                | Q(done_at__gte=F("due_at"), due_at__isnull=False, stopped_at__isnull=True),
                name="lost_step_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"  # never whose
