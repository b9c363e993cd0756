"""Rows of another table read in the statement of the row they belong to, so that a page with many costs no more."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, QuerySet
from django.db.models.functions import JSONObject

Row = TypeVar("Row", bound=Model)


def gathered(rows: QuerySet[Any], *names: str, **paths: str) -> ArraySubquery:
    """Return the SQL of a column with these fields of the rows, in their order; ``paths`` reach into other tables."""
    return ArraySubquery(rows.values(row=JSONObject(**{name: F(paths.get(name, name)) for name in (*names, *paths)})))


def as_rows(model: type[Row], said: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return what was gathered as rows of a model that were not read in full; never to be saved."""
    return [
        model(**{name: model._meta.get_field(name).to_python(value) for name, value in each.items()})  # type: ignore[union-attr]  # columns, no relations
        for each in said
    ]
