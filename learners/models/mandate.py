"""
Mandates: a person lets a helper (a child, a neighbour, a librarian) do some things for them, until a day.

A mandate is made out by the person, or in front of an organization's staff, and becomes the helper's when they type in
its code. It ends on its last day or when either takes it back. What is done by it is written down in the transaction
that does it; the database refuses an act the mandate does not allow at that moment.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learners.choices import HelperAct, HelperStep


class Mandate(models.Model):
    """What one helper may do for one person; never the record, credentials, or how the person signs in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="mandates_given", verbose_name=_("person who is helped")
    )
    helper_words = models.CharField(_("who helps"), max_length=120)  # as the person says it: "con gái, Hồng"
    may_enroll = models.BooleanField(_("enrol"), default=False)
    may_withdraw = models.BooleanField(_("give up a place"), default=False)
    may_see_timetable = models.BooleanField(_("see the timetable"), default=False)
    may_set_look = models.BooleanField(_("set how pages look"), default=False, db_default=False)
    until = models.DateField(_("last day"))
    given_at = models.DateTimeField(_("given"))
    # Null: the person made it out themself.
    witnessed_by = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates_witnessed",
        verbose_name=_("recorded by staff"),
    )
    organization = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates_witnessed",
        verbose_name=_("organisation"),
    )
    code_hash = models.CharField(max_length=64, unique=True)  # keyed; who types the code in becomes the helper
    code_ends_at = models.DateTimeField()
    helper = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates_held",
        verbose_name=_("account of the helper"),
    )
    accepted_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    # SHA-256 of 128 random bits, which the person alone is told: whoever has them may end the mandate, and no more.
    end_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    revoked_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("helper's mandate")
        verbose_name_plural = _("helpers' mandates")
        indexes = [models.Index(fields=["helper", "-given_at"], name="mandate_by_helper")]
        constraints = [
            models.CheckConstraint(
                condition=Q(may_enroll=True) | Q(may_withdraw=True) | Q(may_see_timetable=True) | Q(may_set_look=True),
                name="mandate_allows_something",
            ),
            models.CheckConstraint(
                condition=Q(helper__isnull=True, accepted_at__isnull=True)
                | (Q(helper__isnull=False, accepted_at__isnull=False) & ~Q(helper=F("person"))),
                name="mandate_taken_up_by_another",
            ),
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True, organization__isnull=True)
                | (Q(witnessed_by__isnull=False, organization__isnull=False) & ~Q(witnessed_by=F("person"))),
                name="mandate_witness_complete",
            ),
            # Nobody makes themself the helper of who stands in front of them.
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True) | Q(helper__isnull=True) | ~Q(witnessed_by=F("helper")),
                name="mandate_witness_is_no_helper",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="mandate_revocation_complete",
            ),
            models.UniqueConstraint(
                fields=["person", "helper"], condition=Q(revoked_at__isnull=True), name="mandate_one_per_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper or self.helper_words} → {self.person}"

    @property
    def ended_on(self) -> date:
        """The last day it held, or was to hold."""
        return timezone.localdate(self.revoked_at) if self.revoked_at else self.until


class MandateAct(models.Model):
    """Something was done by a helper for a person; written once."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="acts")
    act = models.CharField(_("what was done"), max_length=10, choices=HelperAct.choices)
    done_at = models.DateTimeField(_("done"))
    subject = models.CharField(
        max_length=80
    )  # on what: "enrollment:" and its public id; of a look at the timetable, "day:"
    title_vi = models.CharField(_("title of the course"), max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("act of a helper")
        verbose_name_plural = _("acts of helpers")
        indexes = [models.Index(fields=["subject"], name="mandate_act_by_subject")]
        constraints = [models.UniqueConstraint(fields=["mandate", "act", "subject"], name="mandate_act_once")]

    def __str__(self) -> str:
        return f"{self.mandate}: {self.done.label}"

    @property
    def done(self) -> HelperAct | HelperStep:
        """What was done, said closer than what the mandate allows where it was a step on the way to a place."""
        step = f"{self.act}:{self.subject.partition(':')[0]}"
        return HelperStep(step) if step in HelperStep.values else HelperAct(self.act)
