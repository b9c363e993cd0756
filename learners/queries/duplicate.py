"""Accounts that are likely one person's, for curators to look at."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from django.db.models import QuerySet

from learners.models import Learner, ToldApart
from learners.models.folding import NameKey
from learners.queries.likeness import Known, are_likely_one

NEWEST_LOOKED_AT = 2_000  # accounts; each is compared with all there are
ALIKE_MAX = 40  # of one name in one commune; more say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two accounts that are likely one person's; the older one first, which would be kept."""

    older: Learner
    newer: Learner


def likely_pairs() -> list[Pair]:
    """
    Return pairs of open accounts that are likely one person's, newest first; three queries.

    Left out are those of which a curator has said that they are two people.

    A pair has one commune and the same words in its names, or it is not looked at: with no number in common, which no
    two accounts have, nothing else would bear it out.
    """
    newest = list(_open().filter(place__isnull=False).order_by("-created_at", "-pk")[:NEWEST_LOOKED_AT])
    if not newest:
        return []
    alike: dict[tuple[str | None, str], list[Learner]] = defaultdict(list)
    keys = {learner.name_key for learner in newest}  # type: ignore[attr-defined]
    places = {each.place_id for each in newest}
    for learner in _open().filter(place__in=places, name_key__in=keys):  # type: ignore[misc]  # annotated in _open
        alike[learner.place_id, learner.name_key].append(learner)  # type: ignore[attr-defined]
    apart = set(_told_apart().values_list("one", "other"))
    pairs = [
        Pair(older=older, newer=newer)
        for group in alike.values()
        if 1 < len(group) <= ALIKE_MAX
        for older, newer in combinations(sorted(group, key=lambda each: (each.created_at, each.pk)), 2)
        if (min(older.pk, newer.pk), max(older.pk, newer.pk)) not in apart
        if are_likely_one(Known.of(older), Known.of(newer))
    ]
    return sorted(pairs, key=lambda pair: (pair.newer.created_at, pair.newer.pk), reverse=True)


def told_apart() -> QuerySet[ToldApart]:
    """Return the pairs of which it was said that they are two people, the newest first, with who said it."""
    return _told_apart().select_related("one", "other", "said_by").order_by("-said_at", "-pk")


def _told_apart() -> QuerySet[ToldApart]:
    return ToldApart.objects.filter(taken_back_at__isnull=True)


def _open() -> QuerySet[Learner]:
    return (
        Learner.objects.filter(closed_at__isnull=True, merged_into__isnull=True)
        .select_related("place__parent")
        .annotate(name_key=NameKey("full_name"))
    )
