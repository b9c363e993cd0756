"""The catalogue's filters as a page shows them: choices with counts, what is in force, and what to take off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.choices import DayPart
from courses.models.catalog import in_reading_language
from courses.queries.search import asking, week
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME, FACETS, Facet, up_to
from courses.queries.search.found import WORDS, Found
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


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force with the address that takes it off."""

    filter: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter, and how many would be found without it."""

    label: str
    count: int
    address: str


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
            choices.append(Choice(value, facet.label(value), count, value in chosen))
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
        Choice(str(days), _within_days(days), counts.get(str(days), 0), days == query.starts)
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


def week_rows(query: CatalogQuery) -> list[WeekRow]:
    return [
        WeekRow(
            capfirst(formats.WEEKDAYS[formats.language()][number]),
            [(slot, _slot(slot), slot in query.when) for slot in (f"{day}-{part}" for part in DayPart.values)],
        )
        for number, day in enumerate(week.DAYS)
    ]


def _slot(slot: str) -> str:
    day, _dash, part = slot.partition("-")
    weekday = formats.WEEKDAYS[formats.language()][week.DAYS.index(day)]
    return _("%(weekday)s, %(part)s") % {"weekday": weekday, "part": str(DayPart(part).label).lower()}


def _within_days(days: int) -> str:
    return _("In the next %(days)s days") % {"days": days}


def chips(get: QueryDict, query: CatalogQuery, found: Found) -> list[Chip]:
    """Return each value in force, in the order of the page."""
    return [*_chips(get, query, found), *_said_in_words(get, query)]


def _said_in_words(get: QueryDict, query: CatalogQuery) -> Iterator[Chip]:
    """What the text itself says of place and conditions, each with the address that leaves those words out."""
    for each in query.asked_in_force:
        yield Chip(each.name, BY_NAME[each.name].label(each.value), with_text(get, each.text_without))
    if place := query.asked.place:
        yield Chip(WORDS, ", ".join(place.names), with_text(get, place.text_without))


def with_text(get: QueryDict, text: str) -> str:
    there = get.copy()
    there["q"] = text
    there.pop("page", None)
    return f"?{there.urlencode()}"


def _chips(get: QueryDict, query: CatalogQuery, found: Found) -> Iterator[Chip]:
    organizers = {one.public_id: in_reading_language(one.name_vi, one.name_en) for one in found.organizers}
    for name, values in query.chosen.items():
        for value in values:
            label = organizers.get(value, _("One organisation")) if name == "provider" else BY_NAME[name].label(value)
            yield Chip(name, label, without(get, name, value))
    if query.commune:
        commune = located().get(query.commune)
        yield Chip("commune", str(commune or query.commune), without(get, "commune"))
    elif query.province:
        yield Chip("province", province_names().get(query.province, query.province), without(get, "province"))
    if query.near:
        place = located().get(query.near)
        label = _("Within %(km)s km of %(place)s") % {"km": query.within_km, "place": place or query.near}
        yield Chip("near", label, without(get, "near"))
    if query.when:
        several = _("%(count)s parts of the week") % {"count": len(query.when)}
        yield Chip("when", several if len(query.when) > 1 else _slot(query.when[0]), without(get, "when"))
    if query.starts:
        yield Chip("starts", _within_days(query.starts), without(get, "starts"))


GOES_WITH = {"province": ("commune",), "near": ("within", NEAR_PROVINCE), "cost": ("free",)}


def without(get: QueryDict, name: str, value: str = "") -> str:
    """Return the address without one value of a filter, or without the whole filter."""
    left = get.copy()
    values = [other for other in left.getlist(name) if value and other != value]
    left.setlist(name, values)
    for other in ("page", *(() if values else GOES_WITH.get(name, ()))):
        left.pop(other, None)
    return f"?{left.urlencode()}" if left.urlencode() else "?"


def suggestions(get: QueryDict, query: CatalogQuery, found: Found, on: Sequence[Chip]) -> list[Suggestion]:
    """Return the filters to take off when nothing is found: each that helps, first the one that helps most."""
    helping = sorted((name for name, number in found.without.items() if number), key=lambda name: -found.without[name])
    return [Suggestion(_said(name, query, on), found.without[name], _address(get, query, name)) for name in helping]


def _said(name: str, query: CatalogQuery, on: Sequence[Chip]) -> str:
    if name == WORDS:
        return _("the words “%(words)s”") % {"words": query.text}
    labels = [chip.label for chip in on if chip.filter == name] or [province_names().get(query.province, "")]
    return formats.word_list([f"“{capfirst(label)}”" for label in labels])


def _address(get: QueryDict, query: CatalogQuery, name: str) -> str:
    said = next((each for each in query.asked_in_force if each.name == name), None)
    return with_text(get, said.text_without) if said else without(get, "q" if name == WORDS else name)


def sorts(get: QueryDict, query: CatalogQuery) -> list[tuple[str, str]]:
    """Return the orders to choose from: label and address, the address empty for the one in force."""
    labels = {asking.SOONEST: _("Soonest"), asking.NEWEST: _("Newest"), asking.TITLE: _("Title")}
    if query.near:
        labels = {asking.NEAREST: _("Nearest"), **labels}
    if query.has_words:
        labels = {asking.RELEVANCE: _("Best match"), **labels}
    made = []
    for value, label in labels.items():
        there = get.copy()
        there["sort"] = value
        there.pop("page", None)
        made.append((label, "" if value == query.sort_in_force else f"?{there.urlencode()}"))
    return made


def tidied(get: QueryDict) -> str | None:
    """Return the address without parameters that say nothing, as a form sends them; None where there are none."""
    left = get.copy()
    for name in list(left):
        kept = [value for value in left.getlist(name) if value]
        if name == "within" and not get.get("near"):
            kept = []
        if name == NEAR_PROVINCE and get.get("near"):
            place = located().get(get["near"])
            if place is None or place.province_code == get[NEAR_PROVINCE]:
                kept = []
            else:  # another province has been chosen since: its communes come next
                left.pop("near", None)
                left.pop("within", None)
        if kept:
            left.setlist(name, kept)
        else:
            left.pop(name, None)
    written = left.urlencode()
    return None if written == get.urlencode() else f"?{written}" if written else "?"
