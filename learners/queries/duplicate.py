"""Accounts that are likely one person's, for curators to look at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Q, QuerySet

from learners.models import Learner, ToldApart
from learners.models.folding import NameKey
from learners.models.place import is_commune
from learners.queries.likeness import NAME_WORDS_MIN, Known, are_likely_one

NEWEST_LOOKED_AT = 2_000  # accounts; each is compared with all there are
ALIKE_MAX = 40  # of one name in one commune, or of one year; more say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two accounts that are likely one person's; the older one first, which would be kept."""

    older: Learner
    newer: Learner


def likely_pairs(*, before: int | None = None) -> list[Pair]:
    """
    Return pairs of open accounts that are likely one person's, newest first; three queries.

    Looks at the newest accounts, or at those next older than the account ``before`` (``next_looked_at``). Left out are
    those of which a curator has said that they are two people.
    """
    newest = list(_looked_at(before))
    if not newest:
        return []
    keys = {_key(learner) for learner in newest}
    here = Q(place__in={each.place_id for each in newest}, name_key__in=keys)
    of_the_year = Q(
        birth_year__in={each.birth_year for each in newest}, name_key__in={key for key in keys if _is_long(key)}
    )
    found = pairs_among(open_accounts().filter(here | of_the_year))
    apart = set(_told_apart().values_list("one", "other"))
    pairs = [each for each in found if tuple(sorted((each.older.pk, each.newer.pk))) not in apart]
    return sorted(pairs, key=lambda pair: (pair.newer.created_at, pair.newer.pk), reverse=True)


def next_looked_at(*, before: int | None = None) -> int | None:
    """Return before which account ``likely_pairs`` goes on, or None where it has looked at the oldest; one query."""
    keys = list(_looked_at(before).values_list("pk", flat=True))
    return keys[-1] if len(keys) == NEWEST_LOOKED_AT else None


def _looked_at(before: int | None) -> QuerySet[Learner]:
    accounts = open_accounts() if before is None else open_accounts().filter(pk__lt=before)
    return accounts.order_by("-pk")[:NEWEST_LOOKED_AT]


def pairs_among(accounts: Iterable[Learner]) -> list[Pair]:
    """
    Return the likely pairs among accounts (``open_accounts``); no query.

    A pair has the same words in its names and one commune, or a long name and one year of birth, or it is not looked
    at: with no number in common, which no two accounts have, nothing else would bear it out.
    """
    alike: dict[tuple[str, object, str], dict[int, Learner]] = defaultdict(dict)
    for learner in accounts:
        key = _key(learner)
        if learner.place_id and is_commune(learner.place_id):
            alike["place", learner.place_id, key][learner.pk] = learner
        if learner.birth_year and _is_long(key):
            alike["year", learner.birth_year, key][learner.pk] = learner
    found = {
        (older.pk, newer.pk): Pair(older=older, newer=newer)
        for group in alike.values()
        if 1 < len(group) <= ALIKE_MAX
        for older, newer in combinations(sorted(group.values(), key=lambda each: (each.created_at, each.pk)), 2)
        if are_likely_one(Known.of(older), Known.of(newer))
    }
    return list(found.values())


def told_apart() -> QuerySet[ToldApart]:
    """
    Return the pairs of which it was said that they are two people, the newest first, with who said it.

    One of them merged since, by their two numbers, is no account any more whose name the desk shows.
    """
    both = _told_apart().filter(one__merged_into__isnull=True, other__merged_into__isnull=True)
    return both.select_related("one", "other", "said_by").order_by("-said_at", "-pk")


def open_accounts() -> QuerySet[Learner]:
    """Return accounts that are neither closed nor merged into another, each with the key of its name."""
    return (
        Learner.objects.filter(closed_at__isnull=True, merged_into__isnull=True)
        .select_related("place__parent")
        .annotate(name_key=NameKey("full_name"))
    )


def _told_apart() -> QuerySet[ToldApart]:
    return ToldApart.objects.filter(taken_back_at__isnull=True)


def _key(learner: Learner) -> str:
    return learner.name_key  # type: ignore[attr-defined,no-any-return]  # annotated in open_accounts


def _is_long(key: str) -> bool:
    return len(key.split()) > NAME_WORDS_MIN
