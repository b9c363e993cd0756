"""The filters in force, each as the tsquery of the entries that pass it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from courses.models import CatalogCount
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME
from courses.queries.search.terms import all_of, any_of, lexeme, none_of
from courses.queries.search.week import fits, mask
from learners.queries.place import metres_around

PROVINCE, COMMUNE, NEAR, WHEN, STARTS = "province", "commune", "near", "when", "starts"
PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Filters:
    """By name the tsquery of each filter in force."""

    terms: Mapping[str, str]
    words: str = ""  # the tsquery of the words; "" without

    @property
    def all(self) -> str:
        """Return the tsquery of what is found; "" when nothing is asked."""
        return all_of([*([self.words] if self.words else []), *self.terms.values()])

    def without(self, name: str) -> str:
        """Return the tsquery of what would be found without one filter; "" when nothing else is asked."""
        left = [term for other, term in self.terms.items() if other not in _gone_with(name)]
        return all_of([*([self.words] if self.words else []), *left])

    def only_failing(self, name: str) -> str:
        """Return the tsquery of what passes every other filter and not this one; "" when no other is in force."""
        others = self.without(name)
        own = all_of([self.terms[each] for each in _gone_with(name) if each in self.terms])
        return f"{others} & {none_of(own)}" if others else ""


def _gone_with(name: str) -> Sequence[str]:
    """A commune is one of its province: it goes when the province does."""
    return (PROVINCE, COMMUNE) if name == PROVINCE else (name,)


def in_force(query: CatalogQuery, *, today: date) -> Filters:
    """Return the filters of a query; one more query when the parts of the week are asked for, none otherwise."""
    terms = {name: BY_NAME[name].term(values) for name, values in query.chosen.items()}
    if query.province:
        terms[PROVINCE] = lexeme(f"=province:{query.province}")
    if query.commune:
        terms[COMMUNE] = lexeme(f"=commune:{query.commune}")
    if query.near:
        terms[NEAR] = communes(metres_around(query.near, query.within_km * 1000))
    if query.when:
        free = mask(query.when)
        terms[WHEN] = any_of(lexeme(f"=week:{slots}") for slots in _weeks_there_are() if fits(slots, free=free))
    if query.starts:
        days = (today + timedelta(days=ahead) for ahead in range(query.starts + 1))
        terms[STARTS] = any_of(lexeme(f"=starts:{day:%Y%m%d}") for day in days)
    return Filters(terms, query.words.found if query.words else "")


def communes(codes: Mapping[str, int]) -> str:
    """Return the tsquery of what is taught in one of these communes."""
    return any_of(lexeme(f"=commune:{code}") for code in codes)


def _weeks_there_are() -> list[int]:
    """Return each combination of parts of the week that some open run meets in; one query."""
    counted = CatalogCount.objects.filter(term__startswith="=week:").values("term").annotate(total=Sum("count"))
    return [int(term.removeprefix("=week:")) for term in counted.filter(total__gt=0).values_list("term", flat=True)]
