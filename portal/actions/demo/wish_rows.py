"""A wish as ``portal/demo/wishes.yaml`` writes it down."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRow:
    topic: str
    place_code: str
    days_ago: int
    asked: tuple[str, ...]  # keys of people
    others: int  # nameless people beside them
    times: tuple[str, ...]
    answered_by: str  # key of an organisation; empty: nobody yet
    answer: str
    reason: str


def read_wish(row: dict[str, Any]) -> WishRow:
    answer = row.get("answer", {})
    return WishRow(
        topic=row["topic"],
        place_code=row["commune_code"],
        days_ago=row["days_ago"],
        asked=tuple(row.get("asked", ())),
        others=row["others"],
        times=tuple(row["times"]),
        answered_by=answer.get("by", ""),
        answer=answer.get("kind", ""),
        reason=answer.get("reason", ""),
    )
