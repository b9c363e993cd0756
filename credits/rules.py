"""
Figures of the ledger, each with its source. Only a release changes them.

The database keeps ``ALLOWED_ROUTES`` and ``BOUNDS`` too (``migrations/0002_guards.sql`` and the accounts' constraints):
a test compares both, so a new route is a row here and a migration.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from credits.choices import KindOfCredit, Purpose, Reason, RequestKind, RuleKind, Unit
from learners.choices import OrganizationKind

HUNDREDTHS_PER_CREDIT = 100  # ledger scale: 1 credit is stored as 100
HOURS_PER_CREDIT = 50  # notional hours of study. Source: Circular 17/2021/TT-BGDĐT, art. 7(1)(a)
MINUTES_PER_HUNDREDTH = HOURS_PER_CREDIT * 60 // HUNDREDTHS_PER_CREDIT

POLICY = "portal policy, 2026-11-21"
AMOUNT_MINOR_MAX = 10**12  # of one posting, in any unit: far above anything real, far below what a bigint overflows at
CLOCK_SKEW_SECONDS_MAX = 300  # how far what happened may lie after what was recorded. Source: portal policy, 2026-11-21

# A conversion leaves less than a hundredth of a credit over. It is posted in grains, of which every denominator of a
# policy makes a whole number: least common multiple of 1 … 12, 25, 50 and 100 (hours of study in ratios to 50).
GRAINS_PER_HUNDREDTH = 138_600

HOLD_DAYS_MAX = 180  # credit set aside comes back by then at the latest. Source: portal policy, 2026-11-21
MERGE_UNDO_DAYS = 30  # Source: portal policy, 2026-11-21

# --- Learning from elsewhere and from experience ---

# One request recognises at most the load of a bachelor's programme, 120 credits, converted. Source: portal policy,
# 2026-11-26, after Circular 17/2021/TT-BGDĐT, art. 7(2)
RECOGNIZED_HUNDREDTHS_MAX = 120_00
RATIO_FIGURE_MAX = 100  # either figure of a conversion. Source: portal policy, 2026-11-26
RATIO_MAX = 3  # a credit elsewhere is never worth more credits here. Source: portal policy, 2026-11-26
# Who may recognise academic credit; the other kinds, everybody. Source: portal policy, 2026-11-26
ACADEMIC_RECOGNIZERS = (OrganizationKind.UNIVERSITY, OrganizationKind.SCHOOL, OrganizationKind.VOCATIONAL_COLLEGE)


def may_recognize(organization_kind: str, kind_of_credit: str) -> bool:
    return kind_of_credit != KindOfCredit.ACADEMIC or organization_kind in ACADEMIC_RECOGNIZERS


# The nightly check begins no question after the first, and gives up a statement that takes the second: together well
# before its job is ended from outside (credits/tasks.py), which would lose what it had found. Source: portal policy,
# 2026-11-26
CHECK_SECONDS_MAX = 3 * 3600
CHECK_STATEMENT_SECONDS_MAX = 1800
NIGHTS_MISSED_MAX = 2  # without a seal or a check, before the curators are told. Source: portal policy, 2026-11-21


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way amounts may move."""

    reason: Reason
    from_purpose: Purpose
    to_purpose: Purpose
    source: str
    unit: Unit = Unit.CREDIT


def _routes(reason: Reason, ways: Iterable[tuple[Purpose, Purpose]], source: str = POLICY) -> tuple[Route, ...]:
    return tuple(
        Route(reason=reason, from_purpose=from_purpose, to_purpose=to_purpose, source=source)
        for from_purpose, to_purpose in ways
    )


P = Purpose
KEPT = (P.EARNED, P.APPLIED, P.EXPIRED)  # what a merge moves: nothing may be set aside while it happens

