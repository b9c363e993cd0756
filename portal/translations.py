"""
The Vietnamese catalogues: extract, compile, check. English is what the code says, so it has no catalogue.

Needs neither settings nor a database, and no gettext programs: Django's own ``templatize`` turns a template into the
calls its tags stand for, Babel reads those and the Python files.
"""

import csv
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as read_messages
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
OURS = Path("portal/locale")
VENDOR = Path("portal/locale_vendor")  # what django-allauth and Django leave in English: written by hand
CATALOGUE = Path("vi/LC_MESSAGES/django.po")
AVOIDED_WORDS = Path("portal/locale/avoid.csv")

NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # Babel would write the present minute, and no two compilations would agree

PACKAGES = ("portal", "courses", "credits", "learners")
TEMPLATES = {".html", ".txt", ".xml"}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

changing_headers = re.compile(rb'"(?:Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Generated-By): .*\n')
placeholder = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*[^{}]*\}")
# hoà, hoè, thuỷ: the mark on the last letter of an open syllable. quý is no such syllable, hoàn is not open.
new_style_mark = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one text; ``msgid`` is its English."""

    msgid: str
    what: str

    def __str__(self) -> str:
        return f"{self.msgid!r}: {self.what}"


def extract(root: Path = ROOT) -> Catalog:
    """Return every text the Python files and templates below ``root`` ask to translate, with their places."""
    template = Catalog()
    for path in _sources(root):
        method = _read_template if path.suffix in TEMPLATES else "python"
        with path.open("rb") as file:
            for line, msgid, comments, context in read_messages(method, file, KEYWORDS, ("Translators",)):
                place = (path.relative_to(root).as_posix(), line)
                template.add(msgid, locations=[place], auto_comments=comments, context=context)
    return template


def update_ours(root: Path = ROOT) -> tuple[int, int]:
    """Extract into our catalogue; return how many texts it has and how many of them wait for a translation."""
    path = root / OURS / CATALOGUE
    catalogue = read(path)
    merge(extract(root), catalogue)
    save(catalogue, path)
    return len(catalogue), sum(1 for message in _texts(catalogue) if not any(message.string or ""))


def merge(template: Catalog, catalogue: Catalog) -> None:
    """
    Bring ``catalogue`` up to date with ``template``, in place.

    A text keeps its translation as long as its English is unchanged, and gets it back if the English comes back;
    nothing is guessed from similar texts. A translation no longer used becomes obsolete.
    """
    for message in catalogue.obsolete.values():
        if catalogue.get(message.id, message.context) is None:
            catalogue[message.id] = message
    catalogue.obsolete.clear()
    catalogue.update(template, no_fuzzy_matching=True)
    for key in [key for key, message in catalogue.obsolete.items() if not message.string]:
        del catalogue.obsolete[key]


def read(path: Path) -> Catalog:
    """Return the catalogue at ``path``, or an empty Vietnamese one when there is no such file."""
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale="vi", domain="django")
        catalogue.creation_date = NO_DATE
        return catalogue
    return Catalog(
        locale="vi",
        domain="django",
        project="Học Suốt Đời",
        version="1",
        last_translator="Học Suốt Đời",
        language_team="Vietnamese",
        header_comment="# Vietnamese texts of the portal: edit msgstr, `manage.py translations extract` does the rest.",
        fuzzy=False,
    )


def save(catalogue: Catalog, path: Path) -> None:
    """Write ``catalogue`` in the order of the source files, without line numbers and dates: every edit changes them."""
    text = BytesIO()
    write_po(text, catalogue, width=120, sort_by_file=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(changing_headers.sub(b"", text.getvalue()))


def compile_all(root: Path = ROOT) -> int:
    """
    Write the .mo file beside every .po file, unless it is there with the same content; return how many were written.

    Safe to run in several processes at once: each file is replaced whole.
    """
    written = 0
    for source in sorted([*(root / OURS).rglob("*.po"), *(root / VENDOR).rglob("*.po")]):
        content = BytesIO()
        write_mo(content, read(source))
        target = source.with_suffix(".mo")
        if target.exists() and target.read_bytes() == content.getvalue():
            continue
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.getvalue())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
        written += 1
    return written


def check(root: Path = ROOT) -> list[Fault]:
    """Return what is wrong with our catalogue and with the texts of both, in the order of the files."""
    template, catalogue = extract(root), read(root / OURS / CATALOGUE)
    faults = [
        Fault(_english(message), "not in the catalogue: run `manage.py translations extract`")
        for message in _texts(template)
        if catalogue.get(message.id, message.context) is None
    ]
    faults += [
        Fault(_english(message), "no longer in the code: run `manage.py translations extract`")
        for message in _texts(catalogue)
        if template.get(message.id, message.context) is None
    ]
    faults += [Fault(_english(message), "obsolete: delete it") for message in catalogue.obsolete.values()]
    avoided = avoided_words(root)
    for source in [catalogue, *map(read, sorted((root / VENDOR).rglob("*.po")))]:
        for message in _texts(source):
            faults += [Fault(_english(message), what) for what in _faults_of(message, avoided)]
    return faults


def avoided_words(root: Path = ROOT) -> dict[str, str]:
    """Return the words a Vietnamese text does not use, each with what is said instead."""
    with (root / AVOIDED_WORDS).open(encoding="utf-8", newline="") as file:
        return {row["avoid"]: row["instead"] for row in csv.DictReader(file)}


def faults_of_voice(text: str, avoided: Mapping[str, str]) -> Iterator[str]:
    """Yield what in a Vietnamese text is not in the portal's voice."""
    for word, instead in avoided.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            yield f"«{word}»: say {instead}"
    if "!" in text:
        yield "exclamation mark"
    if match := new_style_mark.search(text):
        yield f"«{match[0]}»: the tone mark goes on the letter before, as in hòa, thủy"


def _sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if not {"migrations", "data"} & set(path.relative_to(root).parts):
                yield path
    yield from sorted(path for path in (root / "templates").rglob("*") if path.suffix in TEMPLATES)


def _read_template(
    file: Any, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Any]:
    """Read a Django template as Babel reads a Python file: the same texts, in the words ``gettext`` will look up."""
    calls = templatize(file.read().decode())
    # What is not a call is blanked out, but its white space is kept and would be Python's indentation.
    lines = [re.sub(r"[^\S ]", " ", line).lstrip() for line in calls.split("\n")]
    yield from extract_python(BytesIO("\n".join(lines).encode()), keywords, comment_tags, {"encoding": "utf-8"})


def _texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _faults_of(message: Message, avoided: Mapping[str, str]) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy: read it and remove the mark"
    translations = [message.string] if isinstance(message.string, str) else message.string or [""]
    if not all(translations):
        yield "not translated"
        return
    # Vietnamese has one form for any number, so it is the English plural that it must match.
    english = message.id if isinstance(message.id, str) else message.id[-1]
    for text in translations:
        if _placeholders(text) != _placeholders(english):
            missing = _placeholders(english) ^ _placeholders(text)
            yield f"placeholders differ: {', '.join(sorted(missing))}"
        yield from faults_of_voice(_placeholder_free(text), avoided)


def _placeholders(text: str) -> set[str]:
    return set(placeholder.findall(text.replace("%%", "")))


def _placeholder_free(text: str) -> str:
    return placeholder.sub(" ", text)
