"""Which format a file is in, told by what is in it; its name only where the content could be several."""

from django.utils.translation import gettext as _

from courses.importers import (
    archive,
    csv_table,
    json_file,
    json_ld,
    markdown_list,
    oneroster,
    openedx,
    spreadsheet,
    text_file,
)
from courses.importers.rows import UnreadableFile
from courses.importers.table import Table

_ZIP, _GZIP, _OLE = b"PK", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
_SPREADSHEETS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}


def is_read_slowly(content: bytes) -> bool:
    """Whether a file has to be unpacked or read by a process of its own: a workbook or an archive."""
    return content.startswith((_ZIP, _GZIP, _OLE)) or content[_TAR_MARK_AT:].startswith(_TAR_MARK)


def open_table(content: bytes, *, name: str, has_header: bool = True) -> Table:
    """
    Return the table in a file; ``name`` is what its owner calls it.

    :raises UnreadableFile: if it is in none of the formats, damaged, or refused.
    """
    text_file.refuse_too_large(len(content), name)
    if content.startswith(_OLE):
        return spreadsheet.read(content, name=name, has_header=has_header)
    if content.startswith(_GZIP) or content[_TAR_MARK_AT:].startswith(_TAR_MARK):
        return openedx.olx_table(content, name=name)
    if content.startswith(_ZIP):
        return _of_zip(content, name=name, has_header=has_header)
    text, encoding = text_file.decode(content, name)
    return of_text(text, encoding, name=name, has_header=has_header)


def of_text(text: str, encoding: str, *, name: str, has_header: bool = True) -> Table:
    """Return the table in a text."""
    start = text[:1000].lstrip()
    if start.startswith(("{", "[")) and not name.lower().endswith((".csv", ".md")):
        return _of_json(text, name=name)
    if start.startswith("<") and not name.lower().endswith((".csv", ".md")):
        return _of_page(text, name=name)
    if name.lower().endswith((".md", ".markdown")):
        return markdown_list.MarkdownTable(text, name=name)
    return csv_table.read(text, encoding, name=name, has_header=has_header)


def _of_zip(content: bytes, *, name: str, has_header: bool) -> Table:
    with archive.open_zip(content, name=name) as opened:
        if _SPREADSHEETS & set(opened.namelist()):
            return spreadsheet.read(content, name=name, has_header=has_header)
        if oneroster.is_one(opened):
            return oneroster.table(opened, name=name)
    raise UnreadableFile(
        _("%(name)s is a ZIP, but neither a spreadsheet nor OneRoster. Take the file out of it and hand in that.")
        % {"name": name}
    )


def _of_json(text: str, *, name: str) -> Table:
    value = json_file.load(text, name=name)
    if json_ld.is_described(value):
        return json_ld.table([value], name=name)
    if openedx.is_list(value):
        return openedx.list_table(value)
    return json_file.table(value, name=name)


def _of_page(text: str, *, name: str) -> Table:
    values = [json_file.load(script, name=name) for script in json_ld.scripts(text)]
    return json_ld.table(values, name=name)