ALLOWED_ROUTES = (
    *_routes(
        Reason.COURSE_COMPLETION,
        [(P.ISSUED, P.EARNED)],
        "Circular 17/2021/TT-BGDĐT, art. 7: credit measures learning that was completed",
    ),
    *_routes(
        Reason.TRANSFER_IN,
        [(P.RECOGNIZED, P.EARNED)],
        "Regulation issued with Circular 08/2021/TT-BGDĐT, art. 13: the receiving institution recognises",
    ),
    Route(reason=Reason.TRANSFER_IN, from_purpose=P.RECOGNIZED, to_purpose=P.ROUNDED, source=POLICY, unit=Unit.GRAIN),
    *_routes(
        Reason.PRIOR_LEARNING,
        [(P.RECOGNIZED, P.EARNED)],
        "Draft of the qualifications framework, January 2026: a basis for exemption, never a diploma",
    ),
    *_routes(Reason.HOLD, [(P.EARNED, P.HELD)]),
    *_routes(Reason.RELEASE, [(P.HELD, P.EARNED)]),
    *_routes(Reason.APPLICATION, [(P.EARNED, P.APPLIED)]),
    *_routes(Reason.EXPIRY, [(P.EARNED, P.EXPIRED)]),
    *_routes(
        Reason.REVERSAL,
        [(P.EARNED, P.ISSUED), (P.EARNED, P.RECOGNIZED), (P.APPLIED, P.EARNED), (P.EXPIRED, P.EARNED)],
    ),
    Route(reason=Reason.REVERSAL, from_purpose=P.ROUNDED, to_purpose=P.RECOGNIZED, source=POLICY, unit=Unit.GRAIN),
    *_routes(Reason.MERGE_OUT, [(purpose, P.CLEARING) for purpose in KEPT]),
    *_routes(Reason.MERGE_IN, [(P.CLEARING, purpose) for purpose in KEPT]),
    *_routes(Reason.UNMERGE_OUT, [(purpose, P.CLEARING) for purpose in KEPT]),
    *_routes(Reason.UNMERGE_IN, [(P.CLEARING, purpose) for purpose in KEPT]),
)

