"""Places in force: provinces, the communes of one, those around one; a place after an address, nothing said twice."""

from dataclasses import dataclass
from functools import cache, lru_cache
from math import asin, cos, radians, sin, sqrt

from django.db.models import QuerySet

from learners.choices import PlaceKind
from learners.models import Place
from learners.models.folding import fold

EARTH_RADIUS_METRES = 6_371_009  # mean. Source: IUGG


def provinces() -> QuerySet[Place]:
    """Return the provinces and cities in force, in dictionary order."""
    return Place.objects.filter(parent__isnull=True, valid_to__isnull=True)


def communes(province_code: str) -> QuerySet[Place]:
    """Return the communes, wards and special zones of a province in force, in dictionary order."""
    return Place.objects.filter(parent=province_code, valid_to__isnull=True).select_related("parent")


def commune(code: str) -> Place | None:
    """Return the commune in force with this code, with its province, or None."""
    if "\0" in code:
        return None
    found = Place.objects.filter(code=code, parent__isnull=False, valid_to__isnull=True)
    return found.select_related("parent").first() if code else None


def place_after(address: str, place: Place | None) -> str:
    """
    Return the commune and province to write after an address: "xã Đầm Dơi, Cà Mau".

    Nothing after an address that names the commune: who wrote it has said where; no province after one that names it.
    """
    parts = [commune_after(address, place)]
    if parts[0] and place is not None and place.parent is not None and not _names(address, place.parent.name):
        parts.append(place.parent.name)
    return ", ".join(part for part in parts if part)


def commune_after(address: str, place: Place | None) -> str:
    """Return the commune, or nothing where the address already names it."""
    return "" if place is None or _names(address, place.name) else str(place)


def _names(address: str, name: str) -> bool:
    """Return whether the words of a name stand in the address, whatever their case and diacritics."""
    return f" {_words(name)} " in f" {_words(address)} "


def _words(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(text)).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A commune in force with what is asked of it most; kept in memory, because a release alone changes it."""

    code: str
    province_code: str
    name: str  # bare
    kind: PlaceKind
    sort_key: str
    latitude: float
    longitude: float

    def __str__(self) -> str:
        return str(Place(name=self.name, kind=self.kind))


@cache
def province_names() -> dict[str, str]:
    """Return the provinces and cities in force by code, in dictionary order."""
    return dict(provinces().values_list("code", "name"))


@cache
def located() -> dict[str, Located]:
    """Return the communes in force whose coordinates are known, by code, in dictionary order."""
    known = Place.objects.filter(
        parent__isnull=False, valid_to__isnull=True, latitude__isnull=False, longitude__isnull=False
    )
    names = ("code", "parent_id", "name", "kind", "sort_key", "latitude", "longitude")
    return {
        row[0]: Located(
            code=row[0],
            province_code=row[1],
            name=row[2],
            kind=PlaceKind(row[3]),
            sort_key=row[4],
            latitude=float(row[5]),
            longitude=float(row[6]),
        )
        for row in known.order_by("sort_key").values_list(*names)
    }


@lru_cache(maxsize=512)
def metres_around(code: str, metres_max: int) -> dict[str, int]:
    """
    Return the communes within a straight line of one, itself included, with how far they are, nearest first.

    From centre to centre on a sphere: good to half a percent, which is less than the size of a commune.
    """
    here = located().get(code)
    if here is None:
        return {}
    north, cosine = radians(here.latitude), cos(radians(here.latitude))
    found = {}
    for there in located().values():
        other = radians(there.latitude)
        haversine = (
            sin((other - north) / 2) ** 2
            + cosine * cos(other) * sin(radians(there.longitude - here.longitude) / 2) ** 2
        )
        metres = round(2 * EARTH_RADIUS_METRES * asin(sqrt(haversine)))
        if metres <= metres_max:
            found[there.code] = metres
    return dict(sorted(found.items(), key=lambda one: (one[1], one[0])))
