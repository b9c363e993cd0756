"""The catalogue's filters as a page shows them: choices with counts, what is in force, and what to take off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.choices import DayPart
from courses.models.catalog import in_reading_language
from courses.queries.search import week
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME, FACETS, Facet, up_to
from courses.queries.search.found import Found
from courses.rules import LICENCES_SHOWN, STARTS_WITHIN_DAYS, WITHIN_KM
from learners import formats
from learners.models import Learner
from learners.queries.place import Located, located, province_names

OPEN_AT_FIRST = ("format", "cost")
NEAR_PROVINCE = "near_province"  # chosen first, so that its communes can be listed; never part of what is asked


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int | None  # None: not among those counted
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One facet with the choices that lead somewhere."""

    name: str
    title: str
    choices: Sequence[Choice]
    is_one: bool
    is_open: bool

    @property
    def is_in_force(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)


def context(get: QueryDict, query: CatalogQuery, found: Found, actor: object) -> dict[str, Any]:
    """Return what the templates of the filters need."""
    return {
        "groups": groups(query, found),
        "starts": starts(query, found),
        "provinces": provinces(query, found),
        "communes": communes(query, found) if query.province else [],
        "near": near(get, query, actor),
        "distances": distances(query, found),
        "week": week_rows(query),
        "mine": mine(get, query, actor),
    }


def groups(query: CatalogQuery, found: Found) -> list[Group]:
    """Return the facets in their order, each with the choices that would show something or are in force."""
    made = [_group(facet, query, found) for facet in FACETS if facet.name != "provider"]
    return [group for group in (*made, _organizers(query, found)) if group.choices]


def _group(facet: Facet, query: CatalogQuery, found: Found) -> Group:
    chosen, counts = query.in_force.get(facet.name, ()), found.counts.get(facet.name, {})
    values: Sequence[str] = facet.values
    if facet.name == "licence":
        most = sorted(counts, key=lambda value: (-counts[value], value))[:LICENCES_SHOWN]
        values = [*most, *(value for value in chosen if value not in most)]
    elif not values:
        values = sorted({*counts, *chosen})
    choices = []
    shown = 0
    for value in values:
        count = sum(counts.get(each, 0) for each in up_to(value)) if facet.name == "cost" else counts.get(value, 0)
        is_more = count > shown if facet.name == "cost" else bool(count)
        if is_more or value in chosen:
            choices.append(Choice(value, facet.label(value), count if facet.is_counted else None, value in chosen))
            shown = count
        elif found.is_capped and facet.values and facet.name != "cost":
            choices.append(Choice(value, facet.label(value), None, is_chosen=False))
    return Group(facet.name, str(facet.title), choices, facet.is_one, bool(chosen) or facet.name in OPEN_AT_FIRST)


def _organizers(query: CatalogQuery, found: Found) -> Group:
    facet = BY_NAME["provider"]
    chosen = query.chosen.get("provider", ())
    choices = [
        Choice(each.public_id, in_reading_language(each.name_vi, each.name_en), each.count, each.public_id in chosen)
        for each in found.organizers
    ]
    missing = [value for value in chosen if value not in {choice.value for choice in choices}]
    choices += [Choice(value, _("One organisation"), 0, is_chosen=True) for value in missing]
    return Group("provider", str(facet.title), choices, facet.is_one, bool(chosen))


def starts(query: CatalogQuery, found: Found) -> list[Choice]:
    """Return how soon a class begins: those that would show something or are in force."""
    counts = found.counts.get("starts", {})
    choices = [
        Choice(str(days), within_days(days), counts.get(str(days), 0), days == query.starts)
        for days in STARTS_WITHIN_DAYS
    ]
    return [choice for choice in choices if choice.count or choice.is_chosen]


def distances(query: CatalogQuery, found: Found) -> list[Choice]:
    """Return how far one may go, with counts once a commune is chosen."""
    counts = found.counts.get("near", {})
    made = []
    for km in WITHIN_KM:
        count = counts.get(str(km), 0) if query.near else None
        made.append(Choice(str(km), _("Within %(km)s km") % {"km": km}, count, km == query.within_km))
    return made


