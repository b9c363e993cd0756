"""
Organizations: who offers learning, and who works there.

Provider, issuer and funder are roles, that is foreign keys to an organization. It registers itself, and a curator
verifies it until a date; only a verified one may offer courses and award credit.
"""

import uuid
from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from learners.choices import OrganizationKind, OrganizationStatus, Role
from learners.models.folding import VnFold, fold

SLUG_CHARACTERS_MAX = 80


class Organization(models.Model):
    """A community learning centre, library, museum, school, enterprise, association or authority."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40, choices=OrganizationKind.choices)
    name_vi = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    description_vi = models.TextField(_("description"), max_length=2000, blank=True)
    description_en = models.TextField(_("description in English"), max_length=2000, blank=True)
    place = models.ForeignKey(
        "learners.Place", models.PROTECT, related_name="organizations", verbose_name=_("commune, ward")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)  # shown as typed: many are land lines
    opening_hours_vi = models.CharField(_("opening hours"), max_length=200, blank=True)
    opening_hours_en = models.CharField(_("opening hours in English"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=OrganizationStatus.choices, default=OrganizationStatus.REGISTERED
    )
    registered_at = models.DateTimeField(_("registered"))
    registered_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="organizations_registered")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="organizations_verified"
    )
    verified_until = models.DateField(_("verified until"), null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="organizations_suspended"
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False)
    # Folded words of the names (weight A) and of commune and province (B); the database writes it (migration 0006).
    document = SearchVectorField(default="", editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [
            GinIndex(fields=["document"], name="organization_document"),
            models.Index(
                VnFold("name_vi"), "id", condition=Q(status=OrganizationStatus.VERIFIED), name="organization_by_name"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True, verified_until__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False, verified_until__isnull=False),
                name="organization_verification_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrganizationStatus.VERIFIED) | Q(verified_at__isnull=False),
                name="organization_verified_has_verification",
            ),
            models.CheckConstraint(
                condition=Q(status=OrganizationStatus.SUSPENDED, suspended_at__isnull=False, suspended_by__isnull=False)
                | (~Q(status=OrganizationStatus.SUSPENDED) & Q(suspended_at__isnull=True, suspended_by__isnull=True)),
                name="organization_suspension_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page everybody may read; an organization that is not verified has one for its people and curators."""
        return reverse("courses:provider", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        """The folded name in that address, the same in both languages; the id alone decides what is shown."""
        return slugify(fold(self.name_vi))[:SLUG_CHARACTERS_MAX].strip("-") or "o"

    @property
    def name(self) -> str:
        """The name in the language being read."""
        return (self.name_en if translation.get_language() == "en" else "") or self.name_vi

    @property
    def description(self) -> str:
        return (self.description_en if translation.get_language() == "en" else "") or self.description_vi

    @property
    def opening_hours(self) -> str:
        return (self.opening_hours_en if translation.get_language() == "en" else "") or self.opening_hours_vi

    def is_verified(self, *, on: date) -> bool:
        return (
            self.status == OrganizationStatus.VERIFIED and self.verified_until is not None and self.verified_until >= on
        )


class Membership(models.Model):
    """A learner's role in an organization, until it ends."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # Null while it lasts, and where it ended with the account.
    ended_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "learner", "role"],
                condition=Q(ended_at__isnull=True),
                name="membership_one_current_per_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_at__isnull=False), name="membership_ended_by_at_its_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner}: {self.get_role_display()}, {self.organization}"
