"""Lists of courses in Markdown: one entry a line, ``* [Title](address) - who teaches``, under headings."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.importers.rows import UnreadableFile
from courses.importers.table import Record
from courses.rules import IMPORT_ROWS_MAX

HEADER = ("external_url", "title_vi", "tags")
_TITLE = r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){1,600})\]"
_ADDRESS = r"\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?[^()\n]{0,200}\)"
_ENTRY = re.compile(r"\s{0,20}[*+-] {1,10}" + _TITLE + _ADDRESS)
_HEADING = re.compile(r"#{1,6} +(.{1,200})")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>])")
_MARKS = re.compile(r"&(?:lrm|rlm);")


class MarkdownTable:
    """A list in Markdown. Links within the page are no courses."""

    header = HEADER

    def __init__(self, text: str, *, name: str) -> None:
        self.rows = list(_records(text))
        if not self.rows:
            raise UnreadableFile(_("%(name)s has no list of courses in it.") % {"name": name})
        if len(self.rows) > IMPORT_ROWS_MAX.count_max:
            raise UnreadableFile(
                _("The file has more than %(max)s rows. Split it into several files.")
                % {"max": IMPORT_ROWS_MAX.count_max}
            )

    @property
    def told(self) -> str:
        return _("Read as a list in Markdown.")

    @property
    def rows_about(self) -> int:
        return len(self.rows)

    def records(self) -> Iterator[Record]:
        yield from self.rows


def _records(text: str) -> Iterator[Record]:
    heading = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _HEADING.match(line):
            heading = _plain(found[1])
        elif (found := _ENTRY.match(line[:2000])) and not found[2].startswith("#"):
            yield Record(number, [found[2], _plain(found[1]), heading if len(heading) <= 40 else ""])


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", _MARKS.sub("", text)).strip()
