"""Words of the courses' side. Values are stored and never change; labels are what a reader sees."""

from enum import StrEnum

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

# Words that people say of themselves and courses of what they offer.
from learners.choices import DayPart as DayPart
from learners.choices import TeachingLanguage as TeachingLanguage


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
    DISCARDED = "DISCARDED", _("Thrown away")


class CompletedBy(TextChoices):
    """What a completion rule asks, as a centre chooses it."""

    CLASSES = "CLASSES", _("They have come to enough class sessions")
    UNITS = "UNITS", _("They have read every unit")
    BOTH = "BOTH", _("Both")


class ResultAsked(TextChoices):
    """Which result a completion rule asks for, as a centre chooses it."""

    NONE = "NONE", _("No result")
    PASSED = "PASSED", _("Passed or not, as who teaches says")
    POINTS = "POINTS", _("Points, from 0 to 100")


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


class PlaceAct(TextChoices):
    """A step to a place, or away from it, that staff take for somebody who stands in front of them."""

    ENROL = "ENROL", _("Gave me a place in a class")
    SAY = "SAY", _("Wrote down what a class asks of me")
    ASK = "ASK", _("Asked for a place for me")
    WAIT = "WAIT", _("Put me on a waiting list")
    TAKE_BACK = "TAKE_BACK", _("Took back my request for a place")
    LEAVE = "LEAVE", _("Took me off a waiting list, or passed a seat on")
    GIVE_UP = "GIVE_UP", _("Gave up my place in a class")


class PlaceDecision(TextChoices):
    """What became of a request for a place."""

    APPROVED = "APPROVED", _("Approved")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Taken back")
    CLOSED = "CLOSED", _("Enrolment closed, or the class was cancelled")
    HAS_PLACE = "HAS_PLACE", _("Has a place otherwise")


class Priority(IntegerChoices):
    """The classes of a waiting list, before the time of joining: the first key of its order."""

    USUAL = 0, _("In the order of joining")
    LATER = 1, _("After the others")


class Coming(TextChoices):
    YES = "YES", _("Coming")
    NO = "NO", _("Not coming")


class WaitingEnd(TextChoices):
    """How waiting for a seat ended: of one class, or of the course when no class is left."""

    TAKEN = "TAKEN", _("Seat taken")
    ELSEWHERE = "ELSEWHERE", _("Seat taken in another class")
    DECLINED = "DECLINED", _("Seat passed on")
    LAPSED = "LAPSED", _("Offer not answered in time")
    LEFT = "LEFT", _("Left the waiting list")
    CLOSED = "CLOSED", _("Enrolment closed, or the class was cancelled")


class OfferOutcome(TextChoices):
    ACCEPTED = "ACCEPTED", _("Seat taken")
    DECLINED = "DECLINED", _("Seat passed on")
    LAPSED = "LAPSED", _("Not answered in time")
    WITHDRAWN = "WITHDRAWN", _("Taken back")


class SessionChangeKind(TextChoices):
    MOVED = "MOVED", _("Moved")
    CANCELLED = "CANCELLED", _("Cancelled")
    ADDED = "ADDED", _("Added")


class AttendanceStatus(TextChoices):
    PRESENT = "PRESENT", _("Present")
    LATE = "LATE", _("Late")
    ABSENT = "ABSENT", _("Absent")
    EXCUSED = "EXCUSED", _("Excused")


class AttendanceMethod(TextChoices):
    """How it became known who came; a correction says so too."""

    ROSTER = "ROSTER", _("On the roster")
    OFFLINE = "OFFLINE", _("On the roster, without network")
    PAPER = "PAPER", _("From the sign-in sheet")
    CARD = "CARD", _("By the learner’s card")
    ROOM = "ROOM", _("By the code in the room")
    CLAIMED = "CLAIMED", _("Written down at the door, claimed later")
    DISPUTED = "DISPUTED", _("After an objection")


class UncountedWhy(TextChoices):
    """Why what a phone had kept counts for nothing."""

    CANCELLED = "CANCELLED", _("The class was cancelled")
    EARLY = "EARLY", _("Before the class, which had not begun or was moved")
    LATE = "LATE", _("More than a week after the class")


class ObjectionOutcome(TextChoices):
    ACCEPTED = "ACCEPTED", _("Corrected")
    REFUSED = "REFUSED", _("Stays as it was")


class FlagRule(TextChoices):
    """What about attendance looks odd."""

    SAME_SECOND = "SAME_SECOND", _("Many by themselves in one second")
    OVERLAP = "OVERLAP", _("One person at two places at once")
    CANCELLED = "CANCELLED", _("Attendance at a class that was cancelled")
    ALWAYS = "ALWAYS", _("Everybody present, always")
    WORDS = "WORDS", _("Many completed by the word of who teaches")


class FlagOutcome(TextChoices):
    CLEARED = "CLEARED", _("Has a good explanation")
    ACCEPTED = "ACCEPTED", _("Is not right, the organisation is asked")


