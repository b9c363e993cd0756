"""``courses/data/search_words.yaml`` as rows of search words; its README says what stands where."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from courses.choices import SearchWordKind
from courses.queries.asked.words import key_of
from learners.models.folding import fold

FILE = Path(__file__).resolve().parent.parent / "data" / "search_words.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    kind: SearchWordKind
    phrase: str
    means: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        return key_of(self.phrase)

    @property
    def loaded_as(self) -> str:
        return f"{self.kind}:{self.key}"


def folded(phrase: str, means: tuple[str, ...] | list[str]) -> str:
    return fold(" | ".join((phrase, *means)))


def read(file: Path = FILE) -> list[Row]:
    """
    Return the rows of the file in its order.

    :raises ValueError: if two rows of a kind begin with the same words.
    """
    with file.open(encoding="utf-8") as text:
        rows = list(_rows(yaml.safe_load(text)))
    names = [row.loaded_as for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{file.name}: {', '.join(twice)} twice")
    return rows


def _rows(said: dict[str, Any]) -> Iterator[Row]:
    kind = SearchWordKind
    for group in said["synonyms"]:
        yield Row(kind=kind.SYNONYM, phrase=group[0], means=tuple(group[1:]))
    for group in said["regional"]:
        yield Row(
            kind=kind.REGIONAL, phrase=group["words"][0], means=tuple(group["words"][1:]), note=group.get("note", "")
        )
    for phrase in said["ambiguous"]:
        yield Row(kind=kind.AMBIGUOUS, phrase=phrase)
    for phrase, means in said["abbreviations"].items():
        yield Row(kind=kind.ABBREVIATION, phrase=phrase, means=tuple(means))
    for phrase, means in said["chat_words"].items():
        yield Row(kind=kind.CHAT, phrase=phrase, means=(means,))
    for phrase, means in said["misspellings"]:
        yield Row(kind=kind.MISSPELLING, phrase=phrase, means=(means,))
    for phrase in said["stop_phrases"]:
        yield Row(kind=kind.STOP, phrase=phrase)
    for group in said["filters"]:
        for phrase in group["phrases"]:
            yield Row(kind=kind.FILTER, phrase=phrase, means=(group["means"],))
    for group in said["hints"]:
        yield Row(kind=kind.HINT, phrase=group[0], means=tuple(group[1:]))
    for place in said["places"]:
        yield Row(kind=kind.PLACE, phrase=place["name"], means=tuple(place["codes"]))
