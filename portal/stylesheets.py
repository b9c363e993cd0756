"""
The one stylesheet every page loads, joined from the sources in ``static/css/``.

The sources are many small files, one noun each; a first visit may cost eight requests, so the pages load one file. A
staticfiles *finder* joins them because a finder is asked in both worlds: by ``collectstatic`` (after which the manifest
storage gives the result its hashed name, like any other file) and by the development server on every request, so an
edit shows at the next reload. Nothing generated is kept in the repository, and there is no build step to forget.
"""

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BUNDLE = "css/portal.css"

# Layers decide what wins, so within a layer the order is only the order of reading; tokens come first because that
# file names the layers.
SOURCES = (
    "tokens",
    "base",
    "layout",
    "components/frame",
    "components/home",
    "components/items",
    "components/actions",
    "components/notices",
    "components/facts",
    "components/finding",
    "components/forms",
    "components/progress",
    "components/ledger",
    "components/learning",
    "utilities",
    "print",
)

# Quoted text is matched first and kept: data URIs carry spaces and commas that mean something.
_TOKENS = re.compile(
    r"""(?P<kept>"[^"]*"|'[^']*')|/\*.*?\*/|\s*(?P<mark>[{};,])\s*|(?P<colon>:)\s+|(?P<space>\s+)""", re.DOTALL
)


def source_directory() -> Path:
    return Path(settings.BASE_DIR) / "static" / "css"


def bundle(directory: Path) -> str:
    """Join the sources under ``directory`` into one sheet, without comments and needless space."""
    return squeeze("\n".join((directory / f"{name}.css").read_text(encoding="utf-8") for name in SOURCES))


def squeeze(css: str) -> str:
    """Strip comments and collapse white space, leaving quoted text alone."""

    def shorter(found: re.Match[str]) -> str:
        if found["space"]:
            return " "
        return found["kept"] or found["mark"] or found["colon"] or ""

    # Twice: a comment between two declarations hides the white space on its far side from the first pass.
    for _turn in range(2):
        css = _TOKENS.sub(shorter, css)
    return css.strip().replace(";}", "}") + "\n"


class StylesheetFinder(BaseFinder):
    """Finds ``css/portal.css``, which exists nowhere until it is asked for."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @cached_property
    def storage(self) -> FileSystemStorage:
        """A directory of this process's own, so that no two processes or people write the same file."""
        directory = tempfile.mkdtemp(prefix="stylesheet-")
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        return FileSystemStorage(location=directory)

    # The stubs have one signature for each value of find_all.
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:  # type: ignore[override]
        if path != BUNDLE:
            return []
        found = self._refresh()
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        self._refresh()
        yield BUNDLE, self.storage

    def _refresh(self) -> str:
        """Write the bundle when it differs from the last one, so that its date is the date of the last real change."""
        target = Path(self.storage.path(BUNDLE))
        css = bundle(source_directory())
        if not target.exists() or target.read_text(encoding="utf-8") != css:
            target.parent.mkdir(exist_ok=True)
            target.write_text(css, encoding="utf-8")
        return str(target)
