"""
Lots: which credit it is.

Each entry that brings new credit makes one lot, and every later posting of that credit names it: so caps, validity and
"counted once" can be judged for life, and nobody uses the same credit twice. Where a lot is now (ready, set aside,
used, expired) is the sum of its postings; nothing of that is stored a second time. What was learned, on which evidence
and under which rule, stands in the entry's snapshot, under its hash; the columns here repeat what is searched and
counted.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.choices import KindOfCredit, LotSource
from credits.rules import GRAINS_PER_HUNDREDTH


class Lot(models.Model):
    """The credit one entry brought."""

    entry = models.OneToOneField(
        "credits.JournalEntry", models.PROTECT, primary_key=True, related_name="lot", verbose_name=_("journal entry")
    )
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="credit_lots")  # who first earned it
    issuer = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="credit_lots", verbose_name=_("issuer")
    )
    kind_of_credit = models.CharField(_("kind of credit"), max_length=12, choices=KindOfCredit.choices)
    source = models.CharField(_("how it was learned"), max_length=16, choices=LotSource.choices)
    field_code = models.CharField(_("field"), max_length=4)  # ISCED-F 2013
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)  # 1 … 8; null: open to all
    amount_minor = models.PositiveBigIntegerField(_("hundredths of a credit"))
    earned_on = models.DateField(_("learned until"))  # local day on which the learning ended
    valid_until = models.DateField(_("valid until"), null=True, blank=True)  # set once, when posted; null: for life
    course_key = models.CharField(_("course"), max_length=300)  # what is the same course: "course:12"

    class Meta:
        verbose_name = _("lot of credit")
        verbose_name_plural = _("lots of credit")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="lot_amount_positive"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__isnull=False, level__range=(1, 8)), name="lot_level_of_eight"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__isnull=False, valid_until__gt=F("earned_on")),
                name="lot_valid_after_it_was_earned",
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_until", "entry"], condition=Q(valid_until__isnull=False), name="lot_by_valid_until"
            ),
            models.Index(F("issuer"), F("entry").desc(), name="lot_by_issuer_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.get_kind_of_credit_display()} {self.earned_on}"


class Hold(models.Model):
    """Credit set aside by one entry, until it is used, given back, or its time is over."""

    entry = models.OneToOneField(
        "credits.JournalEntry", models.PROTECT, primary_key=True, related_name="hold", verbose_name=_("journal entry")
    )
    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="credit_holds")
    amount_minor = models.PositiveBigIntegerField(_("hundredths of a credit"))
    expires_at = models.DateTimeField(_("comes back at the latest"))

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="hold_amount_positive")]
        indexes = [models.Index(fields=["expires_at"], name="hold_by_expires_at")]

    def __str__(self) -> str:
        return f"{self.amount_minor} … {self.expires_at}"


class Conversion(models.Model):
    """
    How credit of another scheme became credit here: once, at the end, exactly.

    in × numerator / denominator = out + residue, the residue below one hundredth of a credit and posted in grains.
    """

    entry = models.OneToOneField(
        "credits.JournalEntry",
        models.PROTECT,
        primary_key=True,
        related_name="conversion",
        verbose_name=_("journal entry"),
    )
    scheme_code = models.CharField(_("scheme"), max_length=20)
    policy_id = models.CharField(_("policy"), max_length=60)
    in_minor = models.PositiveBigIntegerField(_("hundredths in the scheme"))
    numerator = models.PositiveIntegerField(_("numerator"))
    denominator = models.PositiveIntegerField(_("denominator"))
    out_minor = models.PositiveBigIntegerField(_("hundredths of a credit"))
    residue_grains = models.PositiveIntegerField(_("rounded away, in grains"))

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        constraints = [
            models.CheckConstraint(
                condition=Q(in_minor__gt=0, numerator__gt=0, denominator__gt=0, out_minor__gt=0),
                name="conversion_of_something",
            ),
            models.CheckConstraint(
                condition=Q(residue_grains__lt=GRAINS_PER_HUNDREDTH), name="conversion_residue_below_a_hundredth"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.in_minor} {self.scheme_code} × {self.numerator}/{self.denominator} = {self.out_minor}"
