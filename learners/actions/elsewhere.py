"""
What opens a part of somebody's record without their being signed in, such as an address for calendars.

Apps above this one keep it and say so as they start (``also``): a person finds it among the places they are signed in,
and signing out everywhere ends it too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from learners.models import Learner


class End(Protocol):
    """Ends what there is of a learner's; does nothing when there is none."""

    def __call__(self, *, learner: Learner, now: datetime) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    label: str | Promise  # in the language of who looks
    page: str  # the name of the page where it is made, and where a button of the name ``button`` ends it
    button: str
    since: Callable[[Learner], datetime | None]
    end: End


_kinds: list[Elsewhere] = []


def also(kind: Elsewhere) -> None:
    """Have this kind shown and ended with a person's sessions; said as its app starts."""
    if kind not in _kinds:
        _kinds.append(kind)


def open_of(learner: Learner) -> list[tuple[Elsewhere, datetime]]:
    """Return what is open of the learner's, and since when; one query a kind."""
    found = [(kind, kind.since(learner)) for kind in _kinds]
    return [(kind, since) for kind, since in found if since is not None]


def end_all(*, learner: Learner, now: datetime) -> None:
    for kind in _kinds:
        kind.end(learner=learner, now=now)
