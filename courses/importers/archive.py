"""
Archives of strangers: ZIP and tar, opened in memory and never unpacked onto a disk.

Nothing here trusts what an archive says of itself: names are judged, entries counted, and bytes counted while they come
out. One entry that points outside the archive refuses it whole.
"""

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from courses.importers.rows import UnreadableFile, excerpt
from courses.rules import ARCHIVE_BYTES_MAX, ARCHIVE_ENTRIES_MAX, ARCHIVE_MEMBER_BYTES_MAX

_UNIX_TYPE, _UNIX_FILE, _UNIX_FOLDER = 0o170000, 0o100000, 0o040000
_CHUNK_BYTES = 1 << 16


def open_zip(content: bytes, *, name: str) -> zipfile.ZipFile:
    """
    Return a ZIP whose entries may be read with ``member``.

    :raises UnreadableFile: if it is broken, encrypted, too large once unpacked, or names a place outside itself, a link
        or the same file twice.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        entries = opened.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFile(
            _("%(name)s is damaged: its table of contents cannot be read.") % {"name": name}
        ) from error
    _refuse_too_many(len(entries), name)
    _refuse_too_large(sum(entry.file_size for entry in entries), name)
    seen: set[str] = set()
    end_before = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        kind = (entry.external_attr >> 16) & _UNIX_TYPE
        _refuse_name(entry.orig_filename, name)
        if kind not in {0, _UNIX_FILE, _UNIX_FOLDER}:
            _refuse_link(entry.filename, name)
        if entry.flag_bits & 0x1:
            raise UnreadableFile(_("%(name)s is protected by a password. Take the password off.") % {"name": name})
        if entry.filename.casefold() in seen:
            raise UnreadableFile(
                _("%(name)s has “%(entry)s” twice.") % {"name": name, "entry": excerpt(entry.filename)}
            )
        # Entries laid over each other unpack to more than the archive could hold (CVE-2024-0450).
        if entry.header_offset < end_before:
            raise UnreadableFile(_("%(name)s is damaged: its entries lie over each other.") % {"name": name})
        end_before = entry.header_offset + entry.compress_size
        seen.add(entry.filename.casefold())
    return opened


def member(opened: zipfile.ZipFile, entry: str, *, name: str) -> bytes:
    """
    Return one file of a ZIP.

    :raises UnreadableFile: if it is damaged, or larger than one file may be.
    """
    try:
        with opened.open(entry) as stream:
            return _read(stream.read, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise UnreadableFile(
            _("%(name)s is damaged: “%(entry)s” cannot be read.") % {"name": name, "entry": excerpt(entry)}
        ) from error


def tar_members(content: bytes, *, name: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """
    Yield path and content of the wanted files of a tar, compressed by gzip or not, in its order.

    :raises UnreadableFile: if it is damaged, too large once unpacked, or names a place outside itself, a link or a
        device, among its wanted files or its others.
    """
    raw: IO[bytes] = io.BytesIO(content)
    if content.startswith(b"\x1f\x8b"):
        raw = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]
    count = 0
    try:
        with tarfile.open(fileobj=_Counted(raw, name), mode="r|", errors="strict") as opened:  # type: ignore[call-overload]
            for entry in opened:
                count += 1
                _refuse_too_many(count, name)
                _refuse_name(entry.name, name)
                if not (entry.isfile() or entry.isdir()) or entry.issparse():
                    _refuse_link(entry.name, name)
                if entry.isfile() and wanted(entry.name) and (stream := opened.extractfile(entry)):
                    yield entry.name, _read(stream.read, name)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, OSError) as error:
        raise UnreadableFile(_("%(name)s is damaged and cannot be unpacked.") % {"name": name}) from error


class _Counted:
    """What is unpacked, counted as it comes; a tar's own header may ask for more than there ever was."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self.raw, self.name, self.count = raw, name, 0

    def read(self, size: int) -> bytes:
        chunk = self.raw.read(min(size, ARCHIVE_BYTES_MAX.count_max - self.count + 1))
        self.count += len(chunk)
        _refuse_too_large(self.count, self.name)
        return chunk


def _read(read: Callable[[int], bytes], name: str) -> bytes:
    pieces, size = [], 0
    while piece := read(_CHUNK_BYTES):
        size += len(piece)
        if size > ARCHIVE_MEMBER_BYTES_MAX.count_max:
            _refuse_too_large(ARCHIVE_BYTES_MAX.count_max + 1, name)
        pieces.append(piece)
    return b"".join(pieces)


def _refuse_name(path: str, name: str) -> None:
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\")) or ".." in parts or (parts[0][1:2] == ":") or "\0" in path:
        raise UnreadableFile(
            _("%(name)s is refused: “%(entry)s” points outside of it.") % {"name": name, "entry": excerpt(path)}
        )


def _refuse_link(path: str, name: str) -> None:
    raise UnreadableFile(
        _("%(name)s is refused: “%(entry)s” is a link and no file.") % {"name": name, "entry": excerpt(path)}
    )


def _refuse_too_many(count: int, name: str) -> None:
    if count > ARCHIVE_ENTRIES_MAX.count_max:
        raise UnreadableFile(
            _("%(name)s has more than %(max)s files inside.") % {"name": name, "max": ARCHIVE_ENTRIES_MAX.count_max}
        )


def _refuse_too_large(size: int, name: str) -> None:
    if size > ARCHIVE_BYTES_MAX.count_max:
        raise UnreadableFile(
            _("%(name)s is refused: unpacked it is larger than %(max)s MB.")
            % {"name": name, "max": ARCHIVE_BYTES_MAX.count_max >> 20}
        )
