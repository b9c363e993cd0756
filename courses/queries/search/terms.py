"""
Terms: words and filters as one tsquery, in PostgreSQL's spelling, letter by letter from here and never as typed.

A word is a lexeme of letters and digits; what begins with a sign is ours: ``^tin`` is a word of the title,
``=format:ONLINE`` the token of a facet. No typed word begins with a sign, so none can stand for either, not even as a
beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.queries.asked import Asked, tsquery
from courses.queries.asked.letters import tokens

NOTHING = "'=nothing'"  # a token no entry has


def lexeme(text: str) -> str:
    """Return a lexeme as a tsquery spells it, whatever it holds."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def any_of(parts: Iterable[str]) -> str:
    return "(" + (" | ".join(parts) or NOTHING) + ")"


def all_of(parts: Iterable[str]) -> str:
    return " & ".join(parts)


def none_of(part: str) -> str:
    return f"!({part})"


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for in words, as the parts of the statement need it."""

    asked: Asked

    def __bool__(self) -> bool:
        return bool(self.asked.groups)

    @property
    def readings(self) -> list[str]:
        """What finds, the strictest first; each later one is for when those before find nothing."""
        return [f"({reading})" for reading in tsquery.matching(self.asked)]

    @property
    def in_title(self) -> str:
        """Everything that was asked, in the title, in any of its spellings."""
        return f"({tsquery.in_title(self.asked, sign='^')})"

    @property
    def in_title_exact(self) -> str:
        """Every word in the title as it was typed."""
        typed = dict.fromkeys(word for group in self.asked.groups for word in group[0].words)
        return "(" + all_of(lexeme(f"^{word}") for word in typed) + ")"

    @property
    def folded_text(self) -> str:
        return " ".join(token.plain for token in tokens(self.asked.text))
