"""Figures of the people's side, each with its unit and its source: delivery, sign-in codes, limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from types import MappingProxyType
from typing import Literal

from learners.choices import Cap, Channel, MessageKind, Policy, Topic, Urgency

# --- Delivery ---

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
        MessageKind.NEW_DEVICE: Delivery(
            policy=Policy.AT_LEAST_ONCE,
            urgency=Urgency.URGENT,
            topic=Topic.ACCOUNT,
            cap=Cap.ASKED,
            required=_words("device date time link"),
            optional=_words("help_phone"),
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
        ),
        MessageKind.REVIEW_DECIDED: Delivery(
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


# --- Sign-in codes ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``times`` in ``per``; for each address or for each network address."""

    times: int
    per: timedelta
    source: str


CODE_DIGITS = 6  # 20 bits. Source: OWASP ASVS 5.0, 6.5.4
CODE_VALID = timedelta(minutes=10)  # Source: OWASP ASVS 5.0, 6.5.5
CODE_GUESSES_MAX = 5  # Source: portal policy, 2026-11-21
CODES_PER_ADDRESS = (
    Limit(times=5, per=timedelta(hours=1), source=POLICY),
    # 20 codes of 5 guesses: the chance to guess one of them in a day stays at 1 in 10,000.
    Limit(times=20, per=timedelta(days=1), source=POLICY),
)
# A way that cost money each time is asked for less often.
CODES_PER_NUMBER = (
    Limit(times=5, per=timedelta(hours=1), source=POLICY),
    Limit(times=10, per=timedelta(days=1), source="portal policy, 2026-11-26"),
)
# Asked for while signed in: to prove again, or for a new address or number, whichever it is.
CODES_PER_LEARNER = Limit(times=10, per=timedelta(hours=1), source="portal policy, 2026-11-26")
# For each of the two forms, the address and the code. One router may serve a school, one address of a mobile network a
# district: what keeps guesses rare are the limits of each code and each address, not this one.
SIGN_IN_POSTS_PER_IP = Limit(times=120, per=timedelta(minutes=1), source="portal policy, 2026-11-26")
# Each code of a class of thirty asked for twice. Source: portal policy, 2026-11-26
SMS_PER_IP = Limit(times=60, per=timedelta(minutes=10), source="portal policy, 2026-11-26")
# A code was right and the address is new: so long the person may take to write their name.
NAME_WITHIN = timedelta(minutes=30)  # Source: portal policy, 2026-11-21
# So long a proof of who is there counts as fresh (Level.REDEEM). Source: portal policy, 2026-11-26
PROOF_FRESH = timedelta(minutes=10)
# A shared computer's session ends after so long without a page, and with its browser. Source: portal policy, 2026-11-26
SHARED_IDLE = timedelta(minutes=20)
# How exactly "last seen" is known: each time more is one more row written. Source: portal policy, 2026-11-26
SEEN_EVERY, SHARED_SEEN_EVERY = timedelta(minutes=15), timedelta(minutes=1)
# A browser that was signed in within this time is no new device. Source: portal policy, 2026-11-26
DEVICE_KNOWN_FOR = timedelta(days=180)
# A provider has said who somebody is: so long it waits for the record's own way. Source: portal policy, 2026-11-26
IDENTITY_WAITS = timedelta(minutes=10)


# --- Text messages ---


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsTerms:
    """What text messages cost and how many may leave; figures of the contract with the gateway, and our own brakes."""

    dong_per_part: int
    per_day_max: int  # of the whole portal: a bill nobody can run up
    source: str


SMS = SmsTerms(dong_per_part=350, per_day_max=20_000, source="portal policy, 2026-11-26; the contract names the price")
# One part holds so many letters: 160 of the GSM alphabet, 70 when one letter is outside it; parts of a long message
# hold fewer. Source: 3GPP TS 23.038 and 23.040.
SMS_LETTERS_GSM, SMS_LETTERS_GSM_OF_MANY = 160, 153
SMS_LETTERS_UCS2, SMS_LETTERS_UCS2_OF_MANY = 70, 67
# From the first to the second no text message rings but what its reader waits for; Vietnamese time.
QUIET_HOURS = (time(21, 0), time(7, 0))  # Source: portal policy, 2026-11-26


# --- The counter and its cards ---

