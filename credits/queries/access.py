"""Questions to the access log."""

from django.db.models import QuerySet

from credits.models import LedgerAccess
from learners.models import Learner


def readings(learner: Learner) -> QuerySet[LedgerAccess]:
    """Return who has read this learner's ledger, newest first; one query."""
    return (
        LedgerAccess.objects.filter(learner=learner)
        .select_related("reader", "organization")
        .order_by("-read_at", "-id")
    )
