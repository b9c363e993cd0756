"""What the credit of a course counts towards: who accepts it, and the pathways that take it; one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Value

from credits.choices import PathwayState
from credits.models import PathwayVersion
from credits.models.words import in_reading_language
from credits.queries import acceptance
from credits.queries.acceptance import Offered

ORGANIZATION, PATHWAY = "organization", "pathway"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsTowards:
    """Both by name."""

    organizations: Sequence[str]
    pathways: Sequence[tuple[str, str]]  # title and slug


def counts_towards(offered: Offered, *, on: date) -> CountsTowards:
    """Return who accepts this credit on a day and the pathways that take its kind, in the language being read."""
    accepting = acceptance.of_credit(offered, on=on).order_by()
    pathways = PathwayVersion.objects.filter(
        state=PathwayState.PUBLISHED, kinds_of_credit__contains=[offered.kind_of_credit]
    ).order_by()
    rows = accepting.values_list(
        Value(ORGANIZATION, output_field=CharField()), "organization__name_vi", "organization__name_en", Value("")
    ).union(pathways.values_list(Value(PATHWAY, output_field=CharField()), "title_vi", "title_en", "pathway__slug"))
    organizations, taking = set(), set()
    for what, vi, en, slug in rows:
        name = in_reading_language(vi, en)
        if what == PATHWAY:
            taking.add((name, slug))
        else:
            organizations.add(name)
    return CountsTowards(organizations=sorted(organizations), pathways=sorted(taking))
