"""
Questions about qualifications: who holds which, whether it stands, and what was built on it.

A qualification stands while the entry that used the credit has not been reversed; nothing else says so. After a merge
of two accounts of one person what one of them holds is held by both.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from credits.models import JournalEntry, Posting, Qualification, QualificationUse
from credits.permissions import accounts_of
from learners.models import Learner

_REVERSED = JournalEntry.objects.filter(reverses=OuterRef("entry"))
_COUNTED_ELSEWHERE = QualificationUse.objects.filter(
    ~Exists(JournalEntry.objects.filter(reverses=OuterRef("toward__entry"))), used=OuterRef("pk")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One qualification of a person's."""

    qualification: Qualification
    stands: bool  # not withdrawn
    is_counted: bool  # toward a higher one that stands
    course_keys: frozenset[str]  # of all the credit it was made of, however deep


def held(learner: Learner) -> list[Held]:
    """Return the person's qualifications, newest first; three queries, and one more for each depth of stacking."""
    found = list(
        _with_standing(Qualification.objects.filter(learner__in=accounts_of(learner)))
        .select_related("version__pathway__organization", "entry")
        .order_by("-awarded_at", "-pk")
    )
    keys = _course_keys([each.pk for each in found])
    return [
        Held(
            qualification=each,
            stands=not each.is_reversed,  # type: ignore[attr-defined]  # annotated
            is_counted=each.is_counted,  # type: ignore[attr-defined]
            course_keys=frozenset(keys[each.pk]),
        )
        for each in found
    ]


def are_tied(one: Learner, other: Learner) -> bool:
    """Return whether a qualification of one account counts toward a standing one of the other; one query."""
    pairs = Q(used__learner=one, toward__learner=other) | Q(used__learner=other, toward__learner=one)
    stands = ~Exists(JournalEntry.objects.filter(reverses=OuterRef("toward__entry")))
    return QualificationUse.objects.filter(pairs).filter(stands).exists()


def built_on(entry: JournalEntry) -> list[JournalEntry]:
    """
    Return the entries of the qualifications toward which this entry's counts, the highest first.

    They have to be reversed before this one can be: the database refuses it otherwise.
    """
    entries: list[JournalEntry] = []
    lower = [entry.pk]
    while lower:
        higher = Qualification.objects.filter(~Exists(_REVERSED), made_of__used__entry__in=lower)
        found = [each.entry for each in higher.select_related("entry").order_by("-pk")]
        lower = [each.pk for each in found]
        entries = [*found, *entries]
    return entries


def _with_standing(qualifications: QuerySet[Qualification]) -> QuerySet[Qualification]:
    return qualifications.annotate(is_reversed=Exists(_REVERSED), is_counted=Exists(_COUNTED_ELSEWHERE))


def _course_keys(ids: Collection[int]) -> dict[int, set[str]]:
    """Return the keys of the courses each qualification was made of, those of its parts among them."""
    made_of: dict[int, set[int]] = {pk: {pk} for pk in ids}
    newest: dict[int, set[int]] = dict(made_of)
    while newest:
        parts = QualificationUse.objects.filter(toward__in={each for group in newest.values() for each in group})
        uses = list(parts.values_list("toward", "used"))
        newest = {
            pk: found for pk, group in newest.items() if (found := {used for toward, used in uses if toward in group})
        }
        for pk, found in newest.items():
            made_of[pk] |= found
    keys: dict[int, set[str]] = defaultdict(set)
    lots = Posting.objects.filter(
        entry__qualification__in={each for group in made_of.values() for each in group}, lot__isnull=False
    )
    for pk, key in lots.values_list("entry__qualification", "lot__course_key"):
        keys[pk].add(key)
    return {pk: set().union(*(keys[each] for each in group)) for pk, group in made_of.items()}
