"""Fields of education as somebody chooses one."""

from courses.choices import FieldLevel
from courses.models import Field
from courses.models.catalog import BROAD_DIGITS


def broad_fields() -> list[Field]:
    """Return the broad fields that are offered to choose from, by code; one query."""
    return list(Field.objects.filter(level=FieldLevel.BROAD, is_shown=True).order_by("code"))


def shown_by_broad() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the detailed fields offered, as choices grouped under their broad field; one query."""
    names: dict[str, str] = {}
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in Field.objects.filter(is_shown=True).order_by("code"):
        if field.level == FieldLevel.BROAD:
            names[field.code] = field.name
        elif field.level == FieldLevel.DETAILED:
            groups.setdefault(field.code[:BROAD_DIGITS], []).append((field.code, field.name))
    return [(names.get(code, code), choices) for code, choices in groups.items()]
