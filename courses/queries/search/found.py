"""What the statement finds, read from its rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from courses.rules import HITS_COUNTED_MAX

WORDS = "words"  # asked for like a filter: what would be found without them
FILTERS = "filters"  # all of them together
ALL = "=all"  # the token of every entry on offer


@dataclass(frozen=True, slots=True)
class Organizer:
    public_id: str
    name_vi: str
    name_en: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One found entry, by what its kept card is known by."""

    course_id: int
    version_id: int
    revision: int
    metres: int | None  # from the commune asked about


@dataclass(slots=True, kw_only=True)
class Found:
    total: int = 0  # as far as counted
    is_capped: bool = False  # there are more
    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))  # by facet, then value
    organizers: list[Organizer] = field(default_factory=list)  # those with most, and the one in force
    without: dict[str, int] = field(default_factory=dict)  # by filter: how many without it, when nothing is found
    rows: list[Row] = field(default_factory=list)
    readings: list[int] = field(default_factory=list)  # where nothing is found: those of the words that find something
    is_loose: bool = False  # nothing answers all that was asked; these come nearest

    def add(self, facet: str, value: str, number: int) -> None:
        self.counts[facet][value] = self.counts[facet].get(value, 0) + number


def read(rows: Sequence[tuple[str, str, int, str]]) -> Found:
    """Return what the parts of the statement say (``counting``, ``paging``)."""
    found = Found()
    organizers: dict[str, Organizer] = {}
    alone: dict[tuple[str, str], int] = {}  # of the only filter in force every choice, counted among everything
    beside: dict[str, int] = {}
    page: list[tuple[int, Row]] = []
    for part, key, number, more in rows:
        if part == "total":
            found.total, found.is_capped = min(number, HITS_COUNTED_MAX), number > HITS_COUNTED_MAX
        elif part == "facet" and key == ALL:
            found.total = number
        elif part == "facet":
            found.add(*_split(key), number)
        elif part == "only" and key == ALL:
            beside[more] = number
        elif part == "only":
            alone[_split(key)] = number
        elif part in {"organizer", "only organizer"}:
            names = more.split("\n")
            known = organizers.get(key)
            both = number + (known.count if known else 0) if part == "organizer" else number
            organizers[key] = Organizer(key, names[0], names[-1], both)
        elif part == "beside":
            beside[key] = number
        elif part == "reading":
            found.readings += [int(key)] if number else []
        elif part == "row":
            version_id, revision, *metres = map(int, more.split())
            page.append((number, Row(int(key), version_id, revision, metres[0] if metres else None)))
        else:
            found.add(part, key, number)
    for (facet, value), number in alone.items():
        found.counts[facet][value] = number
    found.organizers = sorted(organizers.values(), key=lambda one: (-one.count, one.public_id))
    found.rows = [row for _number, row in sorted(page, key=lambda one: one[0])]
    found.without = {} if found.total else beside
    return found


def _split(token: str) -> tuple[str, str]:
    facet, _colon, value = token.removeprefix("=").partition(":")
    return facet, value
