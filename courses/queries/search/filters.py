"""
The filters in force, each as a condition on the catalogue's entries.

Most are a tsquery alone, answered by the index. Those with very many alternatives (communes around one, days, parts of
the week) would be slow in the index; they are looked up in the entry's own columns, after a tsquery of few alternatives
that holds whenever they do.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME
from courses.queries.search.terms import all_of, any_of, lexeme, none_of
from courses.queries.search.week import SLOTS, mask
from learners.queries.place import located, metres_around

PROVINCE, COMMUNE, NEAR, WHEN, STARTS = "province", "commune", "near", "when", "starts"
PROVIDER = "provider"
FITS = "EXISTS (SELECT FROM unnest(weeks) AS slots WHERE slots & ~%s::integer = 0)"
SLOTS_IN_THE_INDEX_MAX = 6  # more alternatives cost the index more than they save


@dataclass(frozen=True, slots=True)
class Filter:
    """
    One filter: a tsquery, a condition in SQL, or both.

    With both, an entry passes by the condition; the tsquery only says where to look.
    """

    term: str = ""
    rows: str = ""
    parameters: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What stands after WHERE."""

    sql: str
    parameters: list[object]
    is_anything: bool  # whether anything is asked beyond being on offer


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters in force by name, and the words."""

    by_name: Mapping[str, Filter]
    words: str = ""  # the tsquery of the words; "" without

    @property
    def all(self) -> Condition:
        return self.where()

    def without(self, name: str) -> Condition:
        """Return the condition of what would be found without one filter."""
        return self.where(left_out=_gone_with(name))

    def only_failing(self, name: str) -> Condition:
        """Return the condition of what passes every other filter and not this one."""
        return self.where(left_out=_gone_with(name), failing=_gone_with(name))

    def where(
        self, *, words: str | None = None, left_out: Collection[str] = (), failing: Collection[str] = ()
    ) -> Condition:
        passed = [one for name, one in self.by_name.items() if name not in left_out]
        said = self.words if words is None else words
        terms = [*([said] if said else []), *(one.term for one in passed if one.term)]
        rows = [one.rows for one in passed if one.rows]
        parameters = [value for one in passed for value in one.parameters]
        is_anything = bool(terms or rows)
        failed = [one for name, one in self.by_name.items() if name in failing]
        if failed and all(not one.rows for one in failed):
            none = none_of(all_of(one.term for one in failed))
            if terms:
                terms.append(none)
            else:  # an index cannot be asked for what has not
                rows.append("document @@ %s::tsquery")
                parameters.append(none)
        elif failed:
            rows += [f"({one.rows}) IS NOT TRUE" for one in failed]
            parameters += [value for one in failed for value in one.parameters]
        if terms:
            return Condition(
                " AND ".join(["document @@ %s::tsquery", *rows]), [all_of(terms), *parameters], is_anything
            )
        return Condition(" AND ".join(["is_listed", *rows]), parameters, is_anything)


def _gone_with(name: str) -> Sequence[str]:
    """A commune is one of its province: it goes when the province does."""
    return (PROVINCE, COMMUNE) if name == PROVINCE else (name,)


def in_force(query: CatalogQuery, *, today: date, reading: str) -> Filters:
    """Return the filters of a query, and one reading of its words."""
    by_name = {name: Filter(BY_NAME[name].term(values)) for name, values in query.in_force.items()}
    if query.province:
        by_name[PROVINCE] = Filter(lexeme(f"=province:{query.province}"))
    if query.commune:
        by_name[COMMUNE] = Filter(lexeme(f"=commune:{query.commune}"))
    if query.near:
        by_name[NEAR] = around(metres_around(query.near, query.within_km * 1000))
    if query.when:
        by_name[WHEN] = Filter(
            _meets_in(query.when),
            FITS,
            (mask(query.when),),
        )
    if query.starts:
        by_name[STARTS] = Filter("", "next_on BETWEEN %s AND %s", (today, today + timedelta(days=query.starts)))
    return Filters(by_name, reading)


def around(reach: Mapping[str, int]) -> Filter:
    """Return the filter of what is taught in one of these communes."""
    provinces = sorted({located()[code].province_code for code in reach})
    return Filter(
        any_of(lexeme(f"=province:{code}") for code in provinces),
        "%s::jsonb ?| communes::text[]",
        (json.dumps(reach),),
    )


def _meets_in(when: Sequence[str]) -> str:
    if len(when) > SLOTS_IN_THE_INDEX_MAX:
        return lexeme("=run")
    return any_of([lexeme("=slot:own"), *(lexeme(f"=slot:{SLOTS.index(slot)}") for slot in when)])
