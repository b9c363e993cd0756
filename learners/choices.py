"""Words of the people's side. Values are stored and never change; labels are what a reader sees."""

from enum import StrEnum

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


class HelperAct(TextChoices):
    """What a mandate may allow a helper to do for somebody; nothing else is ever allowed."""

    SEE = "SEE", _("Saw the timetable")
    ENROL = "ENROL", _("Enrolled")
    WITHDRAW = "WITHDRAW", _("Gave up the place")


class CounterAct(TextChoices):
    """What staff do for somebody who stands in front of them."""

    REGISTERED = "REGISTERED", _("Opened my record")
    CARD_PRINTED = "CARD_PRINTED", _("Printed a card for me")
    ADDRESS_ADDED = "ADDRESS_ADDED", _("Added an address or number to my record")
    MANDATE_MADE = "MANDATE_MADE", _("Made out a mandate for a helper")
    GUARDIAN_RECORDED = "GUARDIAN_RECORDED", _("Recorded a parent or guardian")


class Seen(TextChoices):
    """Where somebody at work saw who people are; the access log keeps the code, a person reads it in their language."""

    COUNTER_LIST = "counter_list", _("people registered at the counter")
    COUNTER_SEARCH = "counter_search", _("people registered at the counter, by a name looked for")
    COUNTER_PERSON = "counter_person", _("my page at the counter: name, birth year, commune, card")
    DESK_LIST = "people_list", _("people and what was done at counters")
    DESK_SEARCH = "people_search", _("people and what was done at counters, by what was looked for")
    DESK_PERSON = "people_one", _("my account and what was done at a counter")


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


