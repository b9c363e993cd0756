"""How a person is met: languages, greeting, what they see and need, and the parts of their week."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Language(TextChoices):
    VI = "vi", _("Vietnamese")
    EN = "en", _("English")


class Weekday(IntegerChoices):
    """ISO: Monday is 1."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


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


class DayPart(TextChoices):
    """The parts of a day that one has free; in the order of the bits of ``courses_session_slots``."""

    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SLOTS = tuple(f"{day}-{part}" for day in DAYS for part in DayPart.values)  # the parts of a week, in order


class FormOfAddress(TextChoices):
    """How a person is greeted in Vietnamese; English has no such word, so the labels are what is said."""

    BAN = "BAN", "bạn"
    BAC = "BAC", "bác"
    CO = "CO", "cô"
    CHU = "CHU", "chú"
    ANH = "ANH", "anh"
    CHI = "CHI", "chị"
    EM = "EM", "em"


class TextSize(TextChoices):
    """Values are those of the cookie and of the style sheet."""

    NORMAL = "", _("Normal")
    LARGE = "lg", _("Large")
    LARGEST = "xl", _("Very large")


class ReadAloud(TextChoices):
    NO = "", _("No")
    YES = "1", _("Yes: each page has a button that reads it to me")


class Theme(TextChoices):
    AS_DEVICE = "", _("As on my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Lightness(TextChoices):
    AS_DEVICE = "", _("As my browser asks")
    LITE = "1", _("Always lite: fewer pictures, less data")
    FULL = "0", _("Always full pages")


class AccessNeed(TextChoices):
    """What a place or a teacher can provide; never the name of an illness."""

    STEP_FREE = "STEP_FREE", _("A way in without steps")
    LARGE_PRINT = "LARGE_PRINT", _("Large print")
    SCREEN_READER = "SCREEN_READER", _("Material a screen reader can read")
    SIGN_LANGUAGE = "SIGN", _("Sign language")
    HEARING = "HEARING", _("To sit near the speaker, or a microphone")
    COMPANION = "COMPANION", _("Somebody comes with me")
    BREAKS = "BREAKS", _("More breaks, or more time")
