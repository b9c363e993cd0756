"""Questions to the access log."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from credits.models import LedgerAccess
from learners.models import Learner

# The account somebody uses, and those merged into it, also by way of another. A line that a merge moved is still read
# as one of the account it was written for.
ACCOUNTS = """
    WITH RECURSIVE account AS (
        SELECT %s::bigint AS id
        UNION
        SELECT m.merged_id FROM account JOIN credits_merge m ON m.kept_id = account.id
        WHERE NOT EXISTS (SELECT 1 FROM credits_mergeundo u WHERE u.merge_id = m.id)
    )
    SELECT id FROM account
"""


def readings(learner: Learner) -> QuerySet[LedgerAccess]:
    """Return who has read this person's ledger, in whichever of their accounts, newest first; one query."""
    return (
        LedgerAccess.objects.filter(learner__in=RawSQL(ACCOUNTS, [learner.pk]))  # noqa: S611 -- a constant
        .select_related("reader", "organization")
        .order_by("-read_at", "-id")
    )