# Reasons that bring new credit: each such entry makes one lot.
AWARDING = (Reason.COURSE_COMPLETION, Reason.TRANSFER_IN, Reason.PRIOR_LEARNING)
# What a reversal may answer. A hold ends by a release, a merge is undone as a whole, a reversal stays.
REVERSIBLE = (*AWARDING, Reason.APPLICATION, Reason.EXPIRY)
# What one may ask to be reversed. Expired credit that was ready again would expire the next night: an expiry is only
# taken back on the way to its award.
REVERSIBLE_ON_REQUEST = (*AWARDING, Reason.APPLICATION)
# What a person starts on someone else's ledger, and the request that carries it. Source: portal policy, 2026-11-21
TWO_PERSONS = {
    Reason.REVERSAL: RequestKind.REVERSAL,
    Reason.TRANSFER_IN: RequestKind.TRANSFER_IN,
    Reason.PRIOR_LEARNING: RequestKind.PRIOR_LEARNING,
    Reason.MERGE_OUT: RequestKind.MERGE,
    Reason.MERGE_IN: RequestKind.MERGE,
    Reason.UNMERGE_OUT: RequestKind.UNMERGE,
    Reason.UNMERGE_IN: RequestKind.UNMERGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Between what the balance of an account of one purpose stays, always; ``None``: no bound on that side."""

    purpose: Purpose
    minor_min: int | None
    minor_max: int | None
    source: str


LEARNERS_PURPOSES = (P.EARNED, P.HELD, P.APPLIED, P.EXPIRED)
ORGANIZATIONS_PURPOSES = (P.ISSUED, P.RECOGNIZED, P.ROUNDED)
NOBODYS_PURPOSES = (P.CLEARING,)

BOUNDS = {
    **{purpose: Bound(purpose=purpose, minor_min=0, minor_max=None, source=POLICY) for purpose in LEARNERS_PURPOSES},
    **{
        purpose: Bound(purpose=purpose, minor_min=None, minor_max=None, source=POLICY)
        for purpose in (*ORGANIZATIONS_PURPOSES, *NOBODYS_PURPOSES)
    },
}


# Of one organisation, waiting for a curator at a time: what a few curators decide in a week or two. Source: portal
# policy, 2026-11-26
REQUESTS_OPEN_MAX = 200


# --- Reports of mistakes ---

DISPUTE_WORKING_DAYS = 15  # by then somebody has answered. Source: portal policy, 2026-11-21
DISPUTES_OPEN_MAX = 10  # of one learner at a time. Source: portal policy, 2026-11-21
DISPUTES_PER_ENTRY_MAX = 5  # answered; or taken back within a day. Source: portal policy, 2026-11-21
DISPUTE_LETTER_HOURS = 24  # a manager hears of the same line once in that time. Source: portal policy, 2026-11-21
DISPUTE_TEXT_MAX = 2000  # characters, of a report and of its answer. Source: portal policy, 2026-11-21


# --- What counts toward a pathway: the first rows; curators supersede them (models/rule.py) ---


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRule:
    """The first version of a rule for all pathways."""

    code: str
    kind: RuleKind
    percent: int | None
    source_vi: str
    source_en: str


FIRST_RULES_FROM = date(2026, 1, 1)  # so that they are in force for whoever starts, whenever the portal does
FIRST_RULES = (
    FirstRule(
        code="count-once",
        kind=RuleKind.COUNT_ONCE,
        percent=None,
        source_vi="Quy định của cổng, 21/11/2026",
        source_en="Portal policy, 21 November 2026",
    ),
    FirstRule(
        code="prior-learning-limit",
        kind=RuleKind.PRIOR_LEARNING_LIMIT,
        percent=50,
        source_vi="Quy định của cổng, 21/11/2026; văn bản pháp luật chưa nêu mức",
        source_en="Portal policy, 21 November 2026; the law names no figure yet",
    ),
    FirstRule(
        code="transfer-limit",
        kind=RuleKind.TRANSFER_LIMIT,
        percent=50,
        source_vi=(
            "Quy chế đào tạo trình độ đại học, Điều 13 (Thông tư 08/2021/TT-BGDĐT); cổng áp dụng cho mọi lộ trình"
        ),
        source_en=(
            "Regulation on bachelor programmes, article 13 (Circular 08/2021/TT-BGDĐT); applied here to every pathway"
        ),
    ),
)
# The months a semester begins in. Source: portal policy, 2026-11-21, after the two semesters of Korea's Academic Credit
# Bank (NILE): March to August, September to the end of February.
SEMESTER_STARTS = (3, 9)


# --- Other schemes: the first rows (models/scheme.py) ---


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScheme:
    """A scheme and its first policy: one unit there is ``numerator / denominator`` credits here."""

    code: str
    name_vi: str
    name_en: str
    policy_id: str
    numerator: int
    denominator: int
    source_vi: str
    source_en: str


FIRST_SCHEMES = (
    FirstScheme(
        code="ECTS",
        name_vi="Hệ thống chuyển đổi và tích lũy tín chỉ châu Âu",
        name_en="European Credit Transfer and Accumulation System",
        policy_id="ects-hours-2026",
        numerator=1,
        denominator=2,
        source_vi="Quy định của cổng, 21/11/2026: 1 ECTS từ 25 giờ; 1 tín chỉ là 50 giờ (Thông tư 17/2021/TT-BGDĐT)",
        source_en="Portal policy, 21 November 2026: 1 ECTS is at least 25 hours; 1 credit is 50 (Circular 17/2021)",
    ),
    FirstScheme(
        code="SCQF",
        name_vi="Khung tín chỉ và trình độ Scotland",
        name_en="Scottish Credit and Qualifications Framework",
        policy_id="scqf-hours-2026",
        numerator=1,
        denominator=5,
        source_vi="Quy định của cổng, 21/11/2026: 1 điểm SCQF 10 giờ; 1 tín chỉ là 50 giờ (Thông tư 17/2021/TT-BGDĐT)",
        source_en="Portal policy, 21 November 2026: 1 SCQF point is 10 hours; 1 credit is 50 (Circular 17/2021)",
    ),
)


# --- Letters about pathways, and about credit that expires ---


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryNotice:
    """A letter so many days before the last day of a lot."""

    days: int
    source: str


EXPIRY_NOTICES = (
    ExpiryNotice(days=180, source=POLICY),
    ExpiryNotice(days=90, source=POLICY),
    ExpiryNotice(days=30, source=POLICY),
)
LETTERS_PER_BATCH = 500  # Source: portal policy, 2026-11-21
# Of new credit, when looking who has reached a pathway: longer than any outage. Source: portal policy, 2026-11-21
LOOKED_BACK = timedelta(days=7)
PATHWAYS_FOLLOWED_MAX = 20  # by one learner at a time. Source: portal policy, 2026-11-21
RESULTS_PER_PAGE = 20
ACCEPTANCES_MAX = 500  # rows of one organisation in the transfer register. Source: portal policy, 2026-11-21
