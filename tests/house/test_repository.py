"""The repository tests itself: names, templates, the timetable, the import of models in views."""

import ast
import re
from pathlib import Path

from portal.celery import TIMETABLE, app

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("portal", "learners", "courses", "credits")
TOP_LEVEL = {
    "manage.py", "portal", "learners", "courses", "credits", "templates", "static", "tests", "pyproject.toml",
    "docker-compose.yml", "README.md",
    # conventional companions
    "Makefile", "Dockerfile", "LICENSE", "CHANGELOG.md", "requirements.lock", "requirements-run.lock",
    "requirements-dev.lock",
}  # fmt: skip
# Rendered by Django or django-allauth under these names, or only while developing.
USED_BY_NAME = {
    "400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html", "portal/components.html",
}  # fmt: skip
NAMING = {".py", ".sql", ".md", ".csv"}
EXAMPLES = {"migrations/0001_initial.py"}  # written by a test of its own


def test_the_top_level_holds_what_the_mission_names() -> None:
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert present - TOP_LEVEL == set()
    assert TOP_LEVEL - present == set()


def test_every_migration_that_is_named_exists() -> None:
    """A comment that sends the reader to a file that was renumbered sends them nowhere."""
    sources = [path for folder in (*APPS, "tests") for path in (ROOT / folder).rglob("*") if path.suffix in NAMING]
    named = {
        match
        for path in sources
        for match in re.findall(r"migrations/\d{4}_\w+\.\w+|\b\d{4}_\w+\.sql", path.read_text("utf-8"))
    }
    there = {str(path.relative_to(ROOT)) for app in APPS for path in (ROOT / app / "migrations").iterdir()}

    assert {name for name in named if not any(path.endswith(f"/{name}") for path in there)} == EXAMPLES


def test_every_template_is_used() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in (*APPS, "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".xml"}
    )
    templates = {
        str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*") if path.is_file()
    }
    ours = {name for name in templates if not name.startswith(("admin/", "account/", "allauth/", "mfa/"))}

    assert {name for name in ours - USED_BY_NAME if name not in sources} == set()


def test_templates_hold_no_inline_script_or_style() -> None:
    pattern = re.compile(r'\sstyle="|<style|\son\w+="|javascript:', re.IGNORECASE)
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "email" not in str(path.relative_to(ROOT)) and pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert guilty == []


def test_enter_presses_the_forms_own_button_where_the_one_for_communes_stands_before_it() -> None:
    pieces = re.compile(r'"learners/_(?:home|place_fields)\.html"')
    forms = {
        str(path.relative_to(ROOT)): form
        for path in (ROOT / "templates").rglob("*.html")
        for form in re.findall(r"<form.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL)
        if pieces.search(form)
    }

    assert len(forms) >= 6
    assert [name for name, form in forms.items() if "_components/enter.html" not in pieces.split(form)[0]] == []


def test_every_scheduled_name_is_a_registered_task_and_the_timetable_is_sorted() -> None:
    app.loader.import_default_modules()

    assert [slot.task for slot in TIMETABLE if slot.task not in app.tasks] == []
    assert [slot.task for slot in TIMETABLE] == sorted(slot.task for slot in TIMETABLE)
    assert all(slot.reason for slot in TIMETABLE)


def test_no_task_outlives_the_brokers_patience_unless_it_was_told_at_once() -> None:
    """What is acknowledged when it ends is handed out again, and done twice, if it takes longer than that."""
    app.loader.import_default_modules()
    patience = app.conf.broker_transport_options["visibility_timeout"]
    ours = [task for name, task in app.tasks.items() if name.partition(".")[0] in APPS]

    assert [
        task.name for task in ours if task.acks_late and (task.time_limit or app.conf.task_time_limit) >= patience
    ] == []
    assert len(ours) >= len(TIMETABLE)


def test_views_ask_queries_and_never_managers() -> None:
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for app_name in APPS
        for path in (ROOT / app_name / "views").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]

    assert guilty == []


def test_queries_never_write() -> None:
    writes = {"create", "update", "delete", "save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.func.attr}"
        for app_name in APPS
        for path in (ROOT / app_name / "queries").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writes
        and not isinstance(node.func.value, (ast.Name, ast.Constant, ast.Dict, ast.Set))  # a dict's or a set's update
    ]

    assert guilty == []


def test_decision_records_are_short_and_numbered() -> None:
    records = sorted((ROOT / "portal" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in records]

    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))
    assert [path.name for path in records if len(path.read_text(encoding="utf-8").splitlines()) > 30] == []
