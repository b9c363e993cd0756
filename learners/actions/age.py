"""Ages in the law: a new one from today."""

from datetime import date

from django.db import transaction

from learners.choices import AgeKind
from learners.models import AgeRule


@transaction.atomic
def supersede(*, kind: AgeKind, years: int, source_vi: str, source_en: str, today: date) -> AgeRule:
    """
    Put another age in force from today and return it. Idempotent: the same age again changes nothing.

    What was agreed to under the earlier one stays.
    """
    current = AgeRule.objects.select_for_update(no_key=True).filter(kind=kind, valid_to__isnull=True).first()
    if current is not None:
        if (current.years, current.source_vi, current.source_en) == (years, source_vi, source_en):
            return current
        current.valid_to = today
        current.save(update_fields=["valid_to"])
    return AgeRule.objects.create(kind=kind, years=years, source_vi=source_vi, source_en=source_en, valid_from=today)
