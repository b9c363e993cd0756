"""The next version of a course as ``portal/demo/versions.yaml`` writes it down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    course: str  # key of a programme
    days_ago: int  # when it was published, or only submitted
    is_published: bool
    changes: Mapping[str, Any]  # of the programme's content, by name


def read_version(row: dict[str, Any]) -> VersionRow:
    is_published = "published_days_ago" in row
    said = {name: tuple(value) if isinstance(value, list) else value for name, value in row["changes"].items()}
    return VersionRow(
        course=row["course"],
        days_ago=row["published_days_ago" if is_published else "submitted_days_ago"],
        is_published=is_published,
        changes=said,
    )
