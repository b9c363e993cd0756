"""From what a reader typed to what is looked for."""

from dataclasses import dataclass

from courses.choices import SearchWordKind as Kind
from courses.queries.asked import letters, places, restoring, vocabulary, words
from courses.queries.asked.model import Asked, AskedFilter, AskedPlace, Group, How, Phrase
from courses.queries.asked.parts import Divider, Part
from courses.queries.asked.places import COMMUNE, PLACES_MAX, PROVINCE, Gazetteer, PlaceMatch
from courses.queries.asked.reading import Read, read
from courses.queries.asked.restoring import Model
from courses.queries.asked.vocabulary import Vocabulary
from courses.queries.asked.words import Entry, Spelt, Words
from courses.rules import SEARCH_WORDS_MAX
from learners.models.folding import fold

ALTERNATIVES_MAX = 16
PHRASE_TELLS = 0.3
SYNONYM_WEIGHT, PLACE_WEIGHT, PROVINCE_WEIGHT, CORRECTION_WEIGHT = 0.6, 0.8, 0.3, 0.5
NAMES_SHOWN = 3


def understand(text: str, *, language: str) -> Asked:
    """
    Return what is looked for with a text of any kind and length; never fails and never asks the database.

    At most 200 letters of it are read, at most 12 groups of at most 16 phrases come of it.
    """
    return Understanding(
        text=letters.tidy(text),
        language=language,
        words=words.kept.get(),
        vocabulary=vocabulary.kept.get(),
        gazetteer=places.kept.get(),
        marks=restoring.kept.get(),
    ).asked()


