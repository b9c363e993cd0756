"""
The transfer register as open data: what is accepted and what has ended, oldest first, the same columns in both files.

Codes and numbers only, no words of a language but names and documents as they were written; a table for spreadsheets
(RFC 4180, UTF-8 with a byte order mark) and a list for programs.
"""

import csv
import io

from credits.models import Acceptance
from credits.queries import acceptance as queries
from learners import formats

COLUMNS = (
    "number",
    "accepted_by",
    "accepted_by_number",
    "provider",
    "provider_number",
    "course",
    "course_title",
    "kind_of_credit",
    "field_code",
    "since",
    "until",
    "document",
    "recorded_at",
)
BYTE_ORDER_MARK = "\ufeff"


def as_list() -> list[dict[str, str]]:
    """Return the whole register; one query."""
    return [_row(each) for each in queries.everything()]


def as_csv() -> bytes:
    """Return the whole register as a file; one query."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in as_list():
        writer.writerow({name: formats.spreadsheet_text(value) for name, value in row.items()})
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def _row(each: Acceptance) -> dict[str, str]:
    provider = each.provider
    values = (
        str(each.public_id),
        each.organization.name_vi,
        str(each.organization.public_id),
        provider.name_vi if provider else "",
        str(provider.public_id) if provider else "",
        each.course_key,
        each.course_title,
        each.kind_of_credit,
        each.field_code,
        each.since.isoformat(),
        each.until.isoformat() if each.until else "",
        each.document,
        each.recorded_at.isoformat(),
    )
    return dict(zip(COLUMNS, values, strict=True))
