"""Words of the courses' side. Values are stored and never change; labels are what a reader sees."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Format(TextChoices):
    ONLINE = "ONLINE", _("Online")
    IN_PERSON = "IN_PERSON", _("In person")
    BLENDED = "BLENDED", _("Blended")


class FieldLevel(TextChoices):
    BROAD = "BROAD", _("broad field")
    NARROW = "NARROW", _("narrow field")
    DETAILED = "DETAILED", _("detailed field")


class VersionState(TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("In review")
    RETURNED = "RETURNED", _("Returned with reasons")
    PUBLISHED = "PUBLISHED", _("Published")
    SUPERSEDED = "SUPERSEDED", _("Replaced by a newer version")


class ReviewDecision(TextChoices):
    PUBLISHED = "PUBLISHED", _("Published")
    RETURNED = "RETURNED", _("Returned with reasons")


class ModuleMode(TextChoices):
    CLASS = "CLASS", _("In class")
    ONLINE = "ONLINE", _("Online")
    PRACTICE = "PRACTICE", _("Practice, confirmed by someone")


class RunKind(TextChoices):
    DATED = "DATED", _("On set dates")
    SELF_PACED = "SELF_PACED", _("At your own pace")


class EnrollmentState(TextChoices):
    ENROLLED = "ENROLLED", _("Enrolled")
    COMPLETED = "COMPLETED", _("Completed")
    NOT_COMPLETED = "NOT_COMPLETED", _("Not completed")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    CANCELLED = "CANCELLED", _("Cancelled")


class AttendanceStatus(TextChoices):
    PRESENT = "PRESENT", _("Present")
    LATE = "LATE", _("Late")
    ABSENT = "ABSENT", _("Absent")
    EXCUSED = "EXCUSED", _("Excused")


class AttendanceMethod(TextChoices):
    ROSTER = "ROSTER", _("On the roster")


class Accessibility(TextChoices):
    WHEELCHAIR = "wheelchair", _("Wheelchair access")
    LARGE_PRINT = "large_print", _("Large print")
    HEARING_LOOP = "hearing_loop", _("Works with hearing aids")
    CAPTIONS = "captions", _("Captions")
    TRANSCRIPT = "transcript", _("Transcript")
    AUDIO_ONLY = "audio_only", _("Audio only")
    SIGN_LANGUAGE = "sign_language", _("Sign language")
    SCREEN_READER = "screen_reader", _("Screen-reader friendly")
    LOW_BANDWIDTH = "low_bandwidth", _("Low bandwidth")
    DEVICE_LOAN = "device_loan", _("Device loan")
    SLOW_PACE = "slow_pace", _("Slow pace")
    KHMER_SUPPORT = "khmer_support", _("Khmer spoken")
    CHILDCARE = "childcare", _("Children welcome")


class TeachingLanguage(TextChoices):
    VI = "vi", _("Vietnamese")
    EN = "en", _("English")
    KM = "km", _("Khmer")
    JA = "ja", _("Japanese")
    ZH = "zh", _("Chinese")
    KO = "ko", _("Korean")
    FR = "fr", _("French")
    DE = "de", _("German")
    RU = "ru", _("Russian")
    ES = "es", _("Spanish")


class ImportState(TextChoices):
    """How far a file has come. What ends in "-ing" waits for a worker."""

    MAPPING = "MAPPING", _("Columns to be chosen")
    CHECKING = "CHECKING", _("Being checked")
    CHECKED = "CHECKED", _("Checked, nothing saved yet")
    RUNNING = "RUNNING", _("Being imported")
    DONE = "DONE", _("Imported")
    UNDOING = "UNDOING", _("Being undone")
    UNDONE = "UNDONE", _("Undone")
    FAILED = "FAILED", _("Refused")
    DROPPED = "DROPPED", _("Thrown away")


class ImportOutcome(TextChoices):
    NEW = "NEW", _("New")
    CHANGED = "CHANGED", _("Changed")


class HarvestPeriod(TextChoices):
    DAILY = "DAILY", _("Every night")
    WEEKLY = "WEEKLY", _("Once a week")
