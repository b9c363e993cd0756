"""What a learner likes to learn: they choose it, and change it whenever they like."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from courses.models import Interest
from learners.models import Learner


@transaction.atomic
def choose(*, learner: Learner, codes: Collection[str], now: datetime) -> None:
    """
    Keep these broad fields, and no others, as what the learner likes; said before, a field keeps its moment.

    Idempotent. Locks the learner, so that of two choices made at once one is what stays, as a whole.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    said = Interest.objects.filter(learner=learner)
    said.exclude(field__in=codes).delete()
    kept = set(said.values_list("field", flat=True))
    Interest.objects.bulk_create(
        Interest(learner=learner, field_id=code, said_at=now) for code in sorted(set(codes) - kept)
    )
