"""What is asked of the catalogue as chips that take it off, the orders, what to take off where nothing is found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.models.catalog import in_reading_language
from courses.queries.search import asking
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.facets import BY_NAME
from courses.queries.search.found import FILTERS, WORDS, Found
from courses.views.filters import NEAR_PROVINCE, slot_label, within_days
from learners import formats
from learners.queries.place import located, province_names


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


def context(get: QueryDict, query: CatalogQuery, found: Found) -> dict[str, Any]:
    """Return what the templates of chips, orders and an empty page need."""
    on = chips(get, query, found)
    return {"chips": on, "suggestions": suggestions(get, query, found, on), "sorts": sorts(get, query)}


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
        yield Chip("when", several if len(query.when) > 1 else slot_label(query.when[0]), without(get, "when"))
    if query.starts:
        yield Chip("starts", within_days(query.starts), without(get, "starts"))


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
    single = {name: number for name, number in found.without.items() if number and name != FILTERS}
    helping = sorted(single, key=lambda name: -single[name]) or [name for name in (FILTERS,) if found.without.get(name)]
    return [Suggestion(_said(name, query, on), found.without[name], _address(get, query, name)) for name in helping]


def _said(name: str, query: CatalogQuery, on: Sequence[Chip]) -> str:
    if name == FILTERS:
        return _("all filters")
    if name == WORDS:
        return _("the words “%(words)s”") % {"words": query.text}
    labels = [chip.label for chip in on if chip.filter == name] or [province_names().get(query.province, "")]
    return formats.word_list([_("“%(words)s”") % {"words": capfirst(label)} for label in labels])


def _address(get: QueryDict, query: CatalogQuery, name: str) -> str:
    if name == FILTERS:
        return "?" + urlencode({"q": query.text})
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
            place = located().get(get.get("near", ""))
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
