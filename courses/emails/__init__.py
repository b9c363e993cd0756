"""What the courses' side says in its messages: each function returns a kind's placeholders, already formatted."""

from courses.emails.attendance import objection_answered, objection_to_answer
from courses.emails.coming import coming_asked
from courses.emails.enrollment import class_tomorrow, credit_posted, enrolled, place_taken, withdrawn
from courses.emails.moderation import reply_decided, reply_hidden, review_decided, review_hidden
from courses.emails.place_request import approved, approved_to_wait, place_asked, place_refused, place_to_decide
from courses.emails.proposal import proposal_published, proposal_returned, proposal_submitted
from courses.emails.run import run_cancelled, run_switched
from courses.emails.session import meeting_changed, session_changed
from courses.emails.waiting import (
    group_ended,
    seat_offer_lapsed,
    seat_offered,
    seats_passed_on,
    waiting_closed,
    waiting_joined,
)
from courses.emails.wish import wish_opened, wish_still_wanted

__all__ = [
    "approved",
    "approved_to_wait",
    "class_tomorrow",
    "coming_asked",
    "credit_posted",
    "enrolled",
    "group_ended",
    "meeting_changed",
    "objection_answered",
    "objection_to_answer",
    "place_asked",
    "place_refused",
    "place_taken",
    "place_to_decide",
    "proposal_published",
    "proposal_returned",
    "proposal_submitted",
    "reply_decided",
    "reply_hidden",
    "review_decided",
    "review_hidden",
    "run_cancelled",
    "run_switched",
    "seat_offer_lapsed",
    "seat_offered",
    "seats_passed_on",
    "session_changed",
    "waiting_closed",
    "waiting_joined",
    "wish_opened",
    "wish_still_wanted",
    "withdrawn",
]
