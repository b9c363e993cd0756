"""Letters: what they are about, how they go out, and where they stand."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    SMS = "SMS", _("Text message")


class MessageKind(TextChoices):
    SIGN_IN_CODE = "SIGN_IN_CODE", _("Sign-in code")
    NEW_WAY_CODE = "NEW_WAY_CODE", _("Code for a new way of signing in")
    COUNTER_CODE = "COUNTER_CODE", _("Code asked for at a counter")
    ENROLLED = "ENROLLED", _("Enrolled")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    PLACE_TAKEN = "PLACE_TAKEN", _("Place given up by the organisation")
    CLASS_TOMORROW = "CLASS_TOMORROW", _("Class tomorrow")
    ENTRY_REVERSED = "ENTRY_REVERSED", _("Entry reversed")
    LEARNING_RECOGNIZED = "LEARNING_RECOGNIZED", _("Learning recognised")
    RECORD_CHANGED = "RECORD_CHANGED", _("Something about the whole record")
    RECORD_READ = "RECORD_READ", _("Whole record read by a curator")
    READ_OFTEN = "READ_OFTEN", _("Read unusually often by one person")
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
    SEAT_OFFER_ENDING = "SEAT_OFFER_ENDING", _("Seat offer ends soon")
    SEAT_OFFER_LAPSED = "SEAT_OFFER_LAPSED", _("Seat offer not answered in time")
    SEATS_PASSED_ON = "SEATS_PASSED_ON", _("Seats of a group passed on by its leader")
    GROUP_ENDED = "GROUP_ENDED", _("Group ended without a place")
    WAITING_CLOSED = "WAITING_CLOSED", _("Waiting list closed")
    SESSION_MOVED = "SESSION_MOVED", _("Class session moved")
    SESSION_CANCELLED = "SESSION_CANCELLED", _("Class session cancelled")
    SESSION_ADDED = "SESSION_ADDED", _("Class session added")
    MEETING_CHANGED = "MEETING_CHANGED", _("Meeting link changed")
    RUN_CANCELLED = "RUN_CANCELLED", _("Class cancelled")
    RUN_SWITCHED = "RUN_SWITCHED", _("Place moved to another class")
    PLACE_ASKED = "PLACE_ASKED", _("Place asked for")
    PLACE_TO_DECIDE = "PLACE_TO_DECIDE", _("Request for a place to decide")
    PLACE_APPROVED = "PLACE_APPROVED", _("Request for a place approved")
    PLACE_REFUSED = "PLACE_REFUSED", _("Request for a place refused")
    COMING_ASKED = "COMING_ASKED", _("Still coming?")
    OBJECTION_TO_ANSWER = "OBJECTION_TO_ANSWER", _("Objection to attendance to answer")
    OBJECTION_ANSWERED = "OBJECTION_ANSWERED", _("Objection to attendance answered")
    REVIEW_HIDDEN = "REVIEW_HIDDEN", _("Review hidden")
    REVIEW_DECIDED = "REVIEW_DECIDED", _("Decision about a hidden review")
    REPLY_HIDDEN = "REPLY_HIDDEN", _("Reply of an organisation hidden")
    REPLY_DECIDED = "REPLY_DECIDED", _("Decision about a hidden reply")
    WAY_CHANGED = "WAY_CHANGED", _("Way of signing in changed")
    SECOND_STEP_LOST = "SECOND_STEP_LOST", _("Second step said to be lost")
    WAY_GONE = "WAY_GONE", _("An address or number opens the record no more")
    WAY_LOST = "WAY_LOST", _("Address or number said to be lost")
    NEW_DEVICE = "NEW_DEVICE", _("Signed in on a new device")
    CARD_PRINTED = "CARD_PRINTED", _("Learner card printed")
    CALENDAR_MADE = "CALENDAR_MADE", _("Calendar address made")
    GUARDIAN_ASKED = "GUARDIAN_ASKED", _("Something about a child waits for an answer")
    YEAR_CONFIRMED = "YEAR_CONFIRMED", _("Birth year confirmed at a counter")
    HELPER_NAMED = "HELPER_NAMED", _("Somebody helps the recipient by a mandate")
    MANDATE_ENDED = "MANDATE_ENDED", _("The recipient's mandate for somebody has ended")
    STAFF_JOINED = "STAFF_JOINED", _("Somebody has taken up a role in the organisation")
    STAFF_LEFT = "STAFF_LEFT", _("A role in the organisation has ended")
    ROLE_ENDED = "ROLE_ENDED", _("The recipient's role in an organisation has ended")


def message_kinds() -> list[tuple[str, str]]:
    """Return kinds and labels; a migration names this function, so a new kind is no change of the database."""
    return MessageKind.choices  # type: ignore[return-value]  # labels are lazy


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
