"""
Marks put back on a text typed without any: "nha van hoa" is nhà văn hóa.

The most probable spelling by what stands beside what: the catalogue's words and pairs, the phrases curators have
taught, the names of places. What was typed is looked for all the same; its marks decide what is known and what comes
first.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from courses.choices import SearchWordKind
from courses.queries.asked import places, vocabulary, words
from courses.queries.asked.kept import TERMS, WORDS, Kept
from courses.queries.asked.places import COMMUNE, RURAL
from learners.models.folding import fold

SPELLINGS_MAX = 8  # of one word, those most probable
PAIRED = 0.9  # how much of a word's probability comes from the word before it
# How often something counts as seen that is taught and not counted. Source: portal policy, 2026-11-26
SEEN_TAUGHT, SEEN_LEFT_OUT, SEEN_PLACE = 4, 12, 2


@dataclass(slots=True)
class Model:
    """How often words and pairs are written, by their exact letters; the spellings of each word without marks."""

    seen: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    spellings: dict[str, list[str]] = field(default_factory=dict)
    total: float = 1.0

    def add(self, spelt: Sequence[str], count: float) -> None:
        for word in spelt:
            self.seen[word] += count
        for first, second in pairwise(spelt):
            self.seen[f"{first} {second}"] += count

    def close(self) -> None:
        by_plain: dict[str, list[str]] = defaultdict(list)
        for word in self.seen:
            if " " not in word:
                by_plain[fold(word)].append(word)
                self.total += self.seen[word]
        for plain, found in by_plain.items():
            self.spellings[plain] = sorted(found, key=lambda word: -self.seen[word])[:SPELLINGS_MAX]

    def spelt(self, plain: Sequence[str]) -> list[str]:
        """Return the most probable spelling of words without marks; a word nobody has written stays."""
        best: list[tuple[str, float, int]] = []  # of one place: spelling, score, which spelling before
        ways: list[list[tuple[str, float, int]]] = []
        for word in plain:
            before = best
            best = []
            for spelling in self.spellings.get(word) or [word]:
                scores = [score + self._probability(spelling, first) for first, score, _way in before]
                way = max(range(len(scores)), key=scores.__getitem__) if scores else 0
                score = scores[way] if scores else self._probability(spelling, "")
                best.append((spelling, score, way))
            ways.append(best)
        spelt: list[str] = []
        at = max(range(len(best)), key=lambda number: best[number][1]) if best else 0
        for found in reversed(ways):
            spelling, _score, before_it = found[at]
            spelt.append(spelling)
            at = before_it
        return spelt[::-1]

    def _probability(self, word: str, before: str) -> float:
        alone = (self.seen.get(word, 0) + 0.1) / self.total
        if not before:
            return math.log(alone)
        beside = self.seen.get(f"{before} {word}", 0) / (self.seen.get(before, 0) + 1)
        return math.log(PAIRED * beside + (1 - PAIRED) * alone)


def _read() -> Model:
    model = Model()
    for text, count in vocabulary.kept.get().written.items():
        model.seen[text] += count
    for kind, spelt in _taught(words.kept.get()):
        model.add(spelt, SEEN_LEFT_OUT if kind == SearchWordKind.STOP else SEEN_TAUGHT)
    for named in {each.words: each for found in places.kept.get().named.values() for each in found}.values():
        if named.tier not in {RURAL, COMMUNE}:
            model.add(named.words, SEEN_PLACE)
    model.close()
    return model


def _taught(known: words.Words) -> Iterable[tuple[SearchWordKind, words.Spelt]]:
    """Return every phrase that is spelt right: what is typed by mistake, in short or in chats is not."""
    for entries in known.entries.values():
        for entry in entries:
            if entry.kind in {SearchWordKind.MISSPELLING, SearchWordKind.ABBREVIATION, SearchWordKind.CHAT}:
                yield from ((entry.kind, other) for other in entry.others)
            else:
                yield entry.kind, entry.words


kept = Kept(_read, names=(WORDS, TERMS))
