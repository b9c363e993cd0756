"""The text in parts: which words belong together, and what they are taken for."""

from dataclasses import dataclass, field

from courses.choices import SearchWordKind as Kind
from courses.queries.asked.places import Gazetteer, PlaceMatch
from courses.queries.asked.reading import READ_WHOLE, Read
from courses.queries.asked.vocabulary import Vocabulary
from courses.queries.asked.words import Entry, Words
from learners.models.folding import fold

STOPS = (Kind.STOP,)
EXPANDS = frozenset({Kind.SYNONYM, Kind.REGIONAL})
# Of phrases equally long: conditions before topics, topics before what is left out.
ORDER = (Kind.FILTER, Kind.HINT, Kind.SYNONYM, Kind.REGIONAL, Kind.STOP)
# What a number counts, or numbers. Such words rank and are not required: few courses say "7 tuổi".
COUNTED = frozenset(
    ("tuổi", "tháng", "buổi", "giờ", "ngày", "tuần", "năm", "nhóm", "mức", "bậc", "hạng", "cấp", "lớp", "khối")
)


@dataclass(slots=True)
class Part:
    """Some words in a row with what they are taken for."""

    reads: list[Read]
    kind: Kind | None = None  # None: words to look for
    entries: list[Entry] = field(default_factory=list)
    place: PlaceMatch | None = None
    is_sure: bool = True  # left out for good, and not only because it may be a word that is

    @property
    def is_topic(self) -> bool:
        return self.place is None and (self.kind is None or self.kind in EXPANDS)

    @property
    def is_hint(self) -> bool:
        """Whether it only ranks: said to be so, a number, or a word that may be one that is left out."""
        return self.kind == Kind.HINT or (self.kind == Kind.STOP and not self.is_sure)

    @property
    def is_number(self) -> bool:
        return self.kind is None and any(each.word.isdigit() for each in self.reads) and _counts(self.reads)


@dataclass(frozen=True, slots=True)
class Divider:
    """Divides a text so that as many words as possible belong to something known, in as long pieces as possible."""

    words: Words
    vocabulary: Vocabulary
    gazetteer: Gazetteer

    def parts(self, reads: list[Read]) -> list[Part]:
        best: list[tuple[int, Part | None]] = [(0, None)] * (len(reads) + 1)
        for at in range(len(reads) - 1, -1, -1):
            choices = self._choices(reads, at)
            scores = [_worth(part) + best[at + len(part.reads)][0] for part in choices]
            chosen = max(range(len(choices)), key=lambda number: (scores[number], len(choices[number].reads)))
            best[at] = scores[chosen], choices[chosen]
        parts: list[Part] = []
        at = 0
        while at < len(reads) and (part := best[at][1]):
            parts.append(part)
            at += len(part.reads)
        return parts

    def _choices(self, reads: list[Read], at: int) -> list[Part]:
        """Return every way to read the words from here on, the one that takes least for granted last."""
        if reads[at].quote >= 0:  # words in quotation marks are meant as they stand
            return [Part([each for each in reads[at:] if each.quote == reads[at].quote])]
        choices = [
            part
            for length in range(min(self.words.longest, len(reads) - at), 0, -1)
            if not _cuts_chunk(reads, at + length) and (part := self._known(reads, at, length))
        ]
        place = self.gazetteer.at(reads, at, self.words)
        if place and not _cuts_chunk(reads, at + place.length) and self._is_place(place, choices):
            choices.insert(0, Part(reads[at : at + place.length], place=place))
        if (
            at + 1 < len(reads)
            and any(each.word.isdigit() for each in reads[at : at + 2])
            and _counts(reads[at : at + 2])
        ):
            choices.append(Part(reads[at : at + 2]))
        return [*choices, Part(_chunk(reads, at))]

    def _known(self, reads: list[Read], at: int, length: int) -> Part | None:
        said = reads[at : at + length]
        entries = sorted(self.words.at(reads, at, length, READ_WHOLE), key=lambda entry: ORDER.index(entry.kind))
        if not entries:
            return None
        kind = entries[0].kind
        if kind in EXPANDS:
            return Part(said, kind=kind, entries=[entry for entry in entries if entry.kind in EXPANDS])
        is_literal = length > 1 or entries[0].words[0] == said[0].word
        if kind in {Kind.FILTER, Kind.HINT} and not is_literal:
            return None  # "toi" is tôi far oftener than tối
        if kind == Kind.STOP and not is_literal and self._is_in_pair(reads, at):
            return None  # "minh" in "thong minh" is no mình
        return Part(said, kind=kind, entries=entries[:1], is_sure=is_literal)

    def _is_in_pair(self, reads: list[Read], at: int) -> bool:
        """Whether the catalogue has this word beside one of its neighbours here."""
        said = reads[at].plain
        before = f"{reads[at - 1].plain} {said}" if at else ""
        after = f"{said} {reads[at + 1].plain}" if at + 1 < len(reads) else ""
        return self.vocabulary.knows(before) or self.vocabulary.knows(after)

    def _is_place(self, place: PlaceMatch, choices: list[Part]) -> bool:
        """Whether words that can name a place do: typed without marks they may be known for something else."""
        if place.is_certain or place.name == place.spelt:
            return True
        if any(len(part.reads) >= place.length for part in choices):
            return False
        plain = " ".join(map(fold, place.spelt))
        return not self.vocabulary.knows(plain) or self.vocabulary.spelt[plain] == " ".join(place.spelt)


def _counts(reads: list[Read]) -> bool:
    """Whether the words are a number, with what it counts or without: "7 tuổi", "bậc 3", "2026"."""
    return all(each.word.isdigit() or each.word in COUNTED for each in reads)


def _worth(part: Part) -> int:
    """Long pieces count more than short ones, what is known more than what is not."""
    if part.place:
        return part.place.length**2 + 1
    if part.entries:
        return len(part.reads) ** 2
    return len(part.reads) if part.is_number or len(part.reads) == 2 else 0


def _chunk(reads: list[Read], at: int) -> list[Read]:
    """Return the words here that were read from the same: CNTT is four words in a row."""
    end = at + 1
    while _cuts_chunk(reads, end):
        end += 1
    return reads[at:end]


def _cuts_chunk(reads: list[Read], at: int) -> bool:
    return 0 < at < len(reads) and reads[at].chunk >= 0 and reads[at].chunk == reads[at - 1].chunk
