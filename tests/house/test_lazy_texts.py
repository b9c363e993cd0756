"""A text that is translated when it is read stays one: ``_("…") % figures`` outside functions is settled at import."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run import ROOT

APPS = ("courses", "credits", "learners", "portal")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def lazy_names(tree: ast.Module) -> set[str]:
    """Return the names a module calls the lazy functions of gettext by."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    from_gettext = [name for each in imports if each.module == "django.utils.translation" for name in each.names]
    return {name.asname or name.name for name in from_gettext if name.name.endswith("_lazy")}


def settled(node: ast.AST, names: set[str]) -> Iterator[int]:
    """Yield the lines where figures are put into a lazy text while the module is read."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            continue
        if isinstance(child, ast.BinOp) and isinstance(child.op, ast.Mod) and isinstance(child.left, ast.Call):
            called = child.left.func
            if isinstance(called, ast.Name) and called.id in names:
                yield child.lineno
        yield from settled(child, names)


@pytest.mark.parametrize("app", APPS)
def test_no_lazy_text_is_settled_at_import(app: str) -> None:
    trees = {path: ast.parse(path.read_text()) for path in Path(ROOT, app).rglob("*.py")}

    assert trees
    assert [(str(path), line) for path, tree in trees.items() for line in settled(tree, lazy_names(tree))] == []


def test_what_is_looked_for_is_found() -> None:
    tree = ast.parse(
        "from django.utils.translation import gettext_lazy as _\n"
        'TEXTS = {"most": _("At most %(count)s.") % {"count": 3}}\n'
        'def text():\n    return _("At most %(count)s.") % {"count": 3}\n'
    )

    assert list(settled(tree, lazy_names(tree))) == [2]
