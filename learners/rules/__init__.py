"""Figures of the people's side, each with its unit and its source; of messages in ``delivery``."""

from dataclasses import dataclass
from datetime import time, timedelta

from learners.rules.delivery import (  # noqa: F401 -- rules like the others, in a file of their own for their length
    BATCH_ENDS_AFTER,
    DELIVERY,
    LEASE,
    MESSAGES_PER_BATCH_MAX,
    POLICY,
    RETRY_DELAYS,
    Delivery,
)

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
# From one network (/24, /48), by letter or text: a school of six hundred in one hour. One network address of many still
# asks for no more. Source: portal policy, 2026-11-26
CODES_PER_NETWORK = Limit(times=600, per=timedelta(hours=1), source="portal policy, 2026-11-26")
# To e-mail addresses that open no record, of the whole portal: what we write to people who never asked us to. Beyond it
# nothing leaves, and nobody is told the difference. Source: portal policy, 2026-11-26
LETTERS_TO_STRANGERS = Limit(times=5_000, per=timedelta(hours=1), source="portal policy, 2026-11-26")
# To addresses somebody signed in wants to add, of the whole portal, known or not: strangers cannot use these up.
LETTERS_TO_NEW_WAYS = Limit(times=2_000, per=timedelta(hours=1), source="portal policy, 2026-11-26")
# Asked for while signed in: to prove again, or for a new address or number, whichever it is.
CODES_PER_LEARNER = Limit(times=10, per=timedelta(hours=1), source="portal policy, 2026-11-26")
WARN_FROM = 0.5  # of a limit of the whole portal, and at each tenth more. Source: portal policy, 2026-11-26
# For each of the two forms, the address and the code. One router may serve a school, one address of a mobile network a
# district: what keeps guesses rare are the limits of each code and each address, not this one.
SIGN_IN_POSTS_PER_IP = Limit(times=120, per=timedelta(minutes=1), source="portal policy, 2026-11-26")
# From one network (/24, /48): ten such addresses at their limit. It bounds how many rows of counters a network writes.
SIGN_IN_POSTS_PER_NETWORK = Limit(times=1_200, per=timedelta(minutes=1), source="portal policy, 2026-11-27")
# Each code of a class of thirty asked for twice. Source: portal policy, 2026-11-26
SMS_PER_IP = Limit(times=60, per=timedelta(minutes=10), source="portal policy, 2026-11-26")
# From one network (/24, /48): twelve networks full of machines leave the numbers that open a record what they need.
SMS_PER_NETWORK = Limit(times=1_000, per=timedelta(days=1), source="portal policy, 2026-11-26")
# A code was right and the address is new: so long the person may take to write their name.
NAME_WITHIN = timedelta(minutes=30)  # Source: portal policy, 2026-11-21
# Wrong codes of the second step, of one account. An app's code is right at three moments, so the chance of a guess
# stays at 6 in 100,000 a day. Source: portal policy, 2026-11-26 (OWASP ASVS 5.0, 6.3.1)
SECOND_STEP_GUESSES = Limit(times=20, per=timedelta(days=1), source="portal policy, 2026-11-26")
# So long a proof of who is there counts as fresh (Level.REDEEM). Source: portal policy, 2026-11-26
PROOF_FRESH = timedelta(minutes=10)
# What was typed before proving again is kept so long, and no more of it: a code is good for ten minutes, and may come
# late. Source: portal policy, 2026-11-27
KEPT_FORM_FOR, KEPT_FORM_LENGTH_MAX = timedelta(minutes=20), 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimit:
    """A session ends after ``idle`` without a page, and ``absolute`` after signing in, whichever comes first."""

    idle: timedelta
    absolute: timedelta
    source: str


