"""A text file as it comes from somebody's computer: which encoding it is in, or why it cannot be read."""

import re
from pathlib import Path

from django.utils.translation import gettext as _

from courses.importers.rows import UnreadableFile
from courses.rules import IMPORT_BYTES_MAX

# How well-known formats begin that are taken for text.
_OTHER_FORMATS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x7fELF", "ELF"),
)
# UTF-8 read as Windows-1252 and saved again: "ế" has become "áº¿", "đ" "Ä‘", "ư" "Æ°", "à" "Ã\u00a0".
_CONTINUATION = re.escape(bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d\ufffd")
_TWICE_ENCODED = re.compile(f"á[»º][{_CONTINUATION}]|Ä‘|Æ[°¡]|Ã[\u00a0-¿]")
_TWICE_ENCODED_MIN = 3
_SAMPLE_BYTES = 4096


def content_of(path: Path) -> bytes:
    """
    Return what a file holds.

    :raises UnreadableFile: if it is missing, no file, or too large.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableFile(_("%(name)s is not a file.") % {"name": path.name})
        refuse_too_large(size, path.name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(_("There is no file %(name)s.") % {"name": path.name}) from error
    except OSError as error:
        raise UnreadableFile(
            _("%(name)s cannot be opened: %(reason)s.") % {"name": path.name, "reason": error.strerror or error}
        ) from error


def refuse_too_large(size: int, name: str) -> None:
    if size > IMPORT_BYTES_MAX.count_max:
        raise UnreadableFile(
            _("%(name)s has %(size)s MB; at most %(max)s MB are read. Split it into several files.")
            % {"name": name, "size": size >> 20, "max": IMPORT_BYTES_MAX.count_max >> 20}
        )


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """
    Return the text of a file and the name of its encoding: UTF-8 or UTF-16, with or without a mark at its start.

    :raises UnreadableFile: if it is empty, no text, in another encoding, or garbled.
    """
    for beginning, what in _OTHER_FORMATS:
        if raw.startswith(beginning):
            raise UnreadableFile(
                _("%(name)s is %(format)s, which is not read. Open it and save it as “CSV UTF-8” or as .xlsx.")
                % {"name": name, "format": what}
            )
    text, encoding = _decode(raw, name)
    if not text.strip():
        raise UnreadableFile(_("%(name)s is empty.") % {"name": name})
    if len(_TWICE_ENCODED.findall(text, 0, 1 << 16)) >= _TWICE_ENCODED_MIN:
        raise UnreadableFile(
            _(
                "The letters in %(name)s were garbled when it was saved: they look like “áº¿” instead of “ế”. "
                "Save the file anew from where it comes, as “CSV UTF-8”."
            )
            % {"name": name}
        )
    return text, encoding


def _decode(raw: bytes, name: str) -> tuple[str, str]:
    encoding = _utf_16(raw)
    try:
        if encoding:
            return raw.decode(encoding).removeprefix("\ufeff"), "UTF-16"
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            _(
                "%(name)s is not in UTF-8: line %(line)s has the byte %(byte)s. It may be in an old Vietnamese "
                "encoding (TCVN3, VNI, Windows-1258). Open it where its letters look right and save it as “CSV UTF-8”."
            )
            % {"name": name, "line": line, "byte": f"0x{raw[error.start]:02X}"}
        ) from error
    if text.count("\0", 0, _SAMPLE_BYTES) > len(text[:_SAMPLE_BYTES]) // 20:
        raise UnreadableFile(_("%(name)s is not a text file. Save it as “CSV UTF-8”.") % {"name": name})
    return text, "UTF-8"


def _utf_16(raw: bytes) -> str:
    """Return the kind of UTF-16, told by its mark or by where its zero bytes stand, or an empty text."""
    if raw.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if raw.startswith(b"\xfe\xff"):
        return "utf-16-be"
    sample = raw[:_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample) or min(even, odd) * 20 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"
