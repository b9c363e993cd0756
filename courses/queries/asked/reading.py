"""The first half of understanding: from letters to words as meant, each remembering what was typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from courses.choices import SearchWordKind as Kind
from courses.queries.asked import letters
from courses.queries.asked.letters import Token
from courses.queries.asked.model import How
from courses.queries.asked.restoring import Model
from courses.queries.asked.vocabulary import Vocabulary
from courses.queries.asked.words import Entry, Spelt, Words
from learners.models.folding import fold

TOKENS_MAX = 24  # read of a text; beyond it nobody asks a question
QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»')
REWRITES = (Kind.MISSPELLING, Kind.ABBREVIATION, Kind.CHAT)
READ_WHOLE = (Kind.FILTER, Kind.HINT, Kind.STOP, Kind.SYNONYM, Kind.REGIONAL)
CONDITIONS = frozenset({Kind.FILTER, Kind.HINT, Kind.STOP})
SHORT_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Read(Token):
    """A word as meant. ``typed``: the words it was read from; those that share a ``chunk`` were read from the same."""

    typed: Spelt = ()
    how: How = How.TYPED
    chunk: int = -1
    quote: int = -1
    was_plain: bool = False  # typed without marks, as the whole text was; ``word`` has those most probably meant
    also: tuple[Spelt, ...] = ()  # other readings of the chunk

    @property
    def is_plain(self) -> bool:
        return self.was_plain or self.word == self.plain


def read(text: str, *, words: Words, vocabulary: Vocabulary, marks: Model, language: str) -> list[Read]:
    """Return the words of a tidy text: keys read as letters, mistakes mended, abbreviations and chat words in full."""
    reads = _with_marks(keys_read(text, words=words, vocabulary=vocabulary, language=language), marks)
    result: list[Read] = []
    at = 0
    while at < len(reads):
        entry, length = _rewrite(text, reads, at, words, vocabulary)
        said = reads[at : at + length]
        result += _rewritten(said, entry, chunk=len(result)) if entry else said
        at += length
    return result[:TOKENS_MAX]


def keys_read(text: str, *, words: Words, vocabulary: Vocabulary, language: str) -> list[Read]:
    """Return the words of a tidy text with nothing done but keys read as letters."""
    quotes = [match.span() for match in QUOTED.finditer(text)]
    return [
        _by_keys(token, _quote(token, quotes), words=words, vocabulary=vocabulary, language=language)
        for token in letters.tokens(text)[:TOKENS_MAX]
    ]


def _with_marks(reads: list[Read], marks: Model) -> list[Read]:
    """Put marks on a text that has none. Where one word has, whoever wrote it could, and meant the others so."""
    if any(not each.is_plain for each in reads):
        return reads
    spelt = marks.spelt([each.plain for each in reads])
    return [
        replace(each, word=word, was_plain=True) if each.quote < 0 else each
        for each, word in zip(reads, spelt, strict=True)
    ]


def _quote(token: Token, quotes: Sequence[tuple[int, int]]) -> int:
    return next((n for n, (start, end) in enumerate(quotes) if start <= token.start and token.end <= end), -1)


def _by_keys(token: Token, quote: int, *, words: Words, vocabulary: Vocabulary, language: str) -> Read:
    """Read Telex and VNI keys, unless the catalogue or the curators know the word as it was typed."""
    is_known = vocabulary.knows(token.plain) or token.word in words.lexicon
    meant = "" if quote >= 0 or is_known else letters.meant(token.word)
    if meant and language == "en" and token.is_plain and not vocabulary.knows(fold(meant)):
        meant = ""
    word = meant or token.word
    how = How.SPELT_OUT if meant else How.TYPED
    return Read(token.start, token.end, word, fold(word), typed=(token.word,), how=how, quote=quote)


def _rewrite(text: str, reads: list[Read], at: int, words: Words, vocabulary: Vocabulary) -> tuple[Entry | None, int]:
    """Return the entry that says what the words here stand for, if any, and how many words that settles."""
    as_it_is = words.longest_at(reads, at, READ_WHOLE)
    settled = len(as_it_is[0].words) if as_it_is else 0
    if reads[at].quote >= 0:
        return None, 1
    for entry in words.longest_at(reads, at, REWRITES)[:1]:
        length = len(entry.words)
        said = reads[at : at + length]
        if settled > length:
            return None, settled
        if settled == length and entry.kind != Kind.MISSPELLING and as_it_is[0].kind in CONDITIONS:
            return None, length
        if _stands_for(entry, said, text, vocabulary):
            return entry, length
    return None, 1


def _stands_for(entry: Entry, said: Sequence[Read], text: str, vocabulary: Vocabulary) -> bool:
    """Whether these words really stand for others here."""
    becomes = entry.others[0]
    if tuple(map(letters.spelling, becomes)) == tuple(letters.spelling(each.word) for each in said):
        return False  # the same word with its tone mark elsewhere
    is_plain = all(each.is_plain for each in said)
    if entry.kind == Kind.MISSPELLING and is_plain:
        same = tuple(map(fold, becomes)) == tuple(each.plain for each in said)
        return not same and not _is_known(said, vocabulary)
    if entry.kind == Kind.ABBREVIATION and len(said) == 1 and len(said[0].plain) <= SHORT_LETTERS:
        is_word = letters.is_syllable(said[0].word) or len(said[0].word) == 1
        return not is_word or text[said[0].start : said[0].end].isupper()
    return True


def _is_known(said: Sequence[Read], vocabulary: Vocabulary) -> bool:
    """Whether the catalogue has these words in a row: then they are no mistake."""
    return len(said) <= 2 and vocabulary.knows(" ".join(each.plain for each in said))


def _rewritten(said: Sequence[Read], entry: Entry, *, chunk: int) -> list[Read]:
    typed = tuple(word for each in said for word in each.typed)
    start, end = said[0].start, said[-1].end
    how = How.CORRECTION if entry.kind == Kind.MISSPELLING else How.SPELT_OUT
    return [
        Read(start, end, word, fold(word), typed=typed, how=how, chunk=chunk, also=entry.others[1:])
        for word in entry.others[0]
    ]
