"""
A whole life's learning on one page: everything that brought credit, newest first by when it was learned.

Learning from before the account existed is here with its own dates: a transfer and prior learning say when they were
learned. Once nothing is left of an award, because a reversal took it back, it was no learning of this person.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from credits.choices import LotSource
from credits.queries import wording
from credits.queries.line import ALWAYS, LEGS, rows
from learners.models import Learner

LINES_PER_PAGE_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    public_id: uuid.UUID  # of the entry
    title_vi: str
    title_en: str
    provider_vi: str
    provider_en: str
    source: LotSource
    learned_on: date
    hundredths: int  # what reversals have left of it

    @property
    def title(self) -> str:
        return wording.in_language(self.title_vi, self.title_en)

    @property
    def provider(self) -> str:
        return wording.in_language(self.provider_vi, self.provider_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    number: int
    learned: Sequence[Learned]  # newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    learned: Sequence[Learned]  # of this page
    learned_count: int  # of all pages
    years: Sequence[int]  # in which something was learned, whatever is chosen; newest first
    sources: dict[LotSource, int]  # how often, whatever is chosen

    @property
    def by_year(self) -> list[Year]:
        return [
            Year(number=number, learned=list(group))
            for number, group in groupby(self.learned, key=lambda learned: learned.learned_on.year)
        ]


LEARNED = f"""
    WITH leg AS ({LEGS}),
    lot AS (
        SELECT l.entry_id, l.source, l.earned_on, extract(year FROM l.earned_on)::integer AS year, left_of.hundredths
        FROM (SELECT lot_id, sum(change) AS hundredths FROM leg GROUP BY lot_id HAVING sum(change) > 0) left_of
        JOIN credits_lot l ON l.entry_id = left_of.lot_id
    ),
    chosen AS (
        SELECT * FROM lot
        WHERE (%(source)s = '' OR source = %(source)s) AND (%(year)s::integer IS NULL OR year = %(year)s)
    ),
    shown AS (
        SELECT chosen.*, e.public_id, e.snapshot ->> 'title_vi' AS title_vi, e.snapshot ->> 'title_en' AS title_en,
            e.snapshot ->> 'provider_vi' AS provider_vi, e.snapshot ->> 'provider_en' AS provider_en
        FROM (SELECT * FROM chosen ORDER BY earned_on DESC, entry_id DESC LIMIT %(limit)s OFFSET %(offset)s) chosen
        JOIN credits_journalentry e ON e.id = chosen.entry_id
    )
    SELECT life.*, shown.*
    FROM (
        SELECT (SELECT count(*) FROM chosen) AS learned_count,
            (SELECT array_agg(DISTINCT year) FROM lot) AS years,
            (SELECT json_object_agg(source, n) FROM (SELECT source, count(*) AS n FROM lot GROUP BY source) by_source)
                AS sources
    ) life LEFT JOIN shown ON true
    ORDER BY shown.earned_on DESC, shown.entry_id DESC
"""  # noqa: S608 -- constants of this app


def timeline(
    learner: Learner, *, source: str = "", year: int | None = None, limit: int | None = None, offset: int = 0
) -> Timeline:
    """Return what a learner has learned, in one query."""
    values = {"learner": learner.pk, "recorded_until": ALWAYS, "effective_until": ALWAYS}
    found = rows(LEARNED, {**values, "source": source, "year": year, "limit": limit, "offset": offset})
    life = found[0]
    return Timeline(
        learned=[
            Learned(
                public_id=row["public_id"],
                title_vi=row["title_vi"] or "",
                title_en=row["title_en"] or "",
                provider_vi=row["provider_vi"] or "",
                provider_en=row["provider_en"] or "",
                source=LotSource(row["source"]),
                learned_on=row["earned_on"],
                hundredths=int(row["hundredths"]),
            )
            for row in found
            if row["public_id"] is not None
        ],
        learned_count=life["learned_count"],
        years=sorted(life["years"] or [], reverse=True),
        sources={LotSource(source): number for source, number in (life["sources"] or {}).items()},
    )
