"""Every link of a page leads somewhere: a name that one block of a template gives is empty in the others."""

import re
from pathlib import Path

import pytest

from tests.factories.world import World, a_world
from tests.house.pages import PAGES

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
BLOCK = re.compile(r"\{% block (\w+) %\}(.*?)\{% endblock(?: \w+)? %\}", re.DOTALL)
GIVEN = re.compile(r"\bas(?:var)? (\w+) %\}")
USED = re.compile(r"\{\{ (\w+)|=(\w+)\b")  # shown, or passed on


def borrowed(text: str) -> set[str]:
    """Return the names a template uses in a block that gives them nothing, while another of its blocks gives them."""
    blocks = BLOCK.findall(re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL))
    given = {name: set(GIVEN.findall(body)) for name, body in blocks}
    used = {name: {shown or passed for shown, passed in USED.findall(body)} for name, body in blocks}
    return {
        word
        for name in given
        for other, words in given.items()
        for word in (words & used[name]) - given[name]
        if other != name
    }


def test_what_is_borrowed_is_seen() -> None:
    given = '{% block breadcrumbs %}{% url "home" as back %}{% crumbs back %}{% endblock %}'

    assert borrowed(given + '{% block content %}<a href="{{ back }}">{% endblock content %}') == {"back"}
    assert borrowed(given + '{% block content %}{% include "x.html" with to=back %}{% endblock content %}') == {"back"}
    assert borrowed(given + '{% block content %}{% url "home" as back %}{{ back }}{% endblock content %}') == set()


def test_no_block_uses_a_name_that_another_one_gives() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix(): words
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (words := borrowed(path.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_no_link_of_a_page_is_empty(world: World) -> None:
    empty: dict[str, list[str]] = {}
    for name, seen in PAGES.items():
        if found := re.findall(r'<(?:a|form)\b[^>]*\b(?:href|action)=""[^>]*>', seen.html(name, world)):
            empty[name] = found

    assert empty == {}
