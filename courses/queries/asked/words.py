"""The search words as the search needs them: found by their folded words, the longest first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from courses.choices import SearchWordKind
from courses.models import SearchWord
from courses.queries.asked import letters
from courses.queries.asked.kept import WORDS, Kept
from courses.queries.asked.letters import Token

PHRASE_WORDS_MAX = 8
GROUPS = frozenset({SearchWordKind.SYNONYM, SearchWordKind.REGIONAL, SearchWordKind.HINT})
Spelt = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to write one search word."""

    kind: SearchWordKind
    words: Spelt
    means: tuple[str, ...]  # as stored
    others: tuple[Spelt, ...] = ()  # of a group: its other members; of what is rewritten: what it becomes
    phrase: str = ""  # as the curator wrote it

    def says(self, tokens: Sequence[Token]) -> bool:
        return all(letters.typed_as(token, word) for token, word in zip(tokens, self.words, strict=True))


@dataclass(slots=True)
class Words:
    """All search words in use, by the folded words they are written with."""

    entries: dict[Spelt, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    ambiguous: set[str] = field(default_factory=set)
    lexicon: set[str] = field(default_factory=set)  # every single word in use
    left_out: set[str] = field(default_factory=set)  # single words that a search leaves out
    longest: int = 1

    def at(self, tokens: Sequence[Token], start: int, length: int, kinds: Iterable[SearchWordKind]) -> list[Entry]:
        """
        Return the entries of these kinds that so many tokens say from here on.

        A single word without marks is meant as it stands where another word of the text has some, or where an entry is
        written just so: "cho" is no "chợ".
        """
        said = tokens[start : start + length]
        here = self.entries.get(tuple(token.plain for token in said), ())
        wanted = frozenset(kinds)
        found = [entry for entry in here if entry.kind in wanted and entry.says(said)]
        if length == 1:
            literal = [entry for entry in found if entry.words[0] == said[0].word]
            if literal or said[0].word != said[0].plain or any(not token.is_plain for token in tokens):
                return [entry for entry in found if entry in literal or not said[0].is_plain]
        return found

    def longest_at(self, tokens: Sequence[Token], start: int, kinds: Iterable[SearchWordKind]) -> list[Entry]:
        """Return the entries of the greatest length the tokens say from here on."""
        for length in range(min(self.longest, len(tokens) - start), 0, -1):
            if found := self.at(tokens, start, length, kinds):
                return found
        return []

    def add(self, entry: Entry) -> None:
        if 0 < len(entry.words) <= PHRASE_WORDS_MAX:
            self.entries[tuple(letters.fold(word) for word in entry.words)].append(entry)
            self.longest = max(self.longest, len(entry.words))
            self.lexicon |= set(entry.words)
        if entry.kind == SearchWordKind.STOP and len(entry.words) == 1:
            self.left_out.add(entry.words[0])


def split(phrase: str) -> Spelt:
    return tuple(token.word for token in letters.tokens(letters.tidy(phrase)))


def key_of(phrase: str) -> str:
    """Return a phrase by its letters and tones: what must not stand there twice."""
    return " ".join(map(letters.spelling, split(phrase)))


def compiled(rows: Iterable[SearchWord]) -> Words:
    words = Words()
    for row in rows:
        kind = SearchWordKind(row.kind)
        means = tuple(row.means)
        if kind == SearchWordKind.AMBIGUOUS:
            words.ambiguous.add(letters.spelling(row.phrase.lower()))
        elif kind in GROUPS:
            members = tuple(filter(None, map(split, (row.phrase, *means))))
            for member in members:
                others = tuple(other for other in members if other != member)
                words.add(Entry(kind=kind, words=member, means=means, others=others, phrase=row.phrase))
        else:
            others = tuple(filter(None, map(split, means))) if kind not in _NOT_WORDS else ()
            words.add(Entry(kind=kind, words=split(row.phrase), means=means, others=others, phrase=row.phrase))
    return words


_NOT_WORDS = frozenset({SearchWordKind.FILTER, SearchWordKind.PLACE, SearchWordKind.STOP})


def _read() -> Words:
    return compiled(SearchWord.objects.filter(is_used=True).order_by("pk"))


kept = Kept(_read, names=(WORDS,))
