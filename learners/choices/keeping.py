"""What is kept, and the files people take with them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RetentionKind(TextChoices):
    """A kind of data with a time of its own."""

    ACCOUNT = "ACCOUNT", _("Name, addresses, settings")
    LEDGER = "LEDGER", _("Credit record, by number without a name")
    LEARNING = "LEARNING", _("Enrolments, attendance, what was read")
    CLASS_WORDS = "CLASS_WORDS", _("What I wrote for one class when I enrolled")
    CONSENT = "CONSENT", _("What I agreed to and withdrew")
    READINGS = "READINGS", _("Who has read my record")
    MESSAGE = "MESSAGE", _("What letters to me said")
    HELP_REQUEST = "HELP_REQUEST", _("Requests to be called back")
    EXPORT = "EXPORT", _("Files with all my data")
    SIGN_IN_CODE = "SIGN_IN_CODE", _("Sign-in codes")
    SESSION = "SESSION", _("Where I am signed in")
    DEVICE = "DEVICE", _("Devices I have signed in on")
    LOG = "LOG", _("The portal’s technical log")


class ExportState(TextChoices):
    WAITING = "WAITING", _("Being prepared")
    READY = "READY", _("Ready")
    EXPIRED = "EXPIRED", _("No longer kept")
    FAILED = "FAILED", _("Could not be prepared")
