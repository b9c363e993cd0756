"""The table of results: one section of ``RESULTS.md`` for each benchmark, replaced by its next run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
README = Path(__file__).resolve().parent.parent.parent / "README.md"
TITLE = """# Results of the benchmarks

Written by `make bench` and `make bench-large`; their modules say what is measured.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure; ``must`` and ``aim`` are bounds of the same kind, and ``meets`` says whether ``must`` holds."""

    what: str
    figure: str
    must: str = ""
    aim: str = ""
    meets: bool | None = None  # None: a figure without a bound
    beside: str = ""  # the rates behind a ratio

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "**no**", None: ""}[self.meets]


def write(section: str, *, machine: Sequence[str], notes: Sequence[str], rows: Sequence[Row], dry: bool) -> None:
    """Print the section; unless ``dry``, put it where the one of the same name was, and its figures into the README."""
    lines = [
        f"## {section}",
        "",
        *machine,
        *notes,
        "",
        "| what | figure | must | aim | holds | measured |",
        "|---|---|---|---|---|---|",
        *(f"| {row.what} | {row.figure} | {row.must} | {row.aim} | {row.verdict} | {row.beside} |" for row in rows),
        "",
    ]
    text = "\n".join(lines)
    print("\n" + text)
    if dry:
        return
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else TITLE
    parts = re.split(r"^(?=## )", before, flags=re.MULTILINE)
    parts = [part for part in parts if not part.startswith(f"## {section}\n")]
    RESULTS.write_text("".join([*(part.rstrip("\n") + "\n\n" for part in parts), text]), encoding="utf-8")
    _quote(rows)


def _quote(rows: Sequence[Row]) -> None:
    """Bring the figures that the README quotes up to date: the rows that begin with the same words."""
    text = README.read_text(encoding="utf-8")
    for row in rows:
        text = re.sub(
            rf"^\| {re.escape(row.what)} \|[^|]*\|", f"| {row.what} | {row.figure} |", text, flags=re.MULTILINE
        )
    README.write_text(text, encoding="utf-8")
