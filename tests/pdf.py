"""Reading back what a PDF of ours says: enough of the format for what typst writes, and no more."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj(.*?)endobj", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_SIZE = re.compile(rb"/(f\d+) ([\d.]+) Tf")
_OPENING = re.compile(rb"\(|(?<!<)<[0-9A-Fa-f]")
_PROPERTY = re.compile(rb"/\w+\s*\Z")
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True)
class Pdf:
    data: bytes

    @cached_property
    def objects(self) -> dict[int, bytes]:
        return {int(number): body for number, body in _OBJECT.findall(self.data)}

    @cached_property
    def pages(self) -> list[bytes]:
        return [body for body in self.objects.values() if re.search(rb"/Type\s*/Page\b(?!s)", body)]

    @cached_property
    def metadata(self) -> str:
        return next(body for body in self.objects.values() if b"/Type/Metadata" in body).decode(errors="replace")

    @property
    def is_tagged(self) -> bool:
        return b"/StructTreeRoot" in self.data and re.search(rb"/Marked\s+true", self.data) is not None

    @cached_property
    def tags(self) -> set[str]:
        return {tag.decode() for tag in re.findall(rb"/Type/StructElem/S/(\w+)", self.data)}

    @cached_property
    def text(self) -> str:
        """Return all words in the order they were set, one line for each piece."""
        return "\n".join(self._text_of(page) for page in self.pages)

    @cached_property
    def sizes(self) -> list[tuple[str, float]]:
        """Return the words set in a row in letters of one size, with that size in points."""
        found: list[tuple[str, float]] = []
        for page in self.pages:
            letters, size = {}, 0.0
            for operators, text in _pieces(self._stream(self._contents(page))):
                if _PROPERTY.search(operators):
                    continue
                if font := _SIZE.findall(operators):
                    letters, size = self._fonts(page)[font[-1][0]], float(font[-1][1])
                words = "".join(letters[text[at : at + 2]] for at in range(0, len(text), 2))
                before = found.pop()[0] if found and found[-1][1] == size else ""
                found.append((before + words, size))
        return found

    def _contents(self, page: bytes) -> int:
        contents = re.search(rb"/Contents (\d+) 0 R", page)
        assert contents
        return int(contents[1])

    def _fonts(self, page: bytes) -> dict[bytes, dict[bytes, str]]:
        resources = re.search(rb"/Resources (\d+) 0 R", page)
        assert resources
        return {
            name: self._letters(int(number))
            for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", self.objects[int(resources[1])])
        }

    def _text_of(self, page: bytes) -> str:
        fonts = self._fonts(page)
        said, letters = [], {}
        for operators, text in _pieces(self._stream(self._contents(page))):
            if _PROPERTY.search(operators):
                continue  # such as /Lang(vi): said about the words, not set
            if font := _FONT.search(operators):
                letters = fonts[font[1]]
                said.append("\n")
            said += [letters[text[at : at + 2]] for at in range(0, len(text), 2)]
        return "".join(said)

    def _letters(self, font: int) -> dict[bytes, str]:
        unicode_of = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[font])
        assert unicode_of
        return {
            bytes.fromhex(code.decode()): bytes.fromhex(letter.decode()).decode("utf-16-be")
            for code, letter in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", self._stream(int(unicode_of[1])))
        }

    def _stream(self, number: int) -> bytes:
        head, body = self.objects[number].split(b"stream", 1)
        assert b"/FlateDecode" in head
        return zlib.decompressobj().decompress(body.lstrip(b"\r\n"))


def _pieces(stream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what stands before each text, and the text as bytes: in parentheses with escapes, or in hexadecimal."""
    start = at = 0
    while opening := _OPENING.search(stream, at):
        begin = opening.end()
        if opening[0] == b"(":
            at = _end_of_text(stream, begin)
            text = _ESCAPED.sub(_unescaped, stream[begin : at - 1])
        else:
            at = stream.index(b">", begin) + 1
            text = bytes.fromhex(stream[begin - 1 : at - 1].decode())
        yield stream[start : opening.start()], text
        start = at


def _end_of_text(stream: bytes, at: int) -> int:
    """Return where the text ends that begins at ``at``; parentheses inside are balanced or escaped."""
    depth = 1
    while depth:
        depth += {b"(": 1, b")": -1}.get(stream[at : at + 1], 0)
        at += 2 if stream[at : at + 1] == b"\\" else 1
    return at


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1].isdigit() else _LETTERS.get(found[1], found[1])
