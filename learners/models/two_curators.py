"""
What is given back to somebody who has lost a way of signing in: two curators say so, then it waits, and it can be
stopped by whoever it belongs to until the last moment.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SaidByTwo(models.Model):
    """How far it is: asked for, said by a first curator, confirmed by a second, done; or stopped."""

    # In the letters' link, and nowhere else: who has it can stop this and nothing more.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked for"))
    vouched_at = models.DateTimeField(_("first curator"), null=True, blank=True)
    vouched_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    # By the link, by what is lost being used after all, or because nobody has confirmed it in a month.
    stopped_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"  # never whose


def said_by_two(name: str) -> list[models.BaseConstraint]:
    """Return the constraints of such a table, which has a ``learner``; their names begin with ``name``."""
    return [
        models.UniqueConstraint(
            fields=["learner"],
            condition=Q(stopped_at__isnull=True, done_at__isnull=True),
            name=f"{name}_open_once",
        ),
        models.CheckConstraint(
            condition=Q(vouched_at__isnull=True, vouched_by__isnull=True, confirmed_at__isnull=True)
            | (Q(vouched_at__gte=F("asked_at"), vouched_by__isnull=False) & ~Q(vouched_by=F("learner"))),
            name=f"{name}_first_is_another",
        ),
        models.CheckConstraint(
            condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, due_at__isnull=True)
            | (
                Q(confirmed_at__gte=F("vouched_at"), confirmed_by__isnull=False, due_at__gt=F("confirmed_at"))
                & ~Q(confirmed_by=F("vouched_by"))
                & ~Q(confirmed_by=F("learner"))
            ),
            name=f"{name}_second_is_another",
        ),
        models.CheckConstraint(
            condition=Q(done_at__isnull=True)
            | Q(done_at__gte=F("due_at"), due_at__isnull=False, stopped_at__isnull=True),
            name=f"{name}_waits",
        ),
    ]
