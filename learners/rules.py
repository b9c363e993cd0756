"""Figures of the people's side, each with its unit and its source: delivery, sign-in codes, limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from learners.choices import Cap, MessageKind, Policy, Topic, Urgency

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
        ),
        MessageKind.ENROLLED: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course link"),
            optional=_words("date time venue instructor bring first_unit credits deadline"),
        ),
        MessageKind.WITHDRAWN: Delivery(
            policy=Policy.ONCE,
            urgency=Urgency.ROUTINE,
            topic=Topic.CLASS_BOOKED,
            cap=Cap.ASKED,
            required=_words("course date link"),
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
# For each of the two forms, the address and the code.
SIGN_IN_POSTS_PER_IP = Limit(times=30, per=timedelta(minutes=1), source=POLICY)
# A code was right and the address is new: so long the person may take to write their name.
NAME_WITHIN = timedelta(minutes=30)  # Source: portal policy, 2026-11-21


# --- Organisations ---

ORGANIZATIONS_WAITING_MAX = 5  # of one learner, not yet verified. Source: portal policy, 2026-11-21
VERIFIED_YEARS = 2  # what a curator is offered as the end of a verification. Source: portal policy, 2026-11-21
VERIFIED_YEARS_MAX = 5  # the longest a curator may give at once. Source: portal policy, 2026-11-21


# --- Complaints about organisations ---

COMPLAINT_WORKING_DAYS = 15  # until the curators answer; as a report of a mistake. Source: portal policy, 2026-11-26
COMPLAINTS_OPEN_MAX = 3  # of one learner, not yet answered. Source: portal policy, 2026-11-26
COMPLAINT_LETTERS_MAX = 2_000  # of a complaint, and of its answer. Source: portal policy, 2026-11-26
