"""What awards there are, for those who asked for them."""

from credits.choices import Reason
from credits.models import JournalEntry


def award_keys(*, prefix: str) -> list[str]:
    """Return the idempotency keys of all awards for completed courses that begin so."""
    awards = JournalEntry.objects.filter(reason=Reason.COURSE_COMPLETION, idempotency_key__startswith=prefix)
    return list(awards.values_list("idempotency_key", flat=True))
