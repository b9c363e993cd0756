"""The broad fields as the catalogue names them, and those with most courses. They change with a release only."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Sum
from django.utils.translation import gettext as _

from courses.choices import FieldLevel
from courses.models import CatalogCount, Field
from courses.models.catalog import in_reading_language


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    code: str
    name_vi: str
    name_en: str
    count: int


@cache
def _names() -> dict[str, tuple[str, str]]:
    broad = Field.objects.filter(level=FieldLevel.BROAD).order_by("code")
    return {code: (vi, en) for code, vi, en in broad.values_list("code", "name_vi", "name_en")}


def name_of(code: str) -> str:
    """Return the name of a broad field in the language being read."""
    names = _names().get(code)
    return in_reading_language(*names) if names else _("Field %(code)s") % {"code": code}


def largest_fields(limit: int) -> list[FieldCount]:
    """Return the broad fields with most courses, most first; one query."""
    counted = (
        CatalogCount.objects.filter(term__startswith="=field:")
        .values_list("term")
        .annotate(total=Sum("count"))
        .filter(total__gt=0)
        .order_by("-total", "term")[:limit]
    )
    names = _names()
    found = [(term.removeprefix("=field:"), total) for term, total in counted]
    return [FieldCount(code=code, name_vi=names[code][0], name_en=names[code][1], count=total) for code, total in found]
