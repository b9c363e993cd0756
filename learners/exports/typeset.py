"""
Documents on paper, set by typst: A4, tagged (PDF/UA-1 and PDF/A-2a), the same on every machine.

A template is constant; all that is printed goes in as one JSON text, so what somebody typed is never markup. A
character the fonts cannot draw would be an empty box: the standards refuse those, and it is printed by its number.
"""

import json
import re
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
_UNDRAWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def pdf(template: Path, data: dict[str, Any], *, dated: datetime, note: str = "") -> bytes:
    """
    Return the document that a template makes of ``data``, which it reads from ``sys.inputs.data``.

    The texts are put into one Unicode form first. Where a character is given by its number, ``note`` is added to the
    list ``data["notes"]``.

    :raises typst.TypstError: if it cannot be set; a mistake of ours, not of a person.
    """
    data = json.loads(unicodedata.normalize("NFC", json.dumps(data, ensure_ascii=False)))
    try:
        return _compiled(template, data, dated)
    except typst.TypstError as reason:
        undrawn = _undrawn(str(reason.diagnostic))
        if not undrawn:
            raise
    numbered = _numbered(data, undrawn)
    numbered["notes"] = [*numbered["notes"], note]
    return _compiled(template, numbered, dated)


@cache
def _fonts() -> typst.Fonts:
    """The fonts typst carries and our heading font; never those of the machine, so it looks the same everywhere."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def _compiled(template: Path, data: dict[str, Any], dated: datetime) -> bytes:
    compiler = typst.Compiler(str(template), root=str(template.parent), font_paths=_fonts())
    written = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(dated.timestamp()),
    )
    assert isinstance(written, bytes)
    return written


def _undrawn(diagnostic: str) -> set[str]:
    """Return the characters that no font has, from what typst says about them."""
    texts = _UNDRAWN.findall(diagnostic)
    return {letter for text in texts for letter in _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)}


def _numbered(value: Any, undrawn: set[str]) -> Any:
    if isinstance(value, str):
        return "".join(f"[U+{ord(letter):04X}]" if letter in undrawn else letter for letter in value)
    if isinstance(value, dict):
        return {key: _numbered(item, undrawn) for key, item in value.items()}
    return [_numbered(item, undrawn) for item in value] if isinstance(value, list) else value
