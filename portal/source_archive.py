"""
The source of the running version as one file, offered at the foot of every page as the licence asks (AGPL, section 13).

A staticfiles finder packs it when static files are collected, so what is offered is what runs, local changes included,
and nobody has to publish it elsewhere. ``SOURCE_URL`` names another place instead.
"""

import atexit
import gzip
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

ARCHIVE = "source/hoc-suot-doi.tar.gz"
PARTS = (
    "manage.py", "portal", "learners", "courses", "credits", "templates", "static", "tests", "pyproject.toml",
    "docker-compose.yml", "README.md", "Makefile", "Dockerfile", "LICENSE", "CHANGELOG.md", "requirements.lock",
    "requirements-run.lock", "requirements-dev.lock", ".env.example", ".gitignore", ".dockerignore", ".ci",
)  # fmt: skip
MADE_SUFFIXES = {".pyc", ".mo"}  # made from the source by whoever runs it


def source_files(root: Path) -> list[Path]:
    """Return the files of the source, sorted; nothing that was made from them, no data, no secret."""
    files = [
        path
        for part in PARTS
        for path in ([root / part] if (root / part).is_file() else (root / part).rglob("*"))
        if path.is_file() and path.suffix not in MADE_SUFFIXES
    ]
    return sorted(files)


def pack(root: Path, target: Path) -> None:
    """Write the archive; the same source gives the same bytes."""
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in source_files(root):
            entry = archive.gettarinfo(path, f"hoc-suot-doi/{path.relative_to(root)}")
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = ""
            with path.open("rb") as content:
                archive.addfile(entry, content)


class SourceArchiveFinder(BaseFinder):
    """Finds the archive, which exists nowhere until it is asked for."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @cached_property
    def storage(self) -> FileSystemStorage:
        directory = tempfile.mkdtemp(prefix="source-")
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        target = Path(directory) / ARCHIVE
        target.parent.mkdir()
        pack(Path(settings.BASE_DIR), target)
        return FileSystemStorage(location=directory)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:  # type: ignore[override]
        if path != ARCHIVE:
            return []
        found = self.storage.path(ARCHIVE)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield ARCHIVE, self.storage
