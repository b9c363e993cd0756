"""What a reader looks for, understood: groups of phrases, conditions, a place, and what they may have meant."""

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """Why a phrase is looked for; in the order in which it counts."""

    TYPED = "typed"
    SPELT_OUT = "spelt out"  # keys read as letters, an abbreviation or a chat word in full
    SYNONYM = "synonym"
    PLACE = "place"  # what a former place became, or the province around it
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for, in lower case and composed; together they are one way to answer for their group."""

    words: tuple[str, ...]
    how: How
    weight: float = 1.0  # against a phrase as typed
    is_exact: bool = False  # found only with its diacritics
    is_prefix: bool = False  # the last word is a beginning
    in_a_row: bool = True


Group = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class AskedFilter:
    """A condition said in words: a parameter of the catalogue with its value, and how the text reads without it."""

    name: str
    value: str
    words: str  # as typed
    text_without: str


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A place named in the text. Its group is among the groups; the codes are for who can ask by place."""

    codes: tuple[str, ...]  # places in force: provinces, or communes
    provinces: tuple[str, ...]
    names: tuple[str, ...]  # of the provinces, or of the first communes with their kind
    words: str  # as typed
    former_name: str  # "tỉnh Hà Giang"; "" where the name typed is in force
    text_without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What is looked for: a course is found when it answers every group, by any of the group's phrases.

    ``hints`` only rank: what has them comes first. ``rarity`` says for each group how much it tells, 1 the most.
    """

    text: str
    groups: tuple[Group, ...] = ()
    hints: tuple[Group, ...] = ()
    rarity: tuple[float, ...] = ()
    filters: tuple[AskedFilter, ...] = ()
    place: AskedPlace | None = None
    did_you_mean: str = ""  # another text that may be meant; whether it finds anything is asked by who shows it
    words_to_mark: tuple[Phrase, ...] = ()

    @property
    def is_corrected(self) -> bool:
        """Whether another spelling than the one typed is looked for as well."""
        return any(phrase.how == How.CORRECTION for group in self.groups for phrase in group)

    def values(self, name: str) -> tuple[str, ...]:
        """Return what the text says of one parameter of the catalogue."""
        return tuple(each.value for each in self.filters if each.name == name)
