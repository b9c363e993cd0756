"""
What is looked for as PostgreSQL reads it: the one place where phrases become a tsquery.

The words are letters and digits only (``letters.tokens``), so nothing in them can break out; the query is a parameter
all the same. What finds needs no weights: every word stands in the index as it is written and without its marks, so a
word without marks is found by the second and one that must have them by the first. Weights are for ranking: A and C are
words as written, B and D without marks, A and B those of the title.
"""

from collections.abc import Callable, Iterable, Sequence

from courses.queries.asked.model import Asked, Group, How, Phrase
from learners.models.folding import fold

WRITTEN, FOLDED, TITLE_WRITTEN, TITLE_FOLDED = "AC", "BD", "A", "B"
AS_TYPED = frozenset({How.TYPED, How.SPELT_OUT})
WHOLE = 2  # so many of the readings answer every group; those after them do not
Spell = Callable[[str, bool], str]  # a word and whether it is only a beginning


def matching(asked: Asked) -> list[str]:
    """
    Return what finds courses, the strictest first; each later one is for when those before find nothing.

    First all groups; then all with their words anywhere and the last word as a beginning; then all the catalogue has;
    then the half of those that tells most; at last the one that does. Nothing where there are no groups.
    """
    groups = asked.groups
    if not groups:
        return []
    loose = [_loosened(group, is_last=group is groups[-1]) for group in groups]
    known = [number for number, rarity in enumerate(asked.rarity) if rarity]
    telling = sorted(known, key=lambda number: -asked.rarity[number])
    kept = [known, *(sorted(telling[:count]) for count in ((len(known) + 1) // 2, 1))]
    readings = [_all(groups), _all(loose)]
    for numbers in kept:
        if 0 < len(numbers) < len(groups):
            readings.append(_all(loose[number] for number in numbers))
    return [*readings[:WHOLE], *dict.fromkeys(readings[WHOLE:])]


def each(asked: Asked) -> list[tuple[str, float]]:
    """Return every group by itself with how much it tells: what ranks where not all are answered."""
    return [(_group(group), rarity) for group, rarity in zip(asked.groups, asked.rarity, strict=True) if rarity]


def as_written(asked: Asked, *, weights: str = WRITTEN) -> str:
    """Return every group as it was typed or meant, with its marks: what ranks first."""
    return " & ".join(_row(_meant(group), spelling(weights)) for group in asked.groups)


def as_folded(asked: Asked, *, weights: str = FOLDED) -> str:
    """Return every group as it was typed or meant, without regard to marks: what ranks next."""
    return " & ".join(_row(_folded(_meant(group)), spelling(weights)) for group in asked.groups)


def in_title(asked: Asked, *, sign: str = "") -> str:
    """
    Return every group in a title, by any of its phrases.

    With a sign, the words of titles stand in the index once more behind it, in no order.
    """
    if not sign:
        return _all(asked.groups, spelling(TITLE_FOLDED), spelling(TITLE_WRITTEN))
    loose = [tuple(_anywhere(phrase) for phrase in group) for group in asked.groups]
    return _all(loose, spelling(sign=sign), spelling(sign=sign))


def any_word(asked: Asked) -> str:
    """Return anything of what is looked for."""
    return _any(map(_group, asked.groups))


def any_written(asked: Asked) -> str:
    """Return anything of what is looked for, with its marks."""
    spell = spelling(WRITTEN)
    return _any(_row(phrase, spell) for group in asked.groups for phrase in group)


def hints(asked: Asked) -> str:
    """Return anything of what only ranks; "" where there is nothing."""
    return _any(map(_group, asked.hints)) if asked.hints else ""


def spelling(weights: str = "", *, sign: str = "") -> Spell:
    """Return how a word is spelt in a tsquery."""

    def spell(word: str, is_prefix: bool) -> str:
        ending = ("*" if is_prefix else "") + weights
        return f"'{sign}{word}'" + (f":{ending}" if ending else "")

    return spell


_plain = spelling()


def _meant(group: Group) -> Phrase:
    """Return the phrase a group stands for: as typed, or as read where the keys as typed are no word."""
    return next((phrase for phrase in group if phrase.how == How.SPELT_OUT and phrase.weight == 1), group[0])


def _folded(phrase: Phrase) -> Phrase:
    return Phrase(tuple(map(fold, phrase.words)), phrase.how, is_prefix=phrase.is_prefix, in_a_row=phrase.in_a_row)


def _loosened(group: Group, *, is_last: bool) -> Group:
    """Return a group with what was typed anywhere in a course, and its last word as a beginning."""
    return tuple(_anywhere(phrase, is_prefix=is_last) if phrase.how in AS_TYPED else phrase for phrase in group)


def _anywhere(phrase: Phrase, *, is_prefix: bool = False) -> Phrase:
    return Phrase(
        phrase.words,
        phrase.how,
        phrase.weight,
        phrase.is_exact,
        is_prefix=is_prefix or phrase.is_prefix,
        in_a_row=False,
    )


def _all(groups: Iterable[Group], folded: Spell = _plain, written: Spell = _plain) -> str:
    return " & ".join(_group(group, folded, written) for group in groups)


def _group(group: Group, folded: Spell = _plain, written: Spell = _plain) -> str:
    return _any(_row(phrase, written) if phrase.is_exact else _row(_folded(phrase), folded) for phrase in group)


def _any(parts: Iterable[str]) -> str:
    return "(" + " | ".join(dict.fromkeys(parts)) + ")"


def _row(phrase: Phrase, spell: Spell) -> str:
    *before, last = phrase.words
    parts: Sequence[str] = [*(spell(word, False) for word in before), spell(last, phrase.is_prefix)]
    return "(" + (" <-> " if phrase.in_a_row else " & ").join(parts) + ")"
