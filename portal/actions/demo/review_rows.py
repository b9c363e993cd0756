"""A review as ``portal/demo/reviews.yaml`` writes it down."""

from dataclasses import dataclass
from typing import Any

from courses.choices import HidingReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    course: str  # key
    by: str  # key of a person; empty: somebody nameless
    days_ago: int
    stars: int
    can_do: bool | None
    text: str
    units: int | None  # so many were read before it was left; None: all of them
    reply: str
    hidden: HidingReason | None


def read_review(row: dict[str, Any]) -> ReviewRow:
    return ReviewRow(
        course=row["course"],
        by=row.get("by", ""),
        days_ago=row["days_ago"],
        stars=row["stars"],
        can_do=row.get("can_do"),
        text=row["text"],
        units=row.get("units"),
        reply=row.get("reply", ""),
        hidden=HidingReason(row["hidden"]) if "hidden" in row else None,
    )
