"""
Figures of the ledger, each with its source. Only a release changes them.

The database keeps ``ALLOWED_ROUTES`` and ``BOUNDS`` too (``migrations/0003_guards.sql`` and the accounts' constraints):
a test compares both, so a new route is a row here and a migration.
"""

from dataclasses import dataclass

from credits.choices import Purpose, Reason

HUNDREDTHS_PER_CREDIT = 100  # ledger scale: 1 credit is stored as 100
HOURS_PER_CREDIT = 50  # notional hours of study. Source: Circular 17/2021/TT-BGDĐT, art. 7(1)(a)
MINUTES_PER_HUNDREDTH = HOURS_PER_CREDIT * 60 // HUNDREDTHS_PER_CREDIT

POLICY = "portal policy, 2026-11-21"
AMOUNT_MINOR_MAX = 10**12  # of one posting, in any unit: far above anything real, far below what a bigint overflows at
CLOCK_SKEW_SECONDS_MAX = 300  # how far what happened may lie after what was recorded. Source: portal policy, 2026-11-21


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way amounts may move."""

    reason: Reason
    from_purpose: Purpose
    to_purpose: Purpose
    source: str


ALLOWED_ROUTES = (
    Route(
        reason=Reason.COURSE_COMPLETION,
        from_purpose=Purpose.ISSUED,
        to_purpose=Purpose.EARNED,
        source="Circular 17/2021/TT-BGDĐT, art. 7: credit measures learning that was completed",
    ),
    Route(reason=Reason.REVERSAL, from_purpose=Purpose.EARNED, to_purpose=Purpose.ISSUED, source=POLICY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Between what the balance of an account of one purpose stays, always; ``None``: no bound on that side."""

    purpose: Purpose
    minor_min: int | None
    minor_max: int | None
    source: str


BOUNDS = {
    bound.purpose: bound
    for bound in (
        Bound(purpose=Purpose.EARNED, minor_min=0, minor_max=None, source=POLICY),
        Bound(purpose=Purpose.ISSUED, minor_min=None, minor_max=None, source=POLICY),
    )
}
