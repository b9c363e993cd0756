"""The complaints of the demonstration world, one of them answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from learners.actions import complaint
from learners.choices import ComplaintOutcome
from learners.models import Learner
from portal.actions.demo.complaint_rows import ComplaintRow
from portal.actions.demo.organizations import Body

ANSWERED_AFTER = timedelta(days=8)


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