# One's own device. The idle time is the cookie's (settings.SESSION_COOKIE_AGE).
OWN_SESSION = SessionLimit(
    idle=timedelta(days=30),
    absolute=timedelta(days=180),
    source="OWASP ASVS 5.0, 7.3.1 and 7.3.2; portal policy, 2026-11-26: people who learn on their own phone stay in",
)
# The pages of curators and of organisations: a session that is older, or was left alone longer, signs in again first.
STAFF_SESSION = SessionLimit(
    idle=timedelta(hours=1),
    absolute=timedelta(hours=12),
    source="OWASP ASVS 5.0, 7.3.1 and 7.3.2; portal policy, 2026-11-26: a working day, and no lunch break",
)
# A shared computer's ends with its browser too; a page that asks again by itself keeps it open no longer than this.
# Source: portal policy, 2026-11-26; the whole of it 2026-11-27
SHARED_IDLE, SHARED_WHOLE = timedelta(minutes=20), timedelta(hours=4)
# How exactly "last seen" is known: each time more is one more row written. Source: portal policy, 2026-11-26
SEEN_EVERY, SHARED_SEEN_EVERY = timedelta(minutes=15), timedelta(minutes=1)
# A browser that was signed in within this time is no new device. Source: portal policy, 2026-11-26
DEVICE_KNOWN_FOR = timedelta(days=180)
# A provider has said who somebody is: so long it waits for the record's own way. Source: portal policy, 2026-11-26
IDENTITY_WAITS = timedelta(minutes=10)
# Removed from an account merged away: as long as the merge can be undone, and a day. Source: credits/rules.py, 30 days
REMOVED_WAY_KEPT = timedelta(days=31)
# The name on a guardian's paper, after the code ran out or they were taken back. Source: portal policy, 2026-11-27
PAPER_NAME_KEPT = timedelta(days=30)
# The link by which a letter is stopped; a newer one has its own. Source: portal policy, 2026-11-27
UNSUBSCRIBE_KEPT = timedelta(days=400)
# A way taken off at a counter is given back so long. Source: portal policy, 2026-11-26: as a merge is undone
DEAD_WAY_GIVEN_BACK = timedelta(days=30)
# A way added in front of one member of staff opens learning only. Source: portal policy, 2026-11-27: as long as that
ADDED_WAY_HELD = timedelta(days=30)
# A second step that two curators have confirmed to be lost waits so long for whoever it belongs to, over a weekend;
# what nobody confirms lapses; and afterwards nobody spends or changes ways. Source: portal policy, 2026-11-27: as above
SECOND_STEP_WAITS = timedelta(hours=72)
SECOND_STEP_ASKED_FOR = SECOND_STEP_HELD_BACK = timedelta(days=30)
# The same of an address or number that is lost. Source: portal policy, 2026-11-27: as above
LOST_WAY_WAITS, LOST_WAY_ASKED_FOR, LOST_WAY_HELD_BACK = SECOND_STEP_WAITS, timedelta(days=30), timedelta(days=30)
# A way taken off objects within a week, which a trip without reading mail fits into; the record is held as long as
# above, and the row kept until that is over for certain. Source: portal policy, 2026-11-27
CHANGED_WAY_DOUBTED = timedelta(days=7)  # before: so long whoever took a record over may have waited between two steps
CHANGED_WAY_OBJECTED_WITHIN, CHANGED_WAY_HELD_BACK, CHANGED_WAY_KEPT = (
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=45),
)


# --- Readings of a person's record ---

# Who at work opens one person's pages more often than this is unusual, and the person is told, so often at most. A page
# is counted once an hour, so these are so many pages, or hours.
READ_OFTEN = Limit(
    times=6,
    per=timedelta(days=1),
    source="portal policy, 2026-11-27: a counter needs a page or two; to be set anew when real days are counted",
)
READ_OFTEN_TOLD_EVERY = timedelta(days=7)


# --- Text messages ---


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsTerms:
    """What text messages cost and how many may leave; figures of the contract with the gateway, and our own brakes."""

    dong_per_part: int
    per_day_max: int  # of the whole portal: a bill nobody can run up
    kept_for_known: int  # of these, for numbers that open a record: whoever has only a phone comes in all the same
    for_new_ways: int  # and of those so many for numbers that somebody signed in adds
    source: str


SMS = SmsTerms(
    dong_per_part=350,
    per_day_max=20_000,
    kept_for_known=8_000,
    for_new_ways=2_000,
    source="portal policy, 2026-11-26; the contract names the price",
)
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
GUESS_BLUR = timedelta(milliseconds=20)  # the longest wait before a wrong guess is answered; measured: it hides 0.3 ms
# How often one card opens a session: each is a row, and a letter to who has an address.
CARD_USES = Limit(times=20, per=timedelta(hours=1), source="portal policy, 2026-11-26")
CARD_SESSION = timedelta(hours=2)  # most are at a shared computer. Source: portal policy, 2026-11-26
REGISTERED_PER_DAY_MAX = 200  # by one organisation; five classes of thirty, and some. Source: portal policy, 2026-11-26
# The words read out before somebody at a counter agrees: learners/data/README.md tells which words these are.
COUNTER_CONSENT = "counter-1"


# --- Helpers ---

