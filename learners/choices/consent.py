"""Who agrees to what, and by which way."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConsentWay(TextChoices):
    """How somebody at a counter agreed to have an account; staff write down which."""

    SPOKEN = "SPOKEN", _("Said so, after the text was read out")
    SMS = "SMS", _("Answered by SMS")
    SIGNED_PAPER = "SIGNED_PAPER", _("Signed on paper")


class AgeKind(TextChoices):
    """What an age in the law is for."""

    CHILD_IS_ASKED = "CHILD_IS_ASKED", _("The child is asked too")
    AGREES_ALONE = "AGREES_ALONE", _("Agrees alone, without a guardian")
    OF_AGE = "OF_AGE", _("Of age: the name may be shown, and may be a guardian")


class GuardianProof(TextChoices):
    """What staff at a counter saw."""

    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("The child’s birth certificate, with the parent’s identity card")
    RESIDENCE = "RESIDENCE", _("A confirmation of residence that names both")
    DECISION = "DECISION", _("A decision of a court or a People’s Committee")


class ConsentPurpose(TextChoices):
    ACCESS_NEEDS = "ACCESS_NEEDS", _("Show the centre of my class what I need there")


class ConsentChannel(TextChoices):
    """How somebody agreed."""

    PORTAL = "PORTAL", _("On this portal")
    COUNTER = "COUNTER", _("At the counter of an organisation")
    PAPER = "PAPER", _("On paper")
