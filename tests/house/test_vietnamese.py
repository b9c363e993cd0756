"""A reader of Vietnamese meets no English: every page is crawled, and no msgid of the catalogue is found on it."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.factories.world import World, a_world
from tests.house.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent.parent
MSGID_WORDS_MIN = 2  # a single word may be the same in both languages, or part of a name


def english_sentences() -> list[re.Pattern[str]]:
    """Return the texts of our catalogue, long enough to be recognised, as patterns with their placeholders open."""
    with (ROOT / "portal" / "locale" / "vi" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    patterns = []
    for message in catalogue:
        for msgid in message.id if isinstance(message.id, tuple) else (message.id,):
            translations = message.string if isinstance(message.string, tuple) else (message.string,)
            if not msgid or msgid in translations or len(msgid.split()) < MSGID_WORDS_MIN:
                continue
            parts = re.split(r"%\(\w+\)[sd]|\{\w*\}|%[sd]", msgid)
            if any(len(part.split()) >= MSGID_WORDS_MIN for part in parts):
                patterns.append(re.compile(r"\b" + ".{1,80}?".join(re.escape(part) for part in parts) + r"\b"))
    return patterns


def visible_text(html: str) -> str:
    html = re.sub(r"<script.*?</script>", " ", html, flags=re.DOTALL)
    html = re.sub(r'<[^>]*\blang="en"[^>]*>.*?</\w+>', " ", html, flags=re.DOTALL)  # the link to English says English
    attributes = " ".join(re.findall(r'(?:title|alt|aria-label|placeholder|content)="([^"]*)"', html))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html) + " " + attributes)


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_no_page_in_vietnamese_shows_an_english_text(world: World) -> None:
    patterns = english_sentences()
    found: dict[str, list[str]] = {}
    for name, seen in PAGES.items():
        text = visible_text(seen.html(name, world))
        if hits := [pattern.pattern for pattern in patterns if pattern.search(text)]:
            found[name] = hits

    assert len(patterns) > 100
    assert found == {}
