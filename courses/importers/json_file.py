"""JSON of strangers, and the plain catalogues among it: a list of entries, somewhere, each a row."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from courses.importers import markup
from courses.importers.csv_table import refuse_too_many_columns
from courses.importers.rows import UnreadableFile
from courses.importers.table import ListTable
from courses.rules import IMPORT_COLUMNS_MAX, IMPORT_ROWS_MAX, JSON_DEPTH_MAX

USUAL_NAMES = ("courses", "items", "results", "data", "entries", "records")
FLAT_DEPTH_MAX = 3
LIST_SHOWN_MAX = 50
_HALF_A_LETTER = re.compile("[\ud800-\udfff]")  # JSON may write one; no text can hold it
LINK = "→"  # stands after the name of a column whose cells are links: their addresses are a column of their own


def load(text: str, *, name: str) -> Any:
    """
    Return what a JSON text says.

    :raises UnreadableFile: if it is no JSON, or nested deeper than any catalogue is.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise _too_deep(name) from error
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise UnreadableFile(
            _("%(name)s is no JSON from line %(line)s on.") % {"name": name, "line": line}
            if line
            else _("%(name)s is no JSON.") % {"name": name}
        ) from error
    waiting = [(value, 1)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > JSON_DEPTH_MAX.count_max:
            raise _too_deep(name)
        if isinstance(inner, dict):
            waiting += [(each, depth + 1) for each in inner.values() if isinstance(each, dict | list)]
        elif isinstance(inner, list):
            waiting += [(each, depth + 1) for each in inner if isinstance(each, dict | list)]
    return value


def table(value: Any, *, name: str) -> ListTable:
    """
    Return the entries of a JSON catalogue as rows; what is inside an entry is named by its path: ``price.amount``.

    :raises UnreadableFile: if there is no list of entries in it, or too many.
    """
    where, entries = _entries(value)
    if not entries:
        raise UnreadableFile(_("%(name)s has no list of courses in it.") % {"name": name})
    if len(entries) > IMPORT_ROWS_MAX.count_max:
        raise UnreadableFile(
            _("The file has more than %(max)s rows. Split it into several files.") % {"max": IMPORT_ROWS_MAX.count_max}
        )
    flat = [_flat(entry) for entry in entries]
    header: dict[str, None] = {}
    for each in flat:
        header.update(dict.fromkeys(each))
        if len(header) > IMPORT_COLUMNS_MAX.count_max:
            refuse_too_many_columns(len(header))
    told = _("Read as JSON: the list “%(where)s”.") % {"where": where} if where else _("Read as JSON.")
    return ListTable(told=told, header=tuple(header), rows=[[each.get(key, "") for key in header] for each in flat])


def _entries(value: Any) -> tuple[str, Sequence[Any]]:
    """Return the list of entries and where it stands: the usual names first, else the longest list one step inside."""
    if isinstance(value, list):
        return "", value if all(isinstance(each, dict | list) for each in value) else []
    if not isinstance(value, dict):
        return "", []
    lists = {key: inner for key, inner in value.items() if isinstance(inner, list) and _are_entries(inner)}
    for key in USUAL_NAMES:
        if key in lists:
            return key, lists[key]
    if lists:
        return max(lists.items(), key=lambda pair: len(pair[1]))
    for key, inner in value.items():
        if isinstance(inner, dict):
            where, entries = _entries({name: each for name, each in inner.items() if not isinstance(each, dict)})
            if entries:
                return f"{key}.{where}", entries
    return "", []


def _are_entries(values: Sequence[Any]) -> bool:
    return bool(values) and all(isinstance(each, dict) for each in values)


def _flat(entry: Any) -> dict[str, str]:
    """Return an entry as named texts."""
    pairs = entry.items() if isinstance(entry, dict) else ((str(number), each) for number, each in enumerate(entry, 1))
    flat: dict[str, str] = {}
    for key, value in pairs:
        _put(flat, str(key)[:100], value, 1)
    return flat


def _put(flat: dict[str, str], key: str, value: Any, depth: int) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if depth < FLAT_DEPTH_MAX:
                _put(flat, f"{key}.{str(name)[:100]}", inner, depth + 1)
    elif isinstance(value, list):
        flat[key] = "|".join(text_of(each) for each in value[:LIST_SHOWN_MAX] if not isinstance(each, dict | list))
    else:
        text = text_of(value)
        flat[key] = markup.text_of_whole(text)
        if address := markup.link_in(text):
            flat[key + LINK] = address


def text_of(value: Any) -> str:
    """Return a JSON value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    return _HALF_A_LETTER.sub("\N{REPLACEMENT CHARACTER}", str(value))


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _too_deep(name: str) -> UnreadableFile:
    return UnreadableFile(
        _("%(name)s is nested more than %(max)s levels deep.") % {"name": name, "max": JSON_DEPTH_MAX.count_max}
    )
