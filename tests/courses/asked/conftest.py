"""What the tests of understanding share."""

from collections.abc import Callable

import pytest

from courses.actions import search_terms
from courses.queries.asked import Asked, understand
from tests.factories.catalog import a_published_version
from tests.factories.people import NOW, an_organization


@pytest.fixture
def catalogue(newest_words: Callable[[], None]) -> Callable[..., None]:
    """Return a function that publishes courses of these titles and lets the search learn their words."""

    def publish(*titles: str, **more: object) -> None:
        provider = an_organization()
        for title in titles:
            a_published_version(provider=provider, title_vi=title, title_en=title, **more)
        search_terms.refresh(now=NOW)
        newest_words()

    return publish


def looked_for(text: str, *, language: str = "vi") -> list[list[str]]:
    """Return the phrases of each group, as words."""
    return [[" ".join(phrase.words) for phrase in group] for group in understand(text, language=language).groups]


def first_of(asked: Asked) -> list[str]:
    """Return what each group is about: its first phrase."""
    return [" ".join(group[0].words) for group in asked.groups]
