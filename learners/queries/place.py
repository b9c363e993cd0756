"""Places in force: provinces, and the communes of one; a place after an address, nothing said twice."""

from django.db.models import QuerySet

from learners.models import Place
from learners.models.folding import fold


def provinces() -> QuerySet[Place]:
    """Return the provinces and cities in force, in dictionary order."""
    return Place.objects.filter(parent__isnull=True, valid_to__isnull=True)


def communes(province_code: str) -> QuerySet[Place]:
    """Return the communes, wards and special zones of a province in force, in dictionary order."""
    return Place.objects.filter(parent=province_code, valid_to__isnull=True).select_related("parent")


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
