"""What somebody looks for, read from the parameters of an address; the same names make the address of a filter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from courses.queries.asked import Asked, AskedFilter, understand
from courses.queries.asked.letters import tidy
from courses.queries.search.facets import BY_NAME, FACETS, code
from courses.queries.search.week import SLOTS, said
from courses.rules import STARTS_WITHIN_DAYS, WITHIN_KM, WITHIN_KM_USUAL

RELEVANCE, NEAREST, SOONEST, NEWEST, TITLE = "relevance", "nearest", "soonest", "newest", "title"
SORTS = (RELEVANCE, NEAREST, SOONEST, NEWEST, TITLE)
PROVINCE_CODE_DIGITS, COMMUNE_CODE_DIGITS = 2, 5
NOTHING = Asked(text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogQuery:
    """What somebody looks for; anything not understood has been left out."""

    text: str = ""
    asked: Asked = NOTHING  # the text, understood
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by facet, only those with a choice
    province: str = ""
    commune: str = ""
    near: str = ""  # a commune: what is taught within so many kilometres of it
    within_km: int = WITHIN_KM_USUAL
    when: tuple[str, ...] = ()  # the parts of the week one has free
    starts: int = 0  # within so many days; 0: whenever
    sort: str = ""

    @classmethod
    def from_params(cls, get: Callable[[str], str | None], getlist: Callable[[str], list[str]]) -> "CatalogQuery":
        """Read an address's parameters; unknown and malformed values count as not given."""
        text = tidy(get("q") or "")
        province = code(get("province"), PROVINCE_CODE_DIGITS)
        chosen = {facet.name: facet.read(getlist(facet.name)) for facet in FACETS}
        if get("free") == "1" and not chosen["cost"]:  # as addresses said it before there were more choices
            chosen["cost"] = ("free",)
        asked_when = set(getlist("when"))
        sort = get("sort") or ""
        return cls(
            text=text,
            asked=understand(text, language=get_language() or "vi"),
            chosen={name: values for name, values in chosen.items() if values},
            province=province,
            commune=code(get("commune"), COMMUNE_CODE_DIGITS) if province else "",
            near=code(get("near"), COMMUNE_CODE_DIGITS),
            within_km=_one_of(WITHIN_KM, get("within")) or WITHIN_KM_USUAL,
            when=tuple(slot for slot in SLOTS if slot in asked_when),
            starts=_one_of(STARTS_WITHIN_DAYS, get("starts")),
            sort=sort if sort in SORTS else "",
        )

    @property
    def has_words(self) -> bool:
        return bool(self.asked.groups)

    @property
    def asked_in_force(self) -> tuple[AskedFilter, ...]:
        """The conditions in the text that filter: those of a facet in which nothing was chosen."""
        return tuple(
            each for each in self.asked.filters if self._says(each.name, each.value) and each.name not in self.chosen
        )

    @property
    def in_force(self) -> Mapping[str, tuple[str, ...]]:
        """By facet what was chosen, else what the text speaks of."""
        spoken = {each.name: self.asked.values(each.name) for each in self.asked_in_force}
        return {**{name: BY_NAME[name].read(values) for name, values in spoken.items()}, **self.chosen}

    @staticmethod
    def _says(name: str, value: str) -> bool:
        return name in BY_NAME and bool(BY_NAME[name].read((value,)))

    @property
    def when_preferred(self) -> tuple[str, ...]:
        """The parts of the week the text speaks of: what meets then comes first, and nothing is left out."""
        return () if self.when else said(self.asked.values("when"))

    @property
    def wants_near(self) -> bool:
        """Whether the text asks for what is near without a place being known."""
        return bool(self.asked.values("near")) and not self.near

    @property
    def sort_in_force(self) -> str:
        """By relevance when words are given, nearest first when a place is, else soonest first."""
        usual = RELEVANCE if self.has_words else NEAREST if self.near else SOONEST
        impossible = (self.sort == RELEVANCE and not self.has_words) or (self.sort == NEAREST and not self.near)
        return usual if not self.sort or impossible else self.sort


def _one_of(choices: tuple[int, ...], value: str | None) -> int:
    return next((choice for choice in choices if str(choice) == value), 0)