def provinces(query: CatalogQuery, found: Found) -> list[Choice]:
    """Return the provinces where something is taught, in dictionary order."""
    counts = found.counts.get("province", {})
    choices = [
        Choice(code, name, counts.get(code, 0) or (None if found.is_capped else 0), code == query.province)
        for code, name in province_names().items()
    ]
    return [choice for choice in choices if choice.count or choice.is_chosen or found.is_capped]


def communes(query: CatalogQuery, found: Found) -> list[Choice]:
    """Return the communes of the province asked for where something is taught, in dictionary order."""
    counts = found.counts.get("commune", {})
    return [
        Choice(place.code, capfirst(str(place)), counts.get(place.code, 0), place.code == query.commune)
        for place in located().values()
        if place.province_code == query.province and (counts.get(place.code) or place.code == query.commune)
    ]


@dataclass(frozen=True, slots=True)
class Near:
    """Choosing the commune one is near to."""

    place: Located | None  # in force
    province: str  # whose communes are listed
    provinces: Sequence[tuple[str, str]]
    communes: Sequence[Located]
    own: Located | None  # the learner's commune, offered while it is not in force
    own_address: str

    @property
    def is_half_chosen(self) -> bool:
        """A province is chosen, and its commune is still to be: the form must be in sight."""
        return bool(self.communes) and self.place is None


def near(get: QueryDict, query: CatalogQuery, actor: object) -> Near:
    place = located().get(query.near)
    own = located().get(actor.place_id or "") if isinstance(actor, Learner) else None
    province = place.province_code if place else get.get(NEAR_PROVINCE, "")
    there = get.copy()
    there.pop("page", None)
    there.pop(NEAR_PROVINCE, None)
    there["near"] = own.code if own else ""
    return Near(
        place=place,
        province=province,
        provinces=list(province_names().items()),
        communes=[each for each in located().values() if each.province_code == province],
        own=own if own is not None and own is not place else None,
        own_address=f"?{there.urlencode()}",
    )


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A day of the week with its parts: value, label for who cannot see the table, whether it is chosen."""

    label: str
    parts: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Mine:
    """Addresses of this search kept to one's own week and languages; empty where nothing is said, or it is in force."""

    week: str
    languages: str
    is_asked: bool  # somebody is signed in, who could say both


def mine(get: QueryDict, query: CatalogQuery, actor: object) -> Mine:
    if not isinstance(actor, Learner):
        return Mine(week="", languages="", is_asked=False)

    def kept_to(name: str, values: Sequence[str], now: Sequence[str]) -> str:
        there = get.copy()
        there.pop("page", None)
        there.setlist(name, list(values))
        return f"?{there.urlencode()}" if values and set(values) != set(now) else ""

    return Mine(
        week=kept_to("when", actor.free_slots, query.when),
        languages=kept_to("lang", actor.understands, query.in_force.get("lang", ())),
        is_asked=True,
    )


def week_rows(query: CatalogQuery) -> list[WeekRow]:
    return [
        WeekRow(
            capfirst(formats.WEEKDAYS[formats.language()][number]),
            [(slot, slot_label(slot), slot in query.when) for slot in (f"{day}-{part}" for part in DayPart.values)],
        )
        for number, day in enumerate(week.DAYS)
    ]


def slot_label(slot: str) -> str:
    """Return a part of the week in words: "tối thứ Ba" / "Tuesday, evening"."""
    day, _dash, part = slot.partition("-")
    weekday = formats.WEEKDAYS[formats.language()][week.DAYS.index(day)]
    return _("%(weekday)s, %(part)s") % {"weekday": weekday, "part": str(DayPart(part).label).lower()}


def within_days(days: int) -> str:
    """Return how soon in words."""
    return _("In the next %(days)s days") % {"days": days}
