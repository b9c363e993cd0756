"""Public holidays: entered from a law or a decision, corrected, taken back."""

from datetime import date

from django.db import transaction

from learners.models import Holiday


@transaction.atomic
def enter(*, day: date, name_vi: str, name_en: str, source: str) -> Holiday:
    """
    Give everybody a day off and return it; a day that is one already gets these words.

    Idempotent. Dates already promised to somebody stay as they were promised.
    """
    holiday, _is_new = Holiday.objects.update_or_create(
        day=day, defaults={"name_vi": name_vi, "name_en": name_en, "source": source}
    )
    return holiday


@transaction.atomic
def take_back(*, day: date) -> None:
    """Make a day a day like any other. Idempotent. Dates already promised stay."""
    Holiday.objects.filter(day=day).delete()
