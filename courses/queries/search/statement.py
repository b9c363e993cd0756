"""A statement being put together of common tables and of parts that all have the same four columns."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from courses.rules import HITS_COUNTED_MAX

ENTRIES = "courses_catalogentry"
COLUMNS = "course_id, version_id, revision, next_on, opening, sort_key, listed_at"
# To read the whole table looks cheap to the planner where few rows are wanted; it does not know that each document has
# to be fetched from elsewhere to be looked at, and that the index need not look. Holds for this statement only.
INDEXES_ONLY = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; "
IS_CAPPED = f"(SELECT count(*) FROM hits) > {HITS_COUNTED_MAX}"


class Statement:
    """A statement being put together: common tables, and the parts of their union, with their parameters in order."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self.parts: list[str] = []
        self.table_parameters: list[Any] = []
        self.part_parameters: list[Any] = []

    def table(self, name: str, sql: str, *parameters: Any) -> None:
        self.tables.append(f"{name} AS MATERIALIZED ({sql})")
        self.table_parameters += parameters

    def part(self, sql: str, *parameters: Any) -> None:
        """Add ``SELECT part text, key text, number bigint, more text``."""
        self.parts.append(f"({sql})")
        self.part_parameters += parameters

    def run(self) -> list[tuple[str, str, int, str]]:
        """Run it; return the rows of all parts, in no order."""
        tables = f"WITH {', '.join(self.tables)} " if self.tables else ""
        with connection.cursor() as cursor:
            cursor.execute(
                INDEXES_ONLY + tables + " UNION ALL ".join(self.parts), [*self.table_parameters, *self.part_parameters]
            )
            return list(cursor.fetchall())


def metres(near: Mapping[str, int]) -> tuple[str, list[str]]:
    """Return the SQL, with its parameters, of how far the nearest place is where an entry is taught."""
    if not near:
        return "NULL::integer", []
    told = json.dumps(near)
    sql = """CASE WHEN cardinality(communes) = 1 THEN (%s::jsonb ->> communes[1])::integer
                  ELSE (SELECT min((%s::jsonb ->> code)::integer) FROM unnest(communes) AS code) END"""
    return sql, [told, told]
