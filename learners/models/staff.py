"""
Invitations to work in an organization: a role for whoever types the code in.

A manager makes one out and hands the code over, in whatever way they speak to each other; who it is for is known to the
portal once they have typed it in themself. Nobody is given a role they have not taken, and no letter goes to an address
that a manager types.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners.choices import Role


class StaffInvitation(models.Model):
    """A role offered to one person, until they take it, it is taken back, or its code has run out."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "learners.Organization",
        models.PROTECT,
        related_name="staff_invitations",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    # As the manager says it, "chị Lan, dạy vi tính"; emptied once it is taken up, taken back or long over.
    for_words = models.CharField(_("whom it is for"), max_length=120, blank=True)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("by"))
    code_hash = models.CharField(max_length=64, unique=True)  # keyed; who types the code in takes the role
    code_ends_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    membership = models.ForeignKey(
        "learners.Membership", models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("invitation to work in an organisation")
        verbose_name_plural = _("invitations to work in an organisation")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_up_at__isnull=True, membership__isnull=True)
                | Q(taken_up_at__lt=F("code_ends_at"), membership__isnull=False),
                name="staff_invitation_taken_up_complete",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False, taken_up_at__isnull=True),
                name="staff_invitation_taken_back_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.for_words}: {self.get_role_display()}, {self.organization}"
