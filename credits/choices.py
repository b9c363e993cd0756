"""Words of the ledger. Values are stored and never change; labels are what a reader sees."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Unit(TextChoices):
    CREDIT = "CREDIT", _("credit")  # minor unit: one hundredth of a credit, 30 minutes of learning
    VND = "VND", _("đồng")  # minor unit: one đồng


class KindOfCredit(TextChoices):
    """Kept apart: community learning never silently becomes academic credit."""

    ACADEMIC = "ACADEMIC", _("Academic")
    VOCATIONAL = "VOCATIONAL", _("Vocational")
    COMMUNITY = "COMMUNITY", _("Community and culture")


class Purpose(TextChoices):
    """What an account holds."""

    EARNED = "EARNED", _("earned")  # a learner's, never below zero
    ISSUED = "ISSUED", _("issued")  # an organisation's, unbounded: minus the sum of what it has awarded


class Reason(TextChoices):
    COURSE_COMPLETION = "COURSE_COMPLETION", _("Course completed")
    REVERSAL = "REVERSAL", _("Reversal")
