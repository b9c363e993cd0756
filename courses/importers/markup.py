"""Text out of markup: what a description of a foreign page says, without its tags."""

import html
import re

import nh3

_BREAKS = re.compile(r"<(?:/p|/li|/div|/h\d|br)\b[^>]{0,200}>", re.IGNORECASE)
_TAG_AT_START = re.compile(r"\s*<[a-zA-Z!/]")
_LINK = re.compile(r"""<a\s[^>]{0,500}?href\s*=\s*["']([^"'<>]{1,500})["']""", re.IGNORECASE)
MARKUP_CHARACTERS_MAX = 200_000


def text_of(markup: str) -> str:
    """Return what a piece of HTML says; scripts and styles say nothing."""
    spaced = _BREAKS.sub("\\g<0> ", markup[:MARKUP_CHARACTERS_MAX])
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


def text_of_whole(value: str) -> str:
    """Return what a text says that is markup from its first letter; any other, and one that says nothing, as it is."""
    if not _TAG_AT_START.match(value):
        return value
    return text_of(value) or value


def link_in(value: str) -> str:
    """Return the address of the first link of a piece of HTML, or an empty text."""
    found = _LINK.search(value[:MARKUP_CHARACTERS_MAX])
    return html.unescape(found[1]) if found else ""
