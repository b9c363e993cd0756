"""Makes a screenshot smaller: its 256 commonest colours, and the nearest of them for the rest."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS_MAX = 256
CHANNELS = {2: 3, 6: 4}  # by PNG's colour type: RGB, RGBA
PALETTE = 3


def with_fewer_colours(png: bytes) -> bytes:
    """Return an eight-bit PNG with a palette, made of one that Chromium wrote (8 bits a channel, not interlaced)."""
    chunks = dict(_chunks(png))
    width, height, depth, colour_type = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    rows = [
        [bytes(row[at : at + 3]) for at in range(0, len(row), CHANNELS[colour_type])]
        for row in _rows(zlib.decompress(chunks[b"IDAT"]), width * CHANNELS[colour_type], CHANNELS[colour_type], height)
    ]
    counts = Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _count in counts.most_common(COLOURS_MAX)]
    index = {colour: palette.index(_nearest(colour, palette)) for colour in counts}
    scan_lines = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in rows)
    return SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(scan_lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _nearest(colour: bytes, palette: list[bytes]) -> bytes:
    return min(palette, key=lambda other: sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kinds and contents; those of IDAT joined."""
    at, pixels = len(SIGNATURE), b""
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + length]
        pixels += content if kind == b"IDAT" else b""
        at += length + 12
        yield kind, pixels if kind == b"IDAT" else content


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _rows(data: bytes, length: int, step: int, height: int) -> Iterator[bytearray]:
    """Yield the rows of pixels, their filters undone. Source: PNG specification, 9.2."""
    before = bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + length])
        for at in range(length if kind else 0):
            left = row[at - step] if at >= step else 0
            up, corner = before[at], before[at - step] if at >= step else 0
            row[at] = (row[at] + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) % 256
        yield row
        before = row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
