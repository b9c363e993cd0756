"""What helpers, counters and the helpline do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HelperAct(TextChoices):
    """What a mandate may allow a helper to do for somebody; nothing else is ever allowed."""

    SEE = "SEE", _("Saw the timetable")
    ENROL = "ENROL", _("Enrolled")
    WITHDRAW = "WITHDRAW", _("Gave up the place")
    LOOK = "LOOK", _("Set how pages look")


class HelperStep(TextChoices):
    """What a helper who may enrol, or give up, did on the way to a place; named by what the act was done on."""

    PLACE_ASKED = "ENROL:place_request", _("Asked for a place")
    ASKED_NO_MORE = "WITHDRAW:place_request", _("Took back the request for a place")
    WAITS = "ENROL:waiting", _("Joined the waiting list")
    WAITS_NO_MORE = "WITHDRAW:waiting", _("Left the waiting list")
    SAID = "ENROL:about", _("Said what the class asks for")


class CounterAct(TextChoices):
    """What staff do for somebody who stands in front of them."""

    REGISTERED = "REGISTERED", _("Opened my record")
    CARD_PRINTED = "CARD_PRINTED", _("Printed a card for me")
    ADDRESS_ADDED = "ADDRESS_ADDED", _("Added an address or number to my record")
    ADDRESS_CONFIRMED = "ADDRESS_CONFIRMED", _("Confirmed that what was added to my record is mine")
    ADDRESS_CONFIRMED_BY_CURATOR = (
        "ADDRESS_CONFIRMED_BY_CURATOR",
        _("As a curator, confirmed that what was added to my record is mine"),
    )
    WAY_ENDED = "WAY_ENDED", _("Said that my number or address reaches nobody")
    WAY_TAKEN_OFF = "WAY_TAKEN_OFF", _("Took a number or address off my record")
    WAY_TAKEN_OFF_BY_CURATOR = "WAY_TAKEN_OFF_BY_CURATOR", _("As a curator, took a number or address off my record")
    WAY_GIVEN_BACK = "WAY_GIVEN_BACK", _("Left the number or address with my record")
    MANDATE_MADE = "MANDATE_MADE", _("Made out a mandate for a helper")
    GUARDIAN_RECORDED = "GUARDIAN_RECORDED", _("Recorded a parent or guardian")
    NAME_CORRECTED = "NAME_CORRECTED", _("Corrected my name")
    NAME_CHANGED = "NAME_CHANGED", _("I changed my name")
    YEAR_CORRECTED = "YEAR_CORRECTED", _("Corrected my birth year")
    LOOK_SET = "LOOK_SET", _("Set how pages look for me, as I said")
    CONSENT_WITNESSED = "CONSENT_WITNESSED", _("Wrote down what I agreed to")
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", _("Wrote down that I withdrew a consent")
    CLOSING_ASKED = "CLOSING_ASKED", _("Asked for my account to be closed, as I wished")
    CLOSING_CONFIRMED = "CLOSING_CONFIRMED", _("Confirmed that my account is to be closed")
    CLOSING_CONFIRMED_BY_CURATOR = (
        "CLOSING_CONFIRMED_BY_CURATOR",
        _("As a curator, confirmed that my account is to be closed"),
    )


class Corrected(TextChoices):
    """What of a person's record staff at a counter may correct, and the person their name."""

    NAME = "NAME", _("Full name")
    BIRTH_YEAR = "BIRTH_YEAR", _("Birth year")
    LOOK = "LOOK", _("How pages look")


class Seen(TextChoices):
    """Where somebody at work saw who people are; the access log keeps the code, a person reads it in their language."""

    COUNTER_LIST = "counter_list", _("people registered at the counter")
    COUNTER_SEARCH = "counter_search", _("people registered at the counter, by a name looked for")
    COUNTER_PERSON = "counter_person", _("my page at the counter: name, birth year, commune, card")
    ROSTER = "roster", _("the roster of my class: name, attendance, what I need there")
    SIGN_IN_SHEET = "sign_in_sheet", _("the sheet to sign of my class: name")
    WAITING_LIST = "waiting_list", _("the waiting list of a class: name")
    PLACE_REQUESTS = "place_requests", _("those who ask for a place in a class: name, what they have written")
    PLACE_REQUEST = "place_request", _("my request for a place in a class")
    ATTENDANCE_DESK = "attendance_desk", _("those who object to their attendance, or whose credit is in doubt")
    ATTENDANCE = "attendance", _("my attendance in a class, day by day")
    CALL_LIST = "call_list", _("people to call about a class that has changed: name, phone number")
    DESK_LIST = "people_list", _("people and what was done at counters")
    DESK_SEARCH = "people_search", _("people and what was done at counters, by what was looked for")
    DESK_PERSON = "people_one", _("my account and what was done at a counter")


# Several people on one page: a person reads of it once a day, not at each look.
SEEN_IN_LISTS = frozenset(
    {
        Seen.COUNTER_LIST,
        Seen.ROSTER,
        Seen.SIGN_IN_SHEET,
        Seen.WAITING_LIST,
        Seen.PLACE_REQUESTS,
        Seen.ATTENDANCE_DESK,
        Seen.DESK_LIST,
    }
)
# Several people on one page as well, and each look is one: that somebody stands there often says nothing about them.
SEEN_OF_MANY = SEEN_IN_LISTS | {Seen.COUNTER_SEARCH, Seen.DESK_SEARCH, Seen.CALL_LIST}


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
