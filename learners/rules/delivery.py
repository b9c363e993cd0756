"""How messages of each kind leave: policy, urgency, words, channels, retries; each figure with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from learners.choices import Cap, Channel, MessageKind, Policy, Topic, Urgency

POLICY = "portal policy, 2026-11-21"
_TEXTS = "learners/data/messages.yaml, topic and cap of each kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How messages of one kind leave."""

    policy: Policy
    urgency: Urgency
    topic: Topic
    cap: Cap
    # What a text of this kind may name; the optional ones may be empty.
    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    # The learner's own switch for this kind; None: cannot be stopped.
    switch: Literal["wants_digest", "wants_reminders"] | None = None
    # Emptied once the message is sent, failed or dropped.
    secrets: frozenset[str] = frozenset()
    has_frame: bool = True  # greeting and footer
    # Text messages cost money, so few kinds have a text for them.
    channels: frozenset[Channel] = frozenset({Channel.EMAIL})
    keeps_quiet_hours: bool = True  # as a text message; False for what the recipient waits for
    source: str = f"{POLICY}; {_TEXTS}"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DELIVERY: Mapping[MessageKind, Delivery] = MappingProxyType(
    {
        MessageKind.SIGN_IN_CODE: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("code minutes"),
            secrets=_words("code"),
            has_frame=False,
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
            keeps_quiet_hours=False,
        ),
        MessageKind.WAY_CHANGED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("what date time link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.SECOND_STEP_LOST: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("what date time stop_link"),
            optional=_words("help_phone"),
            secrets=_words("stop_link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.NEW_DEVICE: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("device date time link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.ENROLLED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course link"),
            optional=_words("date time venue instructor bring first_unit credits deadline helper"),
        ),
        MessageKind.WITHDRAWN: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course date link"),
            optional=_words("helper"),
        ),
        # Who does not hear of it stands before a class without a place.
        MessageKind.PLACE_TAKEN: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course org date reason link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.CLASS_TOMORROW: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.COUNTED,
            required=_words("course session_title date time link"),
            optional=_words("venue directions bring"),
            switch="wants_reminders",
        ),
        MessageKind.ENTRY_REVERSED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.ASKED,
            required=_words("course credits date reason authority balance_hours balance_credits link"),
            optional=_words("set_aside"),
        ),
        MessageKind.LEARNING_RECOGNIZED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.ASKED,
            required=_words("course provider issuer reason credits hours date balance_hours balance_credits link"),
        ),
        MessageKind.RECORD_CHANGED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("what reason date link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.RECORD_READ: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("date time link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.READ_OFTEN: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("date link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.REQUEST_DECIDED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("what outcome person date link"),
            optional=_words("note"),
        ),
        MessageKind.CREDIT_POSTED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.COUNTED,
            required=_words("course credits hours issuer date balance_hours balance_credits review_link link"),
            optional=_words("evidence"),
        ),
        MessageKind.DISPUTE_OPENED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.ASKED,
            required=_words("case course date deadline org link"),
        ),
        MessageKind.DISPUTE_TO_ANSWER: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("case course org deadline link"),
        ),
        MessageKind.DISPUTE_ANSWERED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.ASKED,
            required=_words("case date outcome reason person org link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.OBJECTION_TO_ANSWER: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("course session_title org deadline link"),
        ),
        MessageKind.OBJECTION_ANSWERED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course session_title outcome reason link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.PROPOSAL_SUBMITTED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("course org link"),
            optional=_words("deadline"),
        ),
        MessageKind.PROPOSAL_RETURNED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("course points link"),
            optional=_words("person"),
        ),
        MessageKind.PROPOSAL_PUBLISHED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("course date version link"),
            optional=_words("classes"),
        ),
        MessageKind.ORGANIZATION_VERIFIED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("org verified_by date link"),
        ),
        MessageKind.ACCOUNT_CLOSING: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("date link"),
            secrets=_words("link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.COMPLAINT_RECEIVED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("org date deadline link"),
        ),
        MessageKind.COMPLAINT_ANSWERED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("org date outcome reason person link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.WEEKLY_DIGEST: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.DIGEST,
            cap=Cap.COUNTED,
            required=_words("headline balance_hours balance_credits link"),
            optional=_words("learned posted sessions continue"),
            switch="wants_digest",
        ),
        MessageKind.PATHWAY_REACHED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.COUNTED,
            required=_words("pathway org credits link"),
        ),
        MessageKind.QUALIFICATION_AWARDED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.ASKED,
            required=_words("pathway org credits date balance_credits link"),
        ),
        MessageKind.CREDIT_EXPIRING: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.RECORD,
            cap=Cap.COUNTED,
            required=_words("course credits issuer date days link"),
            optional=_words("rule"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.WISH_OPENED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.WISH,
            cap=Cap.ASKED,
            required=_words("wish place org course link"),
            optional=_words("date time venue"),
        ),
        MessageKind.WISH_STILL_WANTED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.WISH,
            cap=Cap.COUNTED,
            required=_words("wish place date deadline link"),
        ),
        MessageKind.WAITING_JOINED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course waiting_for link"),
            optional=_words("helper leader"),
        ),
        # Whoever reads it may answer without signing in, so its links are forgotten once it has left; sent twice, it
        # is folded by mail programs, and lost, somebody would lose their seat.
        MessageKind.SEAT_OFFERED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course deadline link decline_link"),
            optional=_words("date time venue"),
            secrets=_words("link decline_link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.SEAT_OFFER_ENDING: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course deadline link decline_link"),
            optional=_words("date time venue"),
            secrets=_words("link decline_link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.SEAT_OFFER_LAPSED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course deadline link"),
            optional=_words("waiting_for"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.SEATS_PASSED_ON: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course leader link"),
            optional=_words("waiting_for"),
        ),
        MessageKind.GROUP_ENDED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course link"),
            optional=_words("leader"),
        ),
        MessageKind.WAITING_CLOSED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course date link"),
            optional=_words("people"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        # Whoever does not hear of these stands before a closed door, so they go by either channel and are repeated; at
        # any hour when they are about today or tomorrow (``message.queue_all``, at_once).
        MessageKind.SESSION_MOVED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course session_title old_date old_time date time reason link"),
            optional=_words("venue room"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.SESSION_CANCELLED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course session_title old_date old_time reason link"),
            optional=_words("made_up"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.SESSION_ADDED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course session_title date time reason link"),
            optional=_words("venue room"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.MEETING_CHANGED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course session_title date time link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.RUN_CANCELLED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course date reason org link"),
            optional=_words("others help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.RUN_SWITCHED: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course old_date date reason link"),
            optional=_words("time venue"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.PLACE_ASKED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course org deadline link"),
            optional=_words("helper"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.PLACE_TO_DECIDE: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.PROVIDER,
            cap=Cap.ASKED,
            required=_words("why course org date deadline link"),
        ),
        MessageKind.PLACE_APPROVED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course org link"),
            optional=_words("waiting_for date time venue instructor bring first_unit credits deadline"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.PLACE_REFUSED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course org reason link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        # Who reads it may answer without signing in, as SEAT_OFFERED.
        MessageKind.COMING_ASKED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.COUNTED,
            required=_words("course date time link decline_link"),
            optional=_words("venue"),
            secrets=_words("link decline_link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.REVIEW_HIDDEN: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("course reason link"),
            optional=_words("note"),
        ),
        MessageKind.CARD_PRINTED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("date who link"),
            optional=_words("help_phone"),
            # Rare, and a lasting way in: who has only a phone hears of it as well.
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.CALENDAR_MADE: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("date time link"),
            optional=_words("help_phone"),
            # As rare as a card, and it outlives the session it was made in.
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.HELPER_NAMED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("helper who date link end_link"),
            optional=_words("help_phone"),
            secrets=_words("end_link"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.GUARDIAN_ASKED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("child what link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.YEAR_CONFIRMED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("year org date link"),
            optional=_words("help_phone"),
            channels=frozenset({Channel.EMAIL, Channel.SMS}),
        ),
        MessageKind.REVIEW_DECIDED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("course outcome link"),
            optional=_words("note"),
        ),
        MessageKind.REPLY_HIDDEN: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("course reason link"),
            optional=_words("note"),
        ),
        MessageKind.REPLY_DECIDED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("course outcome link"),
            optional=_words("note"),
        ),
    }
)

# Longer than EMAIL_TIMEOUT (20 s): a living sender seldom meets a second claim. Source: portal policy, 2026-11-21.
LEASE = timedelta(seconds=60)
# One run of the task ends after so many; the next tick, 15 s later, goes on. Source: portal policy, 2026-11-21.
MESSAGES_PER_BATCH_MAX = 500
# ... or after this time: well before the task's own limit (240 s in portal/celery.py), which would cut a letter in two.
BATCH_ENDS_AFTER = timedelta(seconds=150)
# After a transient refusal; after the last one the message has failed. Source: RFC 5321, 4.5.4.1 (retry with patience).
RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=4))
