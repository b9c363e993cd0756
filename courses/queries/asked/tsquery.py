"""
What is looked for as PostgreSQL reads it: the one place where phrases become a tsquery.

The words are letters and digits only (``letters.tokens``), so nothing in them can break out; the query is a parameter
all the same. In the index, exact words have the weights A (title) and C, folded words B (title) and D.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from django.contrib.postgres.search import SearchQuery

from courses.queries.asked.model import Asked, Group, How, Phrase
from learners.models.folding import fold

EXACT, FOLDED = "AC", "BD"
WHOLE = 2  # so many of the readings answer every group; those after them do not
TELLS_MUCH = 0.5  # of what the most telling group tells
AS_TYPED = frozenset({How.TYPED, How.SPELT_OUT})


def matching(asked: Asked) -> list[SearchQuery]:
    """
    Return what finds courses, the strictest first; each later one is for when those before find nothing.

    First all groups; then all with their words anywhere and the last word as a beginning; then all the catalogue has;
    then all of those but one; at last any that tells much. Nothing where there are no groups.
    """
    groups = asked.groups
    if not groups:
        return []
    loose = [_loosened(group, is_last=group is groups[-1]) for group in groups]
    texts = [_all(groups), _all(loose)]
    known = [(group, rarity) for group, rarity in zip(loose, asked.rarity, strict=True) if rarity]
    if 0 < len(known) < len(groups):
        texts.append(_all([group for group, _rarity in known]))
    if len(known) > 2:
        some = combinations((group for group, _rarity in known), len(known) - 1)
        texts.append(_any(map(_all, some)))
    if len(known) > 1:
        least = max(rarity for _group, rarity in known) * TELLS_MUCH
        texts.append(_any(_group(group) for group, rarity in known if rarity >= least))
    return [_query(text) for text in texts]


def spelt_as_typed(asked: Asked) -> SearchQuery:
    """Return what ranks first: every group as it was typed or meant, with its diacritics."""
    return _query(" & ".join(_phrase(_typed(group), EXACT) for group in asked.groups))


def as_typed(asked: Asked) -> SearchQuery:
    """Return what ranks next: every group as it was typed or meant, without regard to diacritics."""
    return _query(" & ".join(_phrase(_typed(group), FOLDED) for group in asked.groups))


def in_title(asked: Asked) -> SearchQuery:
    """Return every group in a title, by any of its phrases but corrections and the province around a place."""
    return _query(_all(asked.groups, exact="A", folded="B"))


def any_word(asked: Asked) -> SearchQuery:
    """Return anything of what is looked for."""
    return _query(_any(map(_group, asked.groups)))


def hints(asked: Asked) -> SearchQuery | None:
    """Return anything of what only ranks."""
    return _query(_any(map(_group, asked.hints))) if asked.hints else None


def _typed(group: Group) -> Phrase:
    """Return the phrase a group stands for: as typed, or as read where the keys as typed are no word."""
    spelt_out = [phrase for phrase in group if phrase.how == How.SPELT_OUT and phrase.weight == 1]
    return spelt_out[0] if spelt_out else group[0]


def _loosened(group: Group, *, is_last: bool) -> Group:
    return tuple(
        Phrase(
            phrase.words,
            phrase.how,
            phrase.weight,
            phrase.is_exact,
            is_prefix=phrase.is_prefix or (is_last and phrase.how in AS_TYPED),
            in_a_row=phrase.how not in AS_TYPED,
        )
        for phrase in group
    )


def _all(groups: Sequence[Group], *, exact: str = EXACT, folded: str = FOLDED) -> str:
    return " & ".join(_group(group, exact=exact, folded=folded) for group in groups)


def _group(group: Group, *, exact: str = EXACT, folded: str = FOLDED) -> str:
    return _any(_phrase(phrase, exact if phrase.is_exact else folded) for phrase in group)


def _any(texts: Iterable[str]) -> str:
    return "(" + " | ".join(dict.fromkeys(texts)) + ")"


def _phrase(phrase: Phrase, weights: str) -> str:
    words = phrase.words if weights in (EXACT, "A") else tuple(map(fold, phrase.words))
    parts = [f"'{word}':{weights}" for word in words]
    if phrase.is_prefix:
        parts[-1] = f"'{words[-1]}':*{weights}"
    return "(" + (" <-> " if phrase.in_a_row else " & ").join(parts) + ")"


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")
