"""Which words of a text answer what was asked, so that a reader sees why it was found."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from courses.queries.asked import letters
from courses.queries.asked.letters import Token
from courses.queries.asked.model import How, Phrase
from learners.models.folding import fold

Span = tuple[int, int]


def marked(text: str, phrases: Iterable[Phrase]) -> SafeString:
    """
    Return a text as HTML, escaped, with the words that answer the phrases in ``mark`` elements.

    The letters stay as they are written. Where a phrase is spelt in the text as it was typed, only such places are
    marked; else every place with the same letters. Without any phrase in a row, its single words are.
    """
    composed = unicodedata.normalize("NFC", text)
    tokens = letters.tokens(composed)
    phrases = list(phrases)
    spans = [span for phrase in phrases for span in _in_a_row(phrase, tokens)]
    if not spans:
        typed = [phrase for phrase in phrases if phrase.how in (How.TYPED, How.SPELT_OUT)]
        single = [part for phrase in typed for part in _parts(phrase)]
        spans = [span for phrase in single for span in _in_a_row(phrase, tokens)]
    parts: list[str] = []
    end = 0
    for start, stop in _joined(spans, composed):
        parts += [
            conditional_escape(composed[end:start]),
            "<mark>",
            conditional_escape(composed[start:stop]),
            "</mark>",
        ]
        end = stop
    return mark_safe("".join([*parts, conditional_escape(composed[end:])]))


def _parts(phrase: Phrase) -> Iterator[Phrase]:
    """Yield the words of a phrase one by one; of several that belong together, «an» alone does not answer for «ăn»."""
    belongs = phrase.in_a_row and len(phrase.words) > 1
    for word in phrase.words:
        if len(word) > 1:
            yield Phrase((word,), phrase.how, is_exact=belongs and fold(word) != word)


def _in_a_row(phrase: Phrase, tokens: Sequence[Token]) -> list[Span]:
    """Return where the phrase stands: spelt alike if it does so anywhere, else with the same letters."""
    length = len(phrase.words)
    alike: list[Span] = []
    folded: list[Span] = []
    plain = tuple(map(fold, phrase.words))
    for at in range(len(tokens) - length + 1):
        said = tokens[at : at + length]
        span = said[0].start, said[-1].end
        if _says([token.word for token in said], phrase.words, is_prefix=phrase.is_prefix):
            alike.append(span)
        elif not phrase.is_exact and _says([token.plain for token in said], plain, is_prefix=phrase.is_prefix):
            folded.append(span)
    return alike or folded


def _says(said: Sequence[str], words: Sequence[str], *, is_prefix: bool) -> bool:
    last = said[-1].startswith(words[-1]) if is_prefix else said[-1] == words[-1]
    return last and list(said[:-1]) == list(words[:-1])


def _joined(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """Return the spans in order, those that touch or have only a space between them as one."""
    start = end = -1
    for span_start, span_end in sorted(spans):
        if end >= 0 and not text[end:span_start].strip():
            end = max(end, span_end)
            continue
        if end >= 0:
            yield start, end
        start, end = span_start, span_end
    if end >= 0:
        yield start, end
