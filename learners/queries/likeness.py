"""
Whether two accounts are likely one person: names compared as people write them, with what else is known.

Built for precision: curators are shown few pairs that are two people, and miss some that are one. Nothing is decided
here; two persons decide. Measured on ``tests/data/people_pairs.csv``.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from learners.models import Learner
from learners.models.folding import fold
from learners.models.place import is_commune

NAME_WORDS_MIN = 3  # two words are a family name and a given name: too many people share those
YEARS_APART_MAX = 1  # the lunar year, and a year that was reckoned
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_WORD = re.compile(r"[^\W\d_]+")
# Said before a name, not part of it; a name of two words keeps them, for Bá and Ông are names as well.
_HONORIFICS = {"ong", "ba"}
# Written with i or y alike after a consonant: Lý and Lí, Mỹ and Mĩ, Quý and Quí.
_FINAL_Y = re.compile(r"(?<=[bcdghklmnpqrstvx])y$|(?<=qu)y$")


@dataclass(frozen=True)
class Known:
    """What is known of somebody: name and number as they were typed, year of birth and commune where they were said."""

    full_name: str
    birth_year: int | None = None
    commune: str = ""
    phone: str = ""

    @classmethod
    def of(cls, learner: Learner) -> "Known":
        place = learner.place_id or ""  # a province alone says as much as nothing: a million people live there
        return cls(learner.full_name, learner.birth_year, place if is_commune(place) else "", learner.phone or "")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the name, tones and all, each with its tone at one place."""
        words = _WORD.findall(unicodedata.normalize("NFC", self.full_name).lower())
        if len(words) > NAME_WORDS_MIN and fold(words[0]) in _HONORIFICS:
            words = words[1:]
        return tuple(_spelled(word) for word in words)

    @cached_property
    def bare(self) -> tuple[str, ...]:
        """The same words without diacritics."""
        return tuple(fold(word) for word in self.words)

    @property
    def is_bare(self) -> bool:
        """Whether the name was typed without any diacritics, and so says nothing about them."""
        return self.words == self.bare

    @cached_property
    def number(self) -> str:
        """The digits of the number as one dials them in Viet Nam, however they were typed."""
        digits = "".join(
            str(unicodedata.digit(sign)) for sign in unicodedata.normalize("NFKC", self.phone) if sign.isdigit()
        )
        digits = digits.removeprefix("00")
        if digits.startswith("84") and len(digits) > len("84") + 8:
            digits = digits.removeprefix("84")
        return "0" + digits.lstrip("0") if digits else ""


def are_likely_one(first: Known, second: Known) -> bool:
    """Return whether the two are likely one person."""
    same_number = bool(first.number) and first.number == second.number
    other_number = bool(first.number and second.number) and not same_number
    years = _years_apart(first, second)
    if years is not None and years > YEARS_APART_MAX and not (same_number and _is_swapped(first, second)):
        return False
    if _is_same_name(first, second):
        if not (first.commune and second.commune):
            return _is_borne_out_anywhere(first, years, same_number=same_number, other_number=other_number)
        here = first.commune == second.commune
        return _is_borne_out(first, years, same_number=same_number, other_number=other_number, here=here)
    # A middle name left out, or diacritics that differ: as good as the name only with the number and the year.
    return same_number and years == 0 and _is_nearly_the_name(first, second)


def may_be_one(first: Known, second: Known) -> bool:
    """
    Return whether to ask at a counter if the two are one: looser than ``are_likely_one``, for the person stands there.

    One name and no years that speak against it; with the very same year the diacritics may be anybody's.
    """
    years = _years_apart(first, second)
    if years is not None and years > YEARS_APART_MAX:
        return False
    return _is_same_name(first, second) or (years == 0 and sorted(first.bare) == sorted(second.bare))


def _is_borne_out(first: Known, years: int | None, *, same_number: bool, other_number: bool, here: bool) -> bool:
    """Return whether what else is known bears out one name: the number, or the year, or the place when no year is."""
    if same_number:
        return True
    if years == 0:
        return here
    if years is None:
        return here and not other_number and len(first.words) >= NAME_WORDS_MIN
    return here and not other_number and len(first.words) > NAME_WORDS_MIN


def _is_borne_out_anywhere(first: Known, years: int | None, *, same_number: bool, other_number: bool) -> bool:
    """The same where one of the two has said no place: a long name and the very year, and no number against it."""
    return same_number or (years == 0 and not other_number and len(first.words) > NAME_WORDS_MIN)


def _is_same_name(first: Known, second: Known) -> bool:
    """Return whether the words are the same in any order; diacritics count where both were typed with them."""
    if sorted(first.bare) != sorted(second.bare):
        return False
    return first.is_bare or second.is_bare or sorted(first.words) == sorted(second.words)


def _is_nearly_the_name(first: Known, second: Known) -> bool:
    fewer, more = sorted((first.bare, second.bare), key=len)
    if sorted(fewer) == sorted(more):
        return True  # the diacritics differ
    is_within = all(fewer.count(word) <= more.count(word) for word in fewer)
    return len(fewer) > 1 and is_within and {fewer[0], fewer[-1]} == {more[0], more[-1]}


def _years_apart(first: Known, second: Known) -> int | None:
    if first.birth_year is None or second.birth_year is None:
        return None
    return abs(first.birth_year - second.birth_year)


def _is_swapped(first: Known, second: Known) -> bool:
    """1958 and 1985: two digits changed places."""
    return sorted(str(first.birth_year)) == sorted(str(second.birth_year))


def _spelled(word: str) -> str:
    """Return a word with its tone at the end and i for a y that may be either: hòa and hoà, Quý and Quí are one."""
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(mark for mark in parts if mark in _TONES)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    return _FINAL_Y.sub("i", letters) + tone