MANDATE_DAYS_MAX = timedelta(days=366)  # Source: portal policy, 2026-11-26
MANDATE_DAYS = (30, 90, 365)  # what is offered. Source: portal policy, 2026-11-26
MANDATE_CODE_VALID = timedelta(days=7)  # as an invitation. Source: portal policy, 2026-11-26
NAMES_A_DAY_MAX = 5  # a person gives themself: each former one stays on record. Source: portal policy, 2026-11-27
MANDATES_MAX = 5  # of one person at once. Source: portal policy, 2026-11-26
MANDATES_A_DAY_MAX = 20  # given and taken back: each stays on record. Source: portal policy, 2026-11-27
HELPER_CODES = Limit(times=10, per=timedelta(hours=1), source="portal policy, 2026-11-26")  # typed by one account


# --- Who works in an organisation ---

STAFF_CODE_VALID = timedelta(days=14)  # as an invitation at work. Source: portal policy, 2026-11-27
STAFF_MAX = 500  # roles in one organisation at once. Source: portal policy, 2026-11-27
STAFF_INVITATIONS_MAX = 30  # open at once. Source: portal policy, 2026-11-27
STAFF_INVITATIONS_A_DAY_MAX = 60  # made out and taken back: each stays on record. Source: portal policy, 2026-11-27


# --- Guardians ---

# By one account, for itself or a child: each stays on record once taken back.
CONSENTS_SAID = Limit(times=30, per=timedelta(hours=1), source="portal policy, 2026-11-27")

GUARDIANS_MAX = 2  # of one child at once: two parents. Source: portal policy, 2026-11-26
AGE_YEARS_MAX = 30  # what an age in the law may be at most. Source: portal policy, 2026-11-26
# A child's code for a counter: shown, read out and typed in one go. Source: portal policy, 2026-11-27
CHILD_CODE_VALID = timedelta(minutes=30)
GUARDIAN_CODE_VALID = timedelta(days=7)  # as of a mandate. Source: portal policy, 2026-11-26
# A guardian is told of one thing that waits for them at most this often, however often a child changes their mind: a
# text message costs money. Source: portal policy, 2026-11-26
GUARDIAN_ASKED_EVERY = timedelta(days=1)
# What somebody told waits so long for who must agree, then it goes: it is kept for nothing else. Source: portal policy,
# 2026-11-27: a year of classes
WAITS_FOR_CONSENT_MAX = timedelta(days=365)


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
EXPORTS_PER_LEARNER = Limit(times=5, per=timedelta(days=1), source="portal policy, 2026-11-26")
EXPORT_LEASE = timedelta(minutes=6)  # longer than a task may run. Source: portal/celery.py, task_time_limit
EXPORT_ATTEMPTS_MAX = 3  # a worker that dies over it leaves it to another. Source: portal policy, 2026-11-26
CLOSING_WAITS = timedelta(days=14)  # in which signing in stops it. Source: portal policy, 2026-11-26
FORGOTTEN_AT_ONCE_MAX = 10_000  # rows of a kind in one transaction. Source: portal policy, 2026-11-26
NEEDS_LETTERS_MAX = 200  # of what somebody needs in a class, in their own words. Source: portal policy, 2026-11-26


# --- A human: requests to be called back ---

HELP_WORKING_DAYS = 1  # until somebody calls back. Source: FEATURES.md R7 (call-back within one working day)
HELP_LETTERS_MAX = 500  # of what it is about, and of the note of who called. Source: portal policy, 2026-11-26
HELP_OPEN_PER_REACH_MAX = 3  # not yet answered, to be reached the same way. Source: portal policy, 2026-11-26
HELP_OPEN_PER_PERSON_MAX = 3  # not yet answered, of somebody signed in. Source: portal policy, 2026-11-26
# Not yet answered, of people nobody knows, in one commune; beyond it its people could not keep the promised day.
HELP_OPEN_PER_COMMUNE_MAX = 100  # Source: portal policy, 2026-11-26
HELP_OPEN_NOWHERE_MAX = 500  # and of those who name no commune, whom curators call. Source: portal policy, 2026-11-26
# Of people nobody knows. For each network address: a library's computers and a class behind one router ask too.
HELP_POSTS_PER_IP = Limit(times=20, per=timedelta(hours=1), source="portal policy, 2026-11-26")
HELP_PER_NETWORK = Limit(times=60, per=timedelta(days=1), source="portal policy, 2026-11-26")  # /24, /48
HELP_MONTHS_SHOWN = 12  # of the numbers of what was asked. Source: portal policy, 2026-11-26
