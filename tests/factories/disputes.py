"""Reports of mistakes, in the field's words; made through the actions that make them."""

from datetime import UTC, date, datetime

from credits.actions import dispute
from credits.choices import Complaint, DisputeOutcome
from credits.models import Dispute, JournalEntry
from learners.models import Learner, Message, Organization
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner

WORDS = "Tôi dự ba buổi, trong sổ chỉ có hai."
DUE_ON = date(2026, 12, 11)  # 15 working days after Saturday 21 November
OVERDUE = datetime(2026, 12, 11, 17, 1, tzinfo=UTC)  # 0:01 on 12 December in Viet Nam


def a_dispute(
    *,
    learner: Learner | None = None,
    issuer: Organization | None = None,
    entry: JournalEntry | None = None,
    complaint: Complaint = Complaint.WRONG_AMOUNT,
    text: str = WORDS,
    now: datetime = NOW,
) -> Dispute:
    """Return an open report about an award of the learner's, a new one unless it is given."""
    learner = learner or (entry and entry.learner) or a_learner()
    entry = entry or an_award(learner=learner, issuer=issuer, now=now)
    return dispute.open_dispute(learner=learner, entry=entry, complaint=complaint, text=text, now=now)


def answered(
    case: Dispute,
    *,
    by: Learner,
    outcome: DisputeOutcome = DisputeOutcome.UPHELD,
    text: str = "Đúng là thiếu một buổi.",
    now: datetime = NOW,
) -> Dispute:
    return dispute.answer(dispute=case, actor=by, outcome=outcome, text=text, now=now)


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))
