"""
The catalogue's own words: which there are, how often, beside which; and the nearest to one nobody has written.

Nearness is counted in letters (Damerau-Levenshtein), where letters that sound alike in some part of the country count
half; of words equally near the one the catalogue has oftener wins, most of all beside the words it stands with.
"""

import math
import re
from dataclasses import dataclass, field

from rapidfuzz.distance import DamerauLevenshtein

from courses.choices import SearchTermKind
from courses.models import SearchTerm
from courses.queries.asked.kept import TERMS, Kept
from learners.models.folding import fold

# Sounds that are one in the North, the Centre or the South, on the folded word. Source: l10n sound classes, 2026-11.
_SOUNDS = (
    (re.compile(r"^ngh"), "ng"),
    (re.compile(r"^gh"), "g"),
    (re.compile(r"^tr"), "ch"),
    (re.compile(r"^x"), "s"),
    (re.compile(r"^(gi|r|v|z)(?=[aeiouy])"), "d"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"^(k|q)(?=[aeiouy])"), "c"),
    (re.compile(r"^ph"), "f"),
    (re.compile(r"(ng|nh)$"), "n"),
    (re.compile(r"(ch|t)$"), "c"),
    (re.compile(r"y"), "i"),
)
LETTERS_MIN, SHORT_LETTERS, LONG_LETTERS = 3, 4, 5
PAIR_WEIGHT, NEAR_WEIGHT = 2.0, 3.0


@dataclass(slots=True)
class Vocabulary:
    """Words and pairs by their folded letters: in how many courses, and how they are spelt most often."""

    counts: dict[str, int] = field(default_factory=dict)
    spelt: dict[str, str] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)  # words and pairs as they are written
    by_sound: dict[str, list[str]] = field(default_factory=dict)
    by_length: dict[int, list[str]] = field(default_factory=dict)
    courses: int = 1

    def knows(self, plain: str) -> bool:
        return plain in self.counts

    def count(self, plain: str) -> int:
        return self.counts.get(plain, 0)

    def rarity(self, count: int) -> float:
        """Return how much it tells that a course has something, from nearly 0 where all have it to 1 where few do."""
        return 1.0 if not count else max(0.05, math.log(1 + self.courses / count) / math.log(2 + self.courses))

    def nearest(self, plain: str, *, before: str = "", after: str = "", sound_only: bool = False) -> str:
        """
        Return the folded word most probably meant, or "" where none is near enough; its neighbours help to choose.

        Beside other words it must be one the catalogue has there, or a long one with the same first letter.
        """
        if len(plain) < LETTERS_MIN - 1 or any(letter.isdigit() for letter in plain):
            return ""
        near: dict[str, float] = {word: 0.5 for word in self.by_sound.get(sound(plain), ()) if word != plain}
        if not sound_only:
            most = 1 if len(plain) < LONG_LETTERS else 2
            for length in range(len(plain) - most, len(plain) + most + 1):
                for word in self.by_length.get(length, ()):
                    steps = DamerauLevenshtein.distance(plain, word, score_cutoff=most)
                    if 0 < steps <= most:
                        near[word] = min(steps, near.get(word, steps))
        is_alone = not before and not after
        best, best_score = "", float("-inf")
        for word, distance in near.items():
            pairs = self.count(f"{before} {word}") + self.count(f"{word} {after}")
            long_enough = LETTERS_MIN if is_alone and distance < 1 else SHORT_LETTERS if is_alone else LONG_LETTERS
            if not pairs and (sound_only or len(plain) < long_enough or word[0] != plain[0]):
                continue
            score = math.log(1 + self.counts[word]) + PAIR_WEIGHT * math.log(1 + pairs) - NEAR_WEIGHT * distance
            if score > best_score:
                best, best_score = word, score
        return best

    def spelling(self, plain: str, *, before: str = "", after: str = "") -> str:
        """Return a folded word as it is mostly spelt beside these folded words."""
        if (pair := self.spelt.get(f"{before} {plain}")) and before:
            return pair.split()[-1]
        if (pair := self.spelt.get(f"{plain} {after}")) and after:
            return pair.split()[0]
        return self.spelt.get(plain, plain)

    def add(self, text: str, count: int) -> None:
        plain = fold(text)
        if count > self.counts.get(plain, 0):
            self.spelt[plain] = text
        known = plain in self.counts
        self.written[text] = self.written.get(text, 0) + count
        self.counts[plain] = self.counts.get(plain, 0) + count
        if not known and " " not in plain and plain.isalpha():
            self.by_length.setdefault(len(plain), []).append(plain)
            self.by_sound.setdefault(sound(plain), []).append(plain)


def sound(plain: str) -> str:
    """Return a folded word by how it sounds: one for words that some part of the country does not tell apart."""
    for pattern, letters in _SOUNDS:
        plain = pattern.sub(letters, plain)
    return plain


def _read() -> Vocabulary:
    vocabulary = Vocabulary()
    terms = SearchTerm.objects.filter(kind__in=[SearchTermKind.WORD, SearchTermKind.PHRASE])
    for text, count in terms.order_by("pk").values_list("text_vi", "courses").iterator(chunk_size=5000):
        if text.count(" ") < 2:
            vocabulary.add(text, count)
            vocabulary.courses = max(vocabulary.courses, count)
    return vocabulary


kept = Kept(_read, names=(TERMS,))