SECRET_BYTES = 16  # of a card's QR code, and of an invitation to help. Source: OWASP ASVS 5.0, 11.5.1 (128 bits)
# Letters and digits nobody takes for each other: no I, L, O, S, 0, 1, 5. Eight of them are 39 bits.
CARD_LETTERS = "2346789ABCDEFGHJKMNPQRTUVWXYZ"
CARD_CODE_LETTERS = 8  # Source: OWASP ASVS 5.0, 6.5.4 (at least 20 bits), with room for a million cards
PIN_DIGITS_MIN, PIN_DIGITS_MAX = 4, 6  # Source: portal policy, 2026-11-26
# Wrong birth years or PINs; after so many the card is scanned, or another is printed. Source: portal policy, 2026-11-26
CARD_GUESSES = Limit(times=5, per=timedelta(days=1), source="portal policy, 2026-11-26")  # of one card
ACCOUNT_GUESSES = Limit(times=15, per=timedelta(days=30), source="portal policy, 2026-11-26")  # of all its cards
CARD_SESSION = timedelta(hours=2)  # most are at a shared computer. Source: portal policy, 2026-11-26
REGISTERED_PER_DAY_MAX = 200  # by one organisation; five classes of thirty, and some. Source: portal policy, 2026-11-26
# The words read out before somebody at a counter agrees: learners/data/README.md tells which words these are.
COUNTER_CONSENT = "counter-1"


# --- Helpers ---

MANDATE_DAYS_MAX = timedelta(days=366)  # Source: portal policy, 2026-11-26
MANDATE_DAYS = (30, 90, 365)  # what is offered. Source: portal policy, 2026-11-26
MANDATE_CODE_VALID = timedelta(days=7)  # as an invitation. Source: portal policy, 2026-11-26
MANDATES_MAX = 5  # of one person at once. Source: portal policy, 2026-11-26
HELPER_CODES = Limit(times=10, per=timedelta(hours=1), source="portal policy, 2026-11-26")  # typed by one account


# --- Organisations ---

ORGANIZATIONS_WAITING_MAX = 5  # of one learner, not yet verified. Source: portal policy, 2026-11-21
VERIFIED_YEARS = 2  # what a curator is offered as the end of a verification. Source: portal policy, 2026-11-21
VERIFIED_YEARS_MAX = 5  # the longest a curator may give at once. Source: portal policy, 2026-11-21


# --- Complaints about organisations ---

COMPLAINT_WORKING_DAYS = 15  # until the curators answer; as a report of a mistake. Source: portal policy, 2026-11-26
COMPLAINTS_OPEN_MAX = 3  # of one learner, not yet answered. Source: portal policy, 2026-11-26
COMPLAINT_LETTERS_MAX = 2_000  # of a complaint, and of its answer. Source: portal policy, 2026-11-26


# --- Personal data ---

EXPORT_VALID = timedelta(days=7)  # the file of all one's data is there that long. Source: portal policy, 2026-11-26
EXPORT_LEASE = timedelta(minutes=6)  # longer than a task may run. Source: portal/celery.py, task_time_limit
EXPORT_ATTEMPTS_MAX = 3  # a worker that dies over it leaves it to another. Source: portal policy, 2026-11-26
CLOSING_WAITS = timedelta(days=14)  # in which signing in stops it. Source: portal policy, 2026-11-26
FORGOTTEN_AT_ONCE_MAX = 10_000  # rows of a kind one night empties; the next goes on. Source: portal policy, 2026-11-26
NEEDS_LETTERS_MAX = 200  # of what somebody needs in a class, in their own words. Source: portal policy, 2026-11-26


# --- A human: requests to be called back ---

HELP_WORKING_DAYS = 1  # until somebody calls back. Source: FEATURES.md R7 (call-back within one working day)
HELP_LETTERS_MAX = 500  # of what it is about, and of the note of who called. Source: portal policy, 2026-11-26
HELP_OPEN_PER_REACH_MAX = 3  # not yet answered, to be reached the same way. Source: portal policy, 2026-11-26
# Not yet answered, in the whole portal; beyond it nobody would keep the promised day. Source: portal policy, 2026-11-26
HELP_OPEN_MAX = 2_000
# For each network address: a library's computers and a class behind one router ask too.
HELP_POSTS_PER_IP = Limit(times=20, per=timedelta(hours=1), source="portal policy, 2026-11-26")
HELP_MONTHS_SHOWN = 12  # of the numbers of what was asked. Source: portal policy, 2026-11-26
