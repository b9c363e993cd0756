"""
Places in what is typed: those in force, those until 30 June 2025, and other names curators know.

A province, and a former city, town or urban district, is known by its name alone when that has two words or more. The
names of rural districts and communes are said too often of other things, as Thống Nhất is: they need the word huyện,
phường, xã … or the word ở before them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from courses.choices import SearchWordKind
from courses.queries.asked import letters
from courses.queries.asked.kept import Kept
from courses.queries.asked.letters import Token
from courses.queries.asked.words import Spelt, Words, split
from learners.choices import FormerPlaceKind, PlaceKind
from learners.models import FormerPlace, Place

PROVINCE_DIGITS, NAME_WORDS_MAX, PLACES_MAX = 2, 6, 14
PROVINCE, DISTRICT, RURAL, COMMUNE = "province", "district", "rural", "commune"
TIERS: dict[str, str] = {
    **dict.fromkeys((PlaceKind.PROVINCE, PlaceKind.MUNICIPALITY), PROVINCE),
    **dict.fromkeys((PlaceKind.COMMUNE, PlaceKind.WARD, PlaceKind.SPECIAL_ZONE), COMMUNE),
    **dict.fromkeys((FormerPlaceKind.URBAN_DISTRICT, FormerPlaceKind.TOWN, FormerPlaceKind.CITY), DISTRICT),
    FormerPlaceKind.RURAL_DISTRICT: RURAL,
    FormerPlaceKind.TOWNSHIP: COMMUNE,
}
# The words before a name, folded, and the kinds they announce.
MARKERS: dict[Spelt, frozenset[str]] = {
    ("tinh",): frozenset({PlaceKind.PROVINCE}),
    ("thanh", "pho"): frozenset({PlaceKind.MUNICIPALITY, FormerPlaceKind.CITY}),
    ("tp",): frozenset({PlaceKind.MUNICIPALITY, FormerPlaceKind.CITY}),
    ("quan",): frozenset({FormerPlaceKind.URBAN_DISTRICT}),
    ("q",): frozenset({FormerPlaceKind.URBAN_DISTRICT}),
    ("huyen",): frozenset({FormerPlaceKind.RURAL_DISTRICT}),
    ("h",): frozenset({FormerPlaceKind.RURAL_DISTRICT}),
    ("thi", "xa"): frozenset({FormerPlaceKind.TOWN}),
    ("tx",): frozenset({FormerPlaceKind.TOWN}),
    ("phuong",): frozenset({PlaceKind.WARD}),
    ("p",): frozenset({PlaceKind.WARD}),
    ("xa",): frozenset({PlaceKind.COMMUNE}),
    ("thi", "tran"): frozenset({FormerPlaceKind.TOWNSHIP}),
    ("tt",): frozenset({FormerPlaceKind.TOWNSHIP}),
    ("dac", "khu"): frozenset({PlaceKind.SPECIAL_ZONE}),
}
MARKER_SPELLINGS = {
    "tinh": "tỉnh", "thanh": "thành", "pho": "phố", "quan": "quận", "huyen": "huyện", "thi": "thị", "xa": "xã",
    "phuong": "phường", "tran": "trấn", "dac": "đặc", "khu": "khu",
}  # fmt: skip
IN_PLACE = frozenset({"ở", "tại", "o", "tai"})


@dataclass(frozen=True, slots=True)
class Named:
    """A place by one of its names."""

    words: Spelt
    kind: str
    tier: str
    codes: tuple[str, ...]  # in force: itself, or what it became
    former: str  # the old unit's code; "" for a place in force


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """Words that name a place, or several of the same name."""

    length: int
    name: Spelt  # as typed, without the word before it
    spelt: Spelt  # with its marks
    codes: tuple[str, ...]
    tier: str
    former_name: str  # as it was called in full; "" where the name is in force
    is_certain: bool  # spelt with its marks, or announced by a word before it


@dataclass(slots=True)
class Gazetteer:
    """Every name of a place by its folded words; names and provinces of the places in force by code."""

    named: dict[Spelt, list[Named]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Spelt] = field(default_factory=dict)
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)  # kind and name, of both sets, old ones as "-code"
    provinces: dict[str, str] = field(default_factory=dict)  # province of each place in force, of a province itself

    def at(self, tokens: Sequence[Token], start: int, words: Words) -> PlaceMatch | None:
        """Return the place named from here on, the longest way to read it."""
        best = self._by_other_name(tokens, start, words)
        marker = self._marker(tokens, start)
        for name_start in {start, start + marker}:
            before = tokens[start:name_start]
            announced = MARKERS[tuple(token.plain for token in before)] if before else None
            for length in range(min(NAME_WORDS_MAX, len(tokens) - name_start), 0, -1):
                said = tokens[name_start : name_start + length]
                found = self._chosen(said, announced, is_in=_follows_in(tokens, start))
                whole = len(before) + length
                if found and (best is None or whole > best.length):
                    best = self._match(before, said, found)
        return best

    def _by_other_name(self, tokens: Sequence[Token], start: int, words: Words) -> PlaceMatch | None:
        for entry in words.longest_at(tokens, start, (SearchWordKind.PLACE,)):
            said = tokens[start : start + len(entry.words)]
            codes = tuple(code for code in entry.means if code in self.names)
            if codes:
                return PlaceMatch(
                    length=len(said),
                    name=tuple(token.word for token in said),
                    spelt=entry.words,
                    codes=codes,
                    tier=PROVINCE,
                    former_name="",
                    is_certain=not all(token.is_plain for token in said) or entry.words == tuple(map(_word, said)),
                )
        return None

    def _marker(self, tokens: Sequence[Token], start: int) -> int:
        """Return how many words here announce a place; 0 for none."""
        for length in (2, 1):
            said = tokens[start : start + length]
            key = tuple(token.plain for token in said)
            is_spelt_so = all(token.is_plain or token.word == MARKER_SPELLINGS.get(token.plain) for token in said)
            if len(said) == length and key in MARKERS and is_spelt_so and start + length < len(tokens):
                return length
        return 0

    def _chosen(self, said: Sequence[Token], announced: frozenset[str] | None, *, is_in: bool) -> list[Named]:
        """Return the places these words can name here; those of the highest tier, in force before former."""
        here = self.named.get(tuple(token.plain for token in said), ())
        found = [each for each in here if all(map(letters.typed_as, said, each.words))]
        if announced is not None:
            found = [each for each in found if each.kind in announced]
        else:
            found = [each for each in found if _is_known_bare(each, said, is_in=is_in)]
        for tier in (PROVINCE, DISTRICT, RURAL, COMMUNE):
            of_tier = [each for each in found if each.tier == tier]
            if in_force := [each for each in of_tier if not each.former]:
                return in_force if tier == PROVINCE else of_tier
            if of_tier:
                return of_tier
        return []

    def _match(self, before: Sequence[Token], said: Sequence[Token], found: list[Named]) -> PlaceMatch:
        codes = tuple(dict.fromkeys(code for each in found for code in each.codes))
        former = [each for each in found if each.former]
        former_name = ""
        if former and len(former) == len(found):
            kind, name = self.labels[f"-{former[0].former}"]
            if (kind, name) not in [self.labels[code] for code in codes]:
                former_name = f"{kind} {name}"
        return PlaceMatch(
            length=len(before) + len(said),
            name=tuple(map(_word, (*before, *said) if said[0].word.isdigit() else said)),
            spelt=found[0].words,
            codes=codes,
            tier=found[0].tier,
            former_name=former_name,
            is_certain=bool(before) or not all(token.is_plain for token in said),
        )

    def add(self, named: Named) -> None:
        self.named[tuple(letters.fold(word) for word in named.words)].append(named)


def _word(token: Token) -> str:
    return token.word


def _is_known_bare(each: Named, said: Sequence[Token], *, is_in: bool) -> bool:
    """Whether a name says its place without a word before it."""
    if len(said) == 1:  # Huế, and no other: "vinh" may be anything
        return each.tier == PROVINCE and said[0].word != said[0].plain
    return (each.tier in {PROVINCE, DISTRICT} or is_in) and not any(word.isdigit() for word in each.words)


def _follows_in(tokens: Sequence[Token], start: int) -> bool:
    return start > 0 and tokens[start - 1].word in IN_PLACE


def _read() -> Gazetteer:
    gazetteer = Gazetteer()
    for code, kind, name, parent in Place.objects.filter(valid_to=None).values_list(
        "code", "kind", "name", "parent_id"
    ):
        words = split(name)
        gazetteer.names[code] = words
        gazetteer.labels[code] = (_KIND_WORDS[kind], name)
        gazetteer.provinces[code] = parent or code
        gazetteer.add(Named(words=words, kind=kind, tier=TIERS[kind], codes=(code,), former=""))
    for code, kind, name, successors in FormerPlace.objects.values_list("code", "kind", "name", "successors"):
        gazetteer.labels[f"-{code}"] = (_KIND_WORDS[kind], name)
        gazetteer.add(Named(words=split(name), kind=kind, tier=TIERS[kind], codes=tuple(successors), former=code))
    return gazetteer


# Names of places are Vietnamese on every page, and so is the word before them where a name is quoted.
_KIND_WORDS = {
    "PROVINCE": "tỉnh", "MUNICIPALITY": "thành phố", "COMMUNE": "xã", "WARD": "phường", "SPECIAL_ZONE": "đặc khu",
    "URBAN_DISTRICT": "quận", "RURAL_DISTRICT": "huyện", "TOWN": "thị xã", "CITY": "thành phố", "TOWNSHIP": "thị trấn",
}  # fmt: skip


# Places change by migration only, and a migration starts every process anew.
kept = Kept(_read, names=())
