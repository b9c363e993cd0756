"""
Learner: one person, one learning account for life. It is the user model.

A learner signs in by e-mail or phone (a code is sent; nobody has a password) or with a printed card. The full name is
one field in Vietnamese order. Rows are never deleted: a person who leaves is scrubbed in place, and the ledger, which
knows people only by ``ledger_number``, stays true.
"""

import secrets
import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from learners.choices import (
    SLOTS,
    FormOfAddress,
    Language,
    Lightness,
    ReadAloud,
    TeachingLanguage,
    TextSize,
    Theme,
    Weekday,
)
from learners.models.folding import NameKey


def new_session_salt() -> str:
    return secrets.token_hex(16)


class LearnerManager(BaseUserManager["Learner"]):
    def get_by_natural_key(self, username: str | None) -> "Learner":
        return self.get(email=username)


class Learner(AbstractBaseUser, PermissionsMixin):
    """One person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The name the ledger's hashes carry: says nothing about the person and outlives the erasure of the rest.
    ledger_number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), max_length=254, null=True, blank=True, unique=True)  # stored folded
    email_verified_at = models.DateTimeField(_("e-mail confirmed"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=16, null=True, blank=True, unique=True)  # E.164: +84912345678
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    # Registered at a counter: a printed card opens the account, and a lost one is replaced there.
    has_card = models.BooleanField(default=False)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    # By staff who had the person before them: from then on a counter alone changes it (actions/birth_year.py).
    birth_year_confirmed_at = models.DateTimeField(null=True, blank=True)
    birth_year_confirmed_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.VI)
    place = models.ForeignKey(
        "learners.Place", models.PROTECT, null=True, blank=True, related_name="learners", verbose_name=_("place")
    )
    digest_weekday = models.PositiveSmallIntegerField(
        _("day of the weekly letter"), choices=Weekday.choices, default=Weekday.SUNDAY
    )
    digest_hour = models.PositiveSmallIntegerField(_("hour of the weekly letter"), default=19)
    wants_digest = models.BooleanField(_("weekly letter"), default=True)
    wants_reminders = models.BooleanField(_("reminders of classes"), default=True)
    wants_suggestions = models.BooleanField(_("suggestions"), default=True)
    # How the portal speaks to the person and looks for them; empty: not said, so as the device or a cookie has it.
    form_of_address = models.CharField(
        _("how I am greeted"), max_length=3, choices=FormOfAddress.choices, blank=True, default=""
    )
    text_size = models.CharField(_("text size"), max_length=2, choices=TextSize.choices, blank=True, default="")
    theme = models.CharField(_("background"), max_length=5, choices=Theme.choices, blank=True, default="")
    aloud = models.CharField(_("reading aloud"), max_length=1, choices=ReadAloud.choices, blank=True, default="")
    lite = models.CharField(_("lite pages"), max_length=1, choices=Lightness.choices, blank=True, default="")
    # For finding what one can follow and come to; nothing said filters nothing.
    understands = ArrayField(
        models.CharField(max_length=2, choices=TeachingLanguage.choices),
        verbose_name=_("languages I understand"),
        default=list,
        blank=True,
    )
    free_slots = ArrayField(models.CharField(max_length=13), verbose_name=_("when I am free"), default=list, blank=True)
    # Hours of the day by the clock of Viet Nam; from 22 until 6 is a night. Both or none.
    quiet_from = models.PositiveSmallIntegerField(_("no letters from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("until"), null=True, blank=True)
    is_active = models.BooleanField(_("account is open"), default=True)
    is_staff = models.BooleanField(_("curator"), default=False)  # may open Django admin; a curator
    is_demonstration = models.BooleanField(default=False)
    # Another account of the same person: whoever comes in here is that one (actions/following.py).
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    created_at = models.DateTimeField(_("account opened"))
    closed_at = models.DateTimeField(_("account closed"), null=True, blank=True)
    # Part of what every session of this learner is checked against: a new salt ends them all.
    session_salt = models.CharField(max_length=32, default=new_session_salt, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = LearnerManager()

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")
        indexes = [
            models.Index(
                "place", NameKey("full_name"), name="learner_by_name_key", condition=Q(closed_at__isnull=True)
            ),
            models.Index(
                NameKey("full_name"), "birth_year", name="learner_by_name_and_year", condition=Q(closed_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="learner_merged_into_another"
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")), name="learner_email_folded"
            ),
            models.CheckConstraint(condition=~Q(email=""), name="learner_email_null_not_empty"),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"), name="learner_phone_e164"
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(phone__isnull=False)
                | Q(has_card=True)
                | Q(closed_at__isnull=False)
                | Q(merged_into__isnull=False),  # the kept account is come in to
                name="learner_can_sign_in_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)), name="learner_birth_year"
            ),
            models.CheckConstraint(
                condition=Q(birth_year_confirmed_at__isnull=True, birth_year_confirmed_by__isnull=True)
                | (
                    Q(
                        birth_year__isnull=False,
                        birth_year_confirmed_at__isnull=False,
                        birth_year_confirmed_by__isnull=False,
                    )
                    & ~Q(birth_year_confirmed_by=F("id"))
                ),
                name="learner_birth_year_confirmed_by_another",
            ),
            models.CheckConstraint(condition=Q(digest_weekday__range=(1, 7)), name="learner_digest_weekday_iso"),
            models.CheckConstraint(condition=Q(digest_hour__range=(0, 23)), name="learner_digest_hour_of_day"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(
                        quiet_from__isnull=False,
                        quiet_until__isnull=False,
                        quiet_from__range=(0, 23),
                        quiet_until__range=(0, 23),
                    )
                    & ~Q(quiet_from=models.F("quiet_until"))
                ),
                name="learner_quiet_hours",
            ),
            models.CheckConstraint(
                condition=Q(form_of_address__in=["", *FormOfAddress.values])
                & Q(text_size__in=TextSize.values, theme__in=Theme.values, lite__in=Lightness.values),
                name="learner_preferences_known",
            ),
            models.CheckConstraint(
                condition=Q(understands__contained_by=TeachingLanguage.values, free_slots__contained_by=list(SLOTS))
                & Q(aloud__in=ReadAloud.values),
                name="learner_studying_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(is_active=False), name="learner_closed_is_inactive"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or str(self.public_id)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """The given name: the last word in Vietnamese order."""
        return self.full_name.rsplit(" ", 1)[-1]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry; Django takes the password's hash here, and nobody has a password."""
        return salted_hmac(
            "learners.session", f"{self.public_id}:{self.session_salt}", secret=secret, algorithm="sha256"
        ).hexdigest()
