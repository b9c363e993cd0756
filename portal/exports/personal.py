"""
Everything the portal keeps of one person in one ZIP: JSON for machines, CSV for spreadsheets, PDF for a reader.

``du-lieu.json`` is one object. ``format`` and ``version`` name this form. ``tables`` has, by name, the rows of each
table of ``queries/personal_data.py`` of the three apps, in the order they were made; moments are ISO 8601 with their
offset, days ``YYYY-MM-DD``. ``timeline`` is what was learned, newest first, as ``/me/timeline/`` shows it: ``entry``,
``title_vi``, ``title_en``, ``provider_vi``, ``provider_en``, ``source``, ``learned_on``, ``hundredths``. ``statement``
is the signed record of ``credits/exports/statement_json.py``, with its own signature. The whole is signed as well
(``credits/exports/signing.py``). ``csv/<table>.csv`` has the same rows, one file a table. ``ledger`` has
the rows behind the statement as ``credits/queries/carried.py`` says, bytes as hexadecimal digits.

Accounts that became one are all here: of ``person`` the kept one is the first row, of the others
``merged_into__ledger_number`` says into which they went, and ``merged_statements`` has the signed record of each, which
goes on in that of the kept one. Of a merge that was undone each person's file has their own half.

Version 2. In version 1 there were no ``merged_statements``, no ``merges``, ``merge_undos`` and
``learner__ledger_number`` (all was of the one learner), and after a merge that moved credit ``ledger`` was null.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from courses.queries import personal_data as of_courses
from credits.exports import statement_json
from credits.exports.signing import signed
from credits.queries import carried
from credits.queries import personal_data as of_credits
from credits.queries.timeline import timeline
from learners import formats
from learners.models import Learner
from learners.queries import personal_data as of_learners
from learners.queries.learner import accounts_merged_into
from learners.queries.personal_data import PersonalTable

FORMAT, VERSION = "personal-data", 2
TABLES: Sequence[PersonalTable] = (*of_learners.TABLES, *of_courses.TABLES, *of_credits.TABLES)
TEMPLATE = Path(__file__).parent / "personal.typ"
JSON_NAME, PDF_NAME, RECORD_NAME = "du-lieu.json", "du-lieu.pdf", "so-tin-chi.json"
BYTE_ORDER_MARK = "\ufeff"
STEPS = len(TABLES) + 3  # the tables, the record, the PDF, the archive
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Note = Callable[[int], None]


def document(learner: Learner, *, now: datetime, note: Note = lambda _step: None) -> dict[str, Any]:
    """Return the JSON object, signed; one query a table and those of the record.

    What the person has in accounts that were merged into theirs is theirs, and here too.
    """
    merged = accounts_merged_into(learner)
    tables, accounts = {}, [learner, *merged]
    for number, table in enumerate(TABLES, start=1):
        tables[table.name] = [{name: _plain(value) for name, value in row.items()} for row in table.rows(accounts)]
        note(number)
    whole = {
        "format": FORMAT,
        "generated_at": now.isoformat(),
        "ledger": _ledger(accounts),
        "ledger_number": str(learner.ledger_number),
        "merged_statements": [statement_json.document(each, now) for each in merged],
        "statement": statement_json.document(learner, now),
        "tables": tables,
        "timeline": timeline_of(learner),
        "version": VERSION,
    }
    note(len(TABLES) + 1)
    return signed(whole)


def timeline_of(learner: Learner) -> list[dict[str, Any]]:
    """Return what was learned, newest first, in the form of the export; one query."""
    return [
        {
            "entry": str(learned.public_id),
            "hundredths": learned.hundredths,
            "learned_on": learned.learned_on.isoformat(),
            "provider_en": learned.provider_en,
            "provider_vi": learned.provider_vi,
            "source": str(learned.source),
            "title_en": learned.title_en,
            "title_vi": learned.title_vi,
        }
        for learned in timeline(learner).learned
    ]


def archive(learner: Learner, *, language: str, now: datetime, note: Note = lambda _step: None) -> bytes:
    """Return the ZIP; ``note`` is told each step of ``STEPS`` as it is done."""
    whole = document(learner, now=now, note=note)
    with translation.override(language):
        paper = _pdf(learner, whole, now=now)
    note(len(TABLES) + 2)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(JSON_NAME, _json(whole))
        zipped.writestr(RECORD_NAME, _json(whole["statement"]))
        zipped.writestr(PDF_NAME, paper)
        for table in TABLES:
            zipped.writestr(f"csv/{table.name}.csv", _csv(table.fields, whole["tables"][table.name]))
        zipped.writestr("csv/timeline.csv", _csv(tuple(TIMELINE_FIELDS), whole["timeline"]))
    note(STEPS)
    return file.getvalue()


TIMELINE_FIELDS = (
    *("learned_on", "title_vi", "title_en", "provider_vi", "provider_en", "source", "hundredths"),
    "entry",
)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)


def _csv(fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a table for a spreadsheet, in which no text is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(fields)
    writer.writerows([_cell(row[name]) for name in fields] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return "" if value is None else value
    return formats.spreadsheet_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _ledger(accounts: Sequence[Learner]) -> dict[str, Any]:
    """Return the rows another portal writes again."""
    return {
        kind: [{name: _plain(value) for name, value in row.items()} for row in found]
        for kind, found in carried.rows_of(accounts).items()
    }


def _pdf(learner: Learner, whole: Mapping[str, Any], *, now: datetime) -> bytes:
    from learners.exports import typeset  # noqa: PLC0415 -- typst takes 50 ms to load, and only this needs it

    day = formats.day_plain(now)
    sections = [
        {
            "heading": _("Everything I have learned"),
            "lines": [
                " · ".join([_shown(each["learned_on"]), each["title_vi"], each["provider_vi"]])
                for each in whole["timeline"]
            ],
        },
        *(
            {"heading": str(table.title), "lines": [_line(table, row) for row in whole["tables"][table.name]]}
            for table in TABLES
        ),
    ]
    data = {
        "language": formats.language(),
        "title": f"{_('My data')}, {learner.full_name}, {day}",
        "heading": _("My data"),
        "name": learner.full_name,
        "about": _("What the portal keeps, as of %(day)s. All of it is in the files beside this one.") % {"day": day},
        "nothing": _("Nothing."),
        "page_word": _("Page"),
        "sections": sections,
        "notes": [],
    }
    note = _("A character these fonts do not have is given by its Unicode number.")
    return typeset.pdf(TEMPLATE, data, dated=now, note=note)


def _line(table: PersonalTable, row: Mapping[str, Any]) -> str:
    shown = [_shown(table.label(name, row[name])) for name in table.shown]
    return " · ".join(text for text in shown if text)


def _shown(value: Any) -> str:
    """Return a value as a reader reads it; moments and days were written down by ``_plain``."""
    if value is None:
        return ""
    text = str(value)
    try:
        return formats.day_plain(datetime.fromisoformat(text)) if text[:4].isdigit() and "-" in text else text
    except ValueError:
        return text
