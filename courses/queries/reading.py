"""
How hard a course's text is to read: which of its sentences are long.

Advice, not a gate. Vietnamese writes each syllable as a word, so what is counted is what stands between spaces. Length
is all that is measured: nothing here pretends to know which words somebody understands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import CourseVersion
from courses.rules import SEARCH_WORD, SENTENCE_WORDS_MAX

_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    sentences_count: int
    long: Sequence[str]  # in the order they are written

    @property
    def percent_short(self) -> int:
        """How many of a hundred sentences are short enough; 100 only where all are."""
        return 100 * (self.sentences_count - len(self.long)) // self.sentences_count if self.sentences_count else 100


def reading(version: CourseVersion) -> Reading:
    """Return how the Vietnamese text of a version reads: summary, outcomes, for whom, what to bring."""
    texts = (version.summary_vi, *version.outcomes_vi, version.audience_vi, version.requirements_vi)
    sentences = [sentence for text in texts for sentence in _ENDS.split(text) if SEARCH_WORD.search(sentence)]
    long = [sentence for sentence in sentences if _words(sentence) > SENTENCE_WORDS_MAX]
    return Reading(sentences_count=len(sentences), long=long)


def _words(sentence: str) -> int:
    return sum(SEARCH_WORD.search(part) is not None for part in sentence.split())
