"""Whether it is asked that an entry be reversed."""

from collections.abc import Collection

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from credits.choices import Reason, RequestKind
from credits.models import JournalEntry, LedgerRequest, Posting


def _requests(entry: JournalEntry) -> QuerySet[LedgerRequest]:
    return LedgerRequest.objects.filter(kind=RequestKind.REVERSAL, entry=entry)


def is_asked(entry: JournalEntry) -> bool:
    """Return whether a request for its reversal waits; one query."""
    return _requests(entry).filter(decision__isnull=True).exists()


def waiting(entry: JournalEntry, *, key_prefix: str) -> LedgerRequest | None:
    """Return the request for its reversal that waits and was asked under a key that begins so; one query."""
    mine = _requests(entry).filter(decision__isnull=True, idempotency_key__startswith=key_prefix)
    return mine.select_related("requested_by", "organization").first()


def asked(entry: JournalEntry, *, key_prefix: str) -> int:
    """Return how often its reversal was asked for under a key that begins so; one query."""
    return _requests(entry).filter(idempotency_key__startswith=key_prefix).count()


def taken_back_keys(*, prefix: str) -> set[str]:
    """Return the keys of the awards that begin so and of which nothing is left; one query."""
    credit = Posting.objects.filter(lot__isnull=False)
    back = credit.filter(entry__reverses=OuterRef("pk")).order_by().values("entry__reverses")
    given = credit.filter(entry=OuterRef("pk")).order_by().values("entry")
    awards = JournalEntry.objects.filter(reason=Reason.COURSE_COMPLETION, idempotency_key__startswith=prefix)
    gone = awards.filter(reversals__isnull=False).annotate(
        back=Coalesce(Subquery(back.annotate(sum=Sum("amount_minor")).values("sum")), 0),
        given=Subquery(given.annotate(sum=Sum("amount_minor")).values("sum")),
    )
    return set(gone.filter(back=F("given")).values_list("idempotency_key", flat=True))


def are_asked(entry_ids: Collection[int]) -> set[int]:
    """Return those of the entries whose reversal is asked for and not decided; one query."""
    waiting_ = LedgerRequest.objects.filter(
        kind=RequestKind.REVERSAL, entry__in=entry_ids, decision__isnull=True, entry__isnull=False
    )
    return set(waiting_.values_list("entry_id", flat=True))
