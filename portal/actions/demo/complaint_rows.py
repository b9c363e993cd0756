"""A complaint as ``portal/demo/complaints.yaml`` writes it down."""

from dataclasses import dataclass
from typing import Any

from learners.choices import ComplaintSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRow:
    about: str  # key of an organisation
    by: str  # key of a person
    days_ago: int
    subject: ComplaintSubject
    text: str
    outcome: str  # empty: not answered
    answer: str


def read_complaint(row: dict[str, Any]) -> ComplaintRow:
    return ComplaintRow(
        about=row["about"],
        by=row["by"],
        days_ago=row["days_ago"],
        subject=ComplaintSubject(row["subject"].upper()),
        text=row["text"],
        outcome=row.get("outcome", "").upper(),
        answer=row.get("answer", ""),
    )
