"""How long what is kept."""

from datetime import date

from django.db.models import Q, QuerySet

from learners.choices import RetentionKind
from learners.models import RetentionRule


def in_force(*, on: date) -> QuerySet[RetentionRule]:
    return RetentionRule.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def days(kind: RetentionKind, *, on: date) -> int | None:
    """Return for how many days what is done with is kept, or None: as long as the account, or no timer at all."""
    return in_force(on=on).filter(kind=kind).order_by("-valid_from", "-pk").values_list("days", flat=True).first()


def all_kinds(*, on: date) -> list[RetentionRule]:
    """Return the timer of each kind in the order of the kinds; one query."""
    found = {rule.kind: rule for rule in in_force(on=on).order_by("valid_from", "pk")}
    return [found[kind] for kind in RetentionKind if kind in found]