class FigureName(TextChoices):
    """Figures of attendance a curator may change."""

    OBJECTION_DAYS = "OBJECTION_DAYS", _("days to object after a mark")
    OBJECTION_ANSWER_DAYS = "OBJECTION_ANSWER_DAYS", _("working days to answer an objection")
    WALK_IN_DAYS = "WALK_IN_DAYS", _("days a walk-in may be claimed, and is kept")
    SAME_SECOND_PEOPLE = "SAME_SECOND_PEOPLE", _("people by themselves in one second, that look odd")
    ALWAYS_SESSIONS = "ALWAYS_SESSIONS", _("class sessions with everybody present, that look odd")
    ALWAYS_PEOPLE = "ALWAYS_PEOPLE", _("people who must be in such a class")
    WORDS_IN_A_RUN = "WORDS_IN_A_RUN", _("people of one class completed by word, that look odd")


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


class SearchWordKind(TextChoices):
    """What a word of the search is there for."""

    SYNONYM = "SYNONYM", _("Other words for the same thing")
    REGIONAL = "REGIONAL", _("Words of North, Centre and South")
    ABBREVIATION = "ABBREVIATION", _("Abbreviation")
    CHAT = "CHAT", _("Chat word")
    MISSPELLING = "MISSPELLING", _("Misspelling")
    STOP = "STOP", _("Left out")
    FILTER = "FILTER", _("Turned into a filter")
    HINT = "HINT", _("Ranks first, not required")
    PLACE = "PLACE", _("Other name of a place")
    AMBIGUOUS = "AMBIGUOUS", _("Has other meanings: only beside another word")


class SearchTermKind(TextChoices):
    """What the catalogue's own words are words of."""

    WORD = "WORD", _("Word")
    PHRASE = "PHRASE", _("Words in a row")
    FIELD = "FIELD", _("Field")
    ORGANIZATION = "ORGANIZATION", _("Organisation")
    PLACE = "PLACE", _("Place")


class WishTime(TextChoices):
    """When somebody could come."""

    WEEKDAY_MORNING = "weekday_morning", _("Monday to Friday, in the morning")
    WEEKDAY_AFTERNOON = "weekday_afternoon", _("Monday to Friday, in the afternoon")
    WEEKDAY_EVENING = "weekday_evening", _("Monday to Friday, in the evening")
    WEEKEND_DAY = "weekend_day", _("At the weekend, by day")
    WEEKEND_EVENING = "weekend_evening", _("At the weekend, in the evening")


class VoiceEnd(TextChoices):
    WITHDRAWN = "WITHDRAWN", _("No longer wanted")
    LAPSED = "LAPSED", _("No reply to whether it is still wanted")


class WishAnswerKind(TextChoices):
    PLANNED = "PLANNED", _("We are planning a class")
    OPEN = "OPEN", _("A class is open for enrolment")
    CANNOT = "CANNOT", _("We cannot offer it")


class SkillGroup(TextChoices):
    """What a skill has to do with, as somebody looks for it in a list."""

    DIGITAL = "DIGITAL", _("Digital skills")
    FARMING = "FARMING", _("Farming and gardens")
    CRAFTS = "CRAFTS", _("Crafts and sewing")
    HEALTH = "HEALTH", _("Health and care")
    FAMILY = "FAMILY", _("Home and everyday life")
    LANGUAGES = "LANGUAGES", _("Languages")
    CULTURE = "CULTURE", _("Culture and heritage")
    BUSINESS = "BUSINESS", _("Trade, food and hosting guests")
    TRADES = "TRADES", _("Technical work and data")


class HidingReason(TextChoices):
    """Why the words of a review may be hidden. The list is closed: that somebody was not content is no reason."""

    PERSONAL_DATA = "PERSONAL_DATA", _("Says who somebody is, or how to reach them")
    INSULT = "INSULT", _("Insults or threatens somebody")
    ADVERTISING = "ADVERTISING", _("Advertises something")
    NOT_ABOUT_IT = "NOT_ABOUT_IT", _("Is not about the course")
    UNLAWFUL = "UNLAWFUL", _("Is against the law")


class ModerationKind(TextChoices):
    HIDDEN = "HIDDEN", _("Hidden")
    KEPT = "KEPT", _("Reported, and left as it is")
    SHOWN = "SHOWN", _("Shown again")
    UPHELD = "UPHELD", _("Objected to, and stays hidden")


class Because(StrEnum):
    """Why a course is suggested; ``queries.recommendation`` has the words a learner reads."""

    PATHWAY_GAP = "PATHWAY_GAP"
    SAME_FIELD = "SAME_FIELD"
    INTEREST = "INTEREST"
    IN_THE_COMMUNE = "IN_THE_COMMUNE"
    IN_THE_PROVINCE = "IN_THE_PROVINCE"
    BEGINS_SOON = "BEGINS_SOON"
    FITS = "FITS"
    # Beside a course: what another one has to do with it, the same for everybody.
    SAME_SKILL = "SAME_SKILL"
    FIELD_OF_THIS = "FIELD_OF_THIS"
    SAME_COMMUNE = "SAME_COMMUNE"
    SHORTER = "SHORTER"
    FREE = "FREE"


class ImportState(TextChoices):
    """How far a file has come. What ends in "-ing" waits for a worker."""

    READING = "READING", _("Being read")
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
