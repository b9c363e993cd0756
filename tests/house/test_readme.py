"""The README tells the truth about the repository."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURE_BYTES_MAX = 150_000


def test_every_decision_is_in_the_index() -> None:
    decisions = {
        f"- [{path.name[:4]}](portal/decisions/{path.name}) {path.read_text(encoding='utf-8').splitlines()[0][7:]}"
        for path in (ROOT / "portal" / "decisions").glob("*.md")
    }

    assert {line for line in README.splitlines() if line.startswith("- [0")} == decisions


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)

    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_pictures_are_small_and_all_are_shown() -> None:
    pictures = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in ROOT.glob("tests/pictures/*")}

    assert set(re.findall(r"\((tests/pictures/[^)]+)\)", README)) == set(pictures)
    assert [name for name, size in pictures.items() if size > PICTURE_BYTES_MAX] == []


def test_every_command_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}

    assert set(re.findall(r"\bmake ([a-z-]+)", README)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", README)) <= commands


def test_speed_is_quoted_from_the_results() -> None:
    def figures(text: str) -> set[tuple[str, ...]]:
        """The first two cells of every row."""
        return {tuple(line.split(" | ")[:2]) for line in text.splitlines() if line.startswith("| ")}

    section = README.partition("## Speed\n")[2].partition("\n## ")[0]
    quoted = {(what, figure.removesuffix(" |")) for what, figure in figures(section)} - {("| what", "figure")}
    results = figures((ROOT / "tests" / "bench" / "RESULTS.md").read_text(encoding="utf-8"))

    assert quoted
    assert quoted - results == set()


def test_every_column_of_an_import_is_described() -> None:
    from courses.importers.columns import COLUMNS  # noqa: PLC0415 -- reads the app registry

    assert [column.name for column in COLUMNS if f"`{column.name}`" not in README] == []
