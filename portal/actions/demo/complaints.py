"""The complaints of the demonstration world, one of them answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from learners.actions import complaint
from learners.choices import ComplaintOutcome, ComplaintSubject
from learners.models import Learner
from portal.actions.demo.organizations import Body

ANSWERED_AFTER = timedelta(days=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRow:
    """A complaint as ``portal/demo/complaints.yaml`` writes it down."""

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


def make_all(
    rows: Sequence[ComplaintRow],
    *,
    named: Mapping[str, Learner],
    bodies: Mapping[str, Body],
    curator: Learner,
    now: datetime,
) -> None:
    for row in rows:
        made_at = now - timedelta(days=row.days_ago)
        made = complaint.complain(
            learner=named[row.by],
            organization=bodies[row.about].organization,
            subject=row.subject,
            text=row.text,
            now=made_at,
        )
        if row.outcome:
            complaint.answer(
                complaint=made,
                curator=curator,
                outcome=ComplaintOutcome(row.outcome),
                text=row.answer,
                now=made_at + ANSWERED_AFTER,
            )