class Theme(TextChoices):
    AS_DEVICE = "", _("As on my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Lightness(TextChoices):
    AS_DEVICE = "", _("As my browser asks")
    LITE = "1", _("Always lite: fewer pictures, less data")
    FULL = "0", _("Always full pages")


class PlaceKind(TextChoices):
    PROVINCE = "PROVINCE", _("province")
    MUNICIPALITY = "MUNICIPALITY", _("city")
    COMMUNE = "COMMUNE", _("commune")
    WARD = "WARD", _("ward")
    SPECIAL_ZONE = "SPECIAL_ZONE", _("special zone")


class FormerPlaceKind(TextChoices):
    """The three tiers until 30 June 2025."""

    PROVINCE = "PROVINCE", _("province")
    MUNICIPALITY = "MUNICIPALITY", _("city")
    URBAN_DISTRICT = "URBAN_DISTRICT", _("urban district")
    RURAL_DISTRICT = "RURAL_DISTRICT", _("rural district")
    TOWN = "TOWN", _("town")
    CITY = "CITY", _("city")
    WARD = "WARD", _("ward")
    COMMUNE = "COMMUNE", _("commune")
    TOWNSHIP = "TOWNSHIP", _("township")


class OrganizationKind(TextChoices):
    COMMUNITY_LEARNING_CENTRE = "COMMUNITY_LEARNING_CENTRE", _("Community learning centre")
    LIBRARY = "LIBRARY", _("Library")
    MUSEUM = "MUSEUM", _("Museum")
    CULTURAL_HOUSE = "CULTURAL_HOUSE", _("Cultural house")
    SCHOOL = "SCHOOL", _("School")
    VOCATIONAL_COLLEGE = "VOCATIONAL_COLLEGE", _("Vocational college")
    UNIVERSITY = "UNIVERSITY", _("University")
    ENTERPRISE = "ENTERPRISE", _("Enterprise")
    ASSOCIATION = "ASSOCIATION", _("Association")
    HEALTH_STATION = "HEALTH_STATION", _("Health station")
    AUTHORITY = "AUTHORITY", _("Authority")


class OrganizationStatus(TextChoices):
    """Lapsed is not stored: it is a verification whose last day has passed."""

    REGISTERED = "REGISTERED", _("Waiting for verification")
    VERIFIED = "VERIFIED", _("Verified")
    SUSPENDED = "SUSPENDED", _("Suspended")


class ComplaintSubject(TextChoices):
    NOT_AS_DESCRIBED = "NOT_AS_DESCRIBED", _("The class was not as described")
    NOT_HELD = "NOT_HELD", _("Classes were cancelled or not held")
    MONEY = "MONEY", _("Money was asked for that was not announced")
    CONDUCT = "CONDUCT", _("How people were treated")
    NOT_WHO_THEY_SAY = "NOT_WHO_THEY_SAY", _("They are not who they say they are")
    OTHER = "OTHER", _("Something else")


class ComplaintOutcome(TextChoices):
    UPHELD = "UPHELD", _("The complaint is right")
    PARTLY = "PARTLY", _("The complaint is right in part")
    NOT_UPHELD = "NOT_UPHELD", _("Nothing was found")
    PASSED_ON = "PASSED_ON", _("Passed on to the authority in charge")


class ConsentPurpose(TextChoices):
    ACCESS_NEEDS = "ACCESS_NEEDS", _("Show the centre of my class what I need there")


class ConsentChannel(TextChoices):
    """How somebody agreed."""

    PORTAL = "PORTAL", _("On this portal")
    COUNTER = "COUNTER", _("At the counter of an organisation")
    PAPER = "PAPER", _("On paper")


class AccessNeed(TextChoices):
    """What a place or a teacher can provide; never the name of an illness."""

    STEP_FREE = "STEP_FREE", _("A way in without steps")
    LARGE_PRINT = "LARGE_PRINT", _("Large print")
    SCREEN_READER = "SCREEN_READER", _("Material a screen reader can read")
    SIGN_LANGUAGE = "SIGN", _("Sign language")
    HEARING = "HEARING", _("To sit near the speaker, or a microphone")
    COMPANION = "COMPANION", _("Somebody comes with me")
    BREAKS = "BREAKS", _("More breaks, or more time")


class RetentionKind(TextChoices):
    """A kind of data with a time of its own."""

    ACCOUNT = "ACCOUNT", _("Name, addresses, settings")
    LEDGER = "LEDGER", _("Credit record, by number without a name")
    LEARNING = "LEARNING", _("Enrolments, attendance, what was read")
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


class HelpTag(TextChoices):
    """What somebody asked for; counted each month, so that what is asked for often is mended."""

    SIGNING_IN = "SIGNING_IN", _("Signing in")
    FINDING = "FINDING", _("Finding a course")
    ENROLLING = "ENROLLING", _("Enrolling, or leaving a class")
    RECORD = "RECORD", _("The credit record")
    DEVICE = "DEVICE", _("The telephone or the computer")
    ORGANIZATION = "ORGANIZATION", _("An organisation or a class")
    OTHER = "OTHER", _("Something else")


class HelpOutcome(TextChoices):
    HELPED = "HELPED", _("Helped")
    PASSED_ON = "PASSED_ON", _("Passed on to somebody else")
    NOT_REACHED = "NOT_REACHED", _("Not reached, tried twice")


class Role(TextChoices):
    MANAGER = "MANAGER", _("Manager")
    INSTRUCTOR = "INSTRUCTOR", _("Instructor")
    ASSESSOR = "ASSESSOR", _("Assessor")
    VOLUNTEER = "VOLUNTEER", _("Volunteer")


class Channel(TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    SMS = "SMS", _("Text message")


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


class MessageKind(TextChoices):
    SIGN_IN_CODE = "SIGN_IN_CODE", _("Sign-in code")
    ENROLLED = "ENROLLED", _("Enrolled")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    CLASS_TOMORROW = "CLASS_TOMORROW", _("Class tomorrow")
    ENTRY_REVERSED = "ENTRY_REVERSED", _("Entry reversed")
    LEARNING_RECOGNIZED = "LEARNING_RECOGNIZED", _("Learning recognised")
    RECORD_CHANGED = "RECORD_CHANGED", _("Something about the whole record")
    REQUEST_DECIDED = "REQUEST_DECIDED", _("Request about a record decided")
    CREDIT_POSTED = "CREDIT_POSTED", _("Credit posted")
    DISPUTE_OPENED = "DISPUTE_OPENED", _("Mistake reported")
    DISPUTE_TO_ANSWER = "DISPUTE_TO_ANSWER", _("Report of a mistake to answer")
    DISPUTE_ANSWERED = "DISPUTE_ANSWERED", _("Report of a mistake answered")
    PROPOSAL_SUBMITTED = "PROPOSAL_SUBMITTED", _("Proposal submitted")
    PROPOSAL_RETURNED = "PROPOSAL_RETURNED", _("Proposal returned")
    PROPOSAL_PUBLISHED = "PROPOSAL_PUBLISHED", _("Proposal published")
    ORGANIZATION_VERIFIED = "ORGANIZATION_VERIFIED", _("Organisation verified")
    ACCOUNT_CLOSING = "ACCOUNT_CLOSING", _("Account is being closed")
    COMPLAINT_RECEIVED = "COMPLAINT_RECEIVED", _("Complaint about an organisation received")
    COMPLAINT_ANSWERED = "COMPLAINT_ANSWERED", _("Complaint about an organisation answered")
    WEEKLY_DIGEST = "WEEKLY_DIGEST", _("Weekly digest")
    PATHWAY_REACHED = "PATHWAY_REACHED", _("Pathway reached")
    QUALIFICATION_AWARDED = "QUALIFICATION_AWARDED", _("Qualification awarded")
    CREDIT_EXPIRING = "CREDIT_EXPIRING", _("Credit expiring")
    WISH_OPENED = "WISH_OPENED", _("Class open for a wish")
    WISH_STILL_WANTED = "WISH_STILL_WANTED", _("Wish still wanted?")
    WAITING_JOINED = "WAITING_JOINED", _("On the waiting list")
    SEAT_OFFERED = "SEAT_OFFERED", _("Seat offered")
    SEAT_OFFER_LAPSED = "SEAT_OFFER_LAPSED", _("Seat offer not answered in time")
    WAITING_CLOSED = "WAITING_CLOSED", _("Waiting list closed")
    REVIEW_HIDDEN = "REVIEW_HIDDEN", _("Review hidden")
    REVIEW_DECIDED = "REVIEW_DECIDED", _("Decision about a hidden review")
    REPLY_HIDDEN = "REPLY_HIDDEN", _("Reply of an organisation hidden")
    REPLY_DECIDED = "REPLY_DECIDED", _("Decision about a hidden reply")
    WAY_CHANGED = "WAY_CHANGED", _("Way of signing in changed")
    NEW_DEVICE = "NEW_DEVICE", _("Signed in on a new device")
    CARD_PRINTED = "CARD_PRINTED", _("Learner card printed")
    GUARDIAN_ASKED = "GUARDIAN_ASKED", _("Something about a child waits for an answer")
    HELPER_NAMED = "HELPER_NAMED", _("Somebody helps the recipient by a mandate")


class Urgency(TextChoices):
    """URGENT leaves by the courier within a second; ROUTINE by a worker, swept every 15 seconds."""

    URGENT = "URGENT", _("Urgent")
    ROUTINE = "ROUTINE", _("Routine")


class Topic(TextChoices):
    """What a message is about, and what a person may stop; ACCOUNT cannot be stopped."""

    ACCOUNT = "ACCOUNT", _("Account and safety")
    CLASS_BOOKED = "CLASS_BOOKED", _("Classes I booked")
    RECORD = "RECORD", _("Record and credentials")
    PROVIDER = "PROVIDER", _("Organisation matters")
    DIGEST = "DIGEST", _("Weekly letter")
    WISH = "WISH", _("What I would like to learn")


class Policy(StrEnum):
    """What happens to a message whose sending was cut off after the hand-over."""

    ONCE = "ONCE"  # never repeated by itself: a curator looks
    AT_LEAST_ONCE = "AT_LEAST_ONCE"  # repeated with the same Message-ID, so that mail programs fold it


class Cap(StrEnum):
    ASKED = "ASKED"  # answers what the recipient just did; not counted in the weekly cap
    COUNTED = "COUNTED"


class MessageState(TextChoices):
    DUE = "DUE", _("Due")
    CLAIMED = "CLAIMED", _("Claimed")
    HANDED_OVER = "HANDED_OVER", _("Handed over")
    SENT = "SENT", _("Sent")
    FAILED = "FAILED", _("Failed")
    IN_DOUBT = "IN_DOUBT", _("In doubt")
    DROPPED = "DROPPED", _("Dropped")