@dataclass(slots=True, kw_only=True)
class Understanding:
    text: str
    language: str
    words: Words
    vocabulary: Vocabulary
    gazetteer: Gazetteer
    marks: Model

    def asked(self) -> Asked:
        reads = read(self.text, words=self.words, vocabulary=self.vocabulary, marks=self.marks, language=self.language)
        parts = Divider(self.words, self.vocabulary, self.gazetteer).parts(reads)
        topics = [part for part in parts if part.is_topic and not part.is_number]
        located = [part for part in parts if part.place]
        hints = [part for part in parts if part.is_hint or part.is_number]
        filters = [part for part in parts if part.kind == Kind.FILTER]
        if not topics:
            topics, hints = self._promoted(parts, located, filters, hints)
            filters = [part for part in filters if part not in topics]
        looked_for = (topics + located)[:SEARCH_WORDS_MAX]
        groups = [self._group(part, reads, is_alone=len(topics) == 1) for part in looked_for]
        hint_groups = [self._group(part, reads, is_alone=False) for part in hints[:SEARCH_WORDS_MAX]]
        return Asked(
            text=self.text,
            groups=tuple(groups),
            hints=tuple(hint_groups),
            rarity=tuple(map(self._rarity, groups)),
            filters=tuple(map(self._filter, filters)),
            place=self._place(located),
            did_you_mean=self._did_you_mean(parts, reads),
            words_to_mark=tuple(dict.fromkeys(phrase for group in groups + hint_groups for phrase in group)),
        )

    def _filter(self, part: Part) -> AskedFilter:
        name, _is, value = part.entries[0].means[0].partition("=")
        words, text_without = self._said(part)
        return AskedFilter(name=name, value=value, words=words, text_without=text_without)

    def _promoted(
        self, parts: list[Part], located: list[Part], filters: list[Part], hints: list[Part]
    ) -> tuple[list[Part], list[Part]]:
        """Where no topic is left, look for what was taken for less: hints first, then what is left out."""
        for is_said in (
            lambda part: part.kind == Kind.HINT,
            lambda part: part.kind == Kind.STOP and not part.is_sure,
            lambda part: part.is_number,
        ):
            if said := [part for part in hints if is_said(part)]:
                return said, [part for part in hints if part not in said]
        if located or any(len(part.reads) > 1 or part.reads[0].is_plain for part in filters):
            return [], hints
        return filters or [part for part in parts if part.kind == Kind.STOP], []

    # Groups

    def _group(self, part: Part, reads: list[Read], *, is_alone: bool) -> Group:
        """Return the ways to answer for a part: as typed, read, other words for it, the nearest word there is."""
        if part.place:
            return _unique([Phrase(part.place.name, How.TYPED), *self._phrases_of_place(part.place)])
        said = part.reads[0]
        unknown = part.kind is None and len(part.reads) == 1 and not self.vocabulary.knows(said.plain)
        is_last = part.reads[-1] is reads[-1] and said.quote < 0
        phrases = [Phrase(tuple(each.word for each in part.reads), self._how(part), is_prefix=is_last and unknown)]
        if typed := self._typed(part):
            phrases.insert(0, Phrase(typed, How.TYPED))
        for other in dict.fromkeys(also for each in part.reads for also in each.also):
            phrases.append(_exact(other, How.SPELT_OUT, SYNONYM_WEIGHT))
        for entry in part.entries:
            for other in entry.others:
                if self._may_stand_for(entry, other, part, reads, is_alone=is_alone):
                    phrases.append(_exact(other, How.SYNONYM, SYNONYM_WEIGHT))
        if unknown and said.quote < 0 and (nearest := self._nearest(reads, said)):
            spelt = self.vocabulary.spelling(nearest)
            phrases.append(_exact((spelt,), How.CORRECTION, CORRECTION_WEIGHT))
        return _unique(phrases)

    def _may_stand_for(self, entry: Entry, other: Spelt, part: Part, reads: list[Read], *, is_alone: bool) -> bool:
        """
        Whether a phrase may stand for what was said.

        One syllable may when it is all that is asked for, and has no other meanings; or when the catalogue has the
        other word in the same place: "trồng bắp" finds "trồng ngô", "kinh doanh" does not find "kênh".
        """
        said = part.reads[0]
        if len(part.reads) > 1 or entry.kind == Kind.HINT or not letters.is_syllable(said.word):
            return True
        has_meanings = letters.spelling(said.word) in self.words.ambiguous
        if is_alone and not has_meanings:
            return True
        at = next(at for at, each in enumerate(reads) if each is said)
        before, after = self._neighbors(reads, at)
        plain = " ".join(map(fold, other))
        return self.vocabulary.knows(f"{before} {plain}") or self.vocabulary.knows(f"{plain} {after}")

    def _neighbors(self, reads: list[Read], at: int) -> tuple[str, str]:
        return reads[at - 1].plain if at else "", reads[at + 1].plain if at + 1 < len(reads) else ""

    def _how(self, part: Part) -> How:
        hows = {each.how for each in part.reads}
        return How.CORRECTION if How.CORRECTION in hows else How.SPELT_OUT if How.SPELT_OUT in hows else How.TYPED

    def _typed(self, part: Part) -> Spelt:
        """Return the words as typed where they differ from those read."""
        typed: list[str] = []
        chunks: set[int] = set()
        for each in part.reads:
            if each.chunk < 0 or each.chunk not in chunks:
                typed += each.typed
            chunks.add(each.chunk)
        read_as = tuple(each.plain if each.was_plain else each.word for each in part.reads)
        return () if tuple(typed) == read_as else tuple(typed)

    def _phrases_of_place(self, place: PlaceMatch) -> list[Phrase]:
        if len(place.codes) > PLACES_MAX:
            return []  # a name of too many places says where nothing is
        phrases = [_exact(self.gazetteer.names[code], How.PLACE, PLACE_WEIGHT) for code in place.codes]
        if place.tier != PROVINCE:
            for code in dict.fromkeys(self.gazetteer.provinces[code] for code in place.codes):
                phrases.append(_exact(self.gazetteer.names[code], How.PLACE, PROVINCE_WEIGHT))
        return phrases

    def _rarity(self, group: Group) -> float:
        """
        Return how much a group tells; 0 where the catalogue has none of its phrases, as far as it is known.

        A phrase tells more than a word: it is what is asked about, and "hằng ngày" beside it is not.
        """
        counts = [self._count(phrase) for phrase in group]
        if self.vocabulary.counts and not any(counts):
            return 0.0
        is_phrase = len(group[0].words) > 1 or len(group) > 1
        return self.vocabulary.rarity(sum(counts)) + (PHRASE_TELLS if is_phrase else 0.0)

    def _count(self, phrase: Phrase) -> int:
        """Return in how many courses a phrase stands, at most: no word and no pair of it stands in more."""
        plain = tuple(map(fold, phrase.words))
        if phrase.is_exact and not all(word in self.vocabulary.written for word in phrase.words):
            return 0
        return min(map(self.vocabulary.count, plain))

    # What is said about the text

    def _said(self, part: Part) -> tuple[str, str]:
        """Return the words of a part as typed, and the text without them."""
        start, end = part.reads[0].start, part.reads[-1].end
        return self.text[start:end], " ".join((self.text[:start] + " " + self.text[end:]).split())

    def _place(self, located: list[Part]) -> AskedPlace | None:
        """Return the smallest place named, inside the others where they hold it."""
        matches = [(part, part.place) for part in located if part.place and len(part.place.codes) <= PLACES_MAX]
        if not matches:
            return None
        part, place = max(matches, key=lambda each: (each[1].tier == COMMUNE, each[1].tier != PROVINCE))
        codes = place.codes
        for _other, around in matches:
            inside = tuple(code for code in codes if self.gazetteer.provinces[code] in around.codes)
            codes = inside or codes
        words_typed, text_without = self._said(part)
        return AskedPlace(
            codes=codes,
            provinces=tuple(dict.fromkeys(self.gazetteer.provinces[code] for code in codes)),
            names=tuple(" ".join(self.gazetteer.labels[code]) for code in codes[:NAMES_SHOWN]),
            words=words_typed,
            former_name=place.former_name,
            text_without=text_without,
        )

    def _nearest(self, reads: list[Read], said: Read) -> str:
        before, after = self._neighbors(reads, next(at for at, each in enumerate(reads) if each is said))
        return self.vocabulary.nearest(said.plain, before=before, after=after)

    def _did_you_mean(self, parts: list[Part], reads: list[Read]) -> str:
        """Return the text with what is misspelt mended, as its writer writes: with or without marks."""
        plain = [each.plain for each in reads]
        with_marks = any(not each.is_plain for each in reads)
        mended: list[tuple[int, int, str]] = []
        for at, said in enumerate(reads):
            before, after = plain[at - 1] if at else "", plain[at + 1] if at + 1 < len(reads) else ""
            if said.how == How.CORRECTION:
                chunk = [each for each in reads if each.chunk == said.chunk]
                if chunk[0] is said and tuple(map(fold, said.typed)) != tuple(each.plain for each in chunk):
                    mended.append((said.start, said.end, " ".join(each.word for each in chunk)))
                continue
            part = next(part for part in parts if any(each is said for each in part.reads))
            if part.kind is not None or part.place or said.quote >= 0 or not self.vocabulary.counts:
                continue
            unknown = not self.vocabulary.knows(said.plain)
            is_right = not said.is_plain and said.word in self.vocabulary.written
            pairs = (f"{before} {said.plain}", f"{said.plain} {after}")
            paired = is_right or any(map(self.vocabulary.knows, pairs))
            if unknown or (not paired and len(reads) > 1):
                nearest = self.vocabulary.nearest(said.plain, before=before, after=after, sound_only=not unknown)
                if nearest:
                    spelt = self.vocabulary.spelling(nearest, before=before, after=after) if with_marks else nearest
                    mended.append((said.start, said.end, spelt))
                    plain[at] = nearest
        text = self.text
        for start, end, word in reversed(mended):
            text = text[:start] + word + text[end:]
        return text if text != self.text else ""


def _unique(phrases: list[Phrase]) -> Group:
    """Return the phrases without those that say the same again, as many as may be."""
    first: dict[tuple[Spelt, bool], Phrase] = {}
    for phrase in phrases:
        first.setdefault((phrase.words, phrase.is_exact), phrase)
    return tuple(first.values())[:ALTERNATIVES_MAX]


def _exact(spelt: Spelt, how: How, weight: float) -> Phrase:
    """Return a phrase nobody typed: it is spelt right, so it is found as it is spelt, and bông does not find bóng."""
    return Phrase(spelt, how, weight, is_exact=any(word != fold(word) for word in spelt))
