"""Ways in, levels, and what a code is for."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """
    How sure the portal must be of who is there.

    BROWSE: nobody need say who they are. ENROL: signed in by any way, a printed card too. REDEEM: a code, passkey or
    other second proof given a few minutes ago (``rules.PROOF_FRESH``).
    """

    BROWSE = 0, _("Open to everyone")
    ENROL = 1, _("Signed in")
    REDEEM = 2, _("Signed in, and proved again a moment ago")


class Way(TextChoices):
    """Where a person is reached, and signs in by a code; the values are the columns of a learner."""

    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Mobile number")


class CodePurpose(TextChoices):
    """What a code is for; one asked for one purpose is worth nothing for another."""

    SIGN_IN = "SIGN_IN", _("Signing in")
    NEW_WAY = "NEW_WAY", _("A new way of signing in")
    AGAIN = "AGAIN", _("Proving again who is there")
    CLAIM = "CLAIM", _("Making a record one's own")
    LOST_WAY = "LOST_WAY", _("A new way in the place of one that is lost")
