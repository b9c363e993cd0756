"""
Facets: the filters that are a choice among values, each value a token of the catalogue's entries.

A facet is named as its parameter in an address; its tokens are ``=name:value``. Values in force of one facet are
alternatives, facets restrict one another.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.choices import Accessibility, Format, TeachingLanguage
from courses.models.catalog import BROAD_DIGITS
from courses.queries import skill
from courses.queries.search import fields
from courses.queries.search.terms import any_of, lexeme
from courses.rules import COST_STEPS_VND, LENGTH_STEPS_HOURS, LEVEL_MAX, LEVEL_MIN, SKILL_CODE_CHARACTERS_MAX
from credits.choices import KindOfCredit
from learners import formats
from learners.choices import OrganizationKind

LICENCE_CHARACTERS_MAX = 60
FREE, OVER = "free", "over"
OPEN_TO_ALL = "0"
_SKILL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VALUES_MAX = 12  # in force of one facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One filter: how its values are read from an address, spelled as tokens, and said to a reader."""

    name: str
    title: str | Promise
    label: Callable[[str], str]
    values: Sequence[str] = ()  # all there are, in order; empty where they are many or anybody's words
    is_valid: Callable[[str], bool] | None = None  # where they are
    is_one: bool = False  # one value at a time
    is_counted: bool = True  # else it is offered only while it is in force

    def read(self, asked: Collection[str]) -> tuple[str, ...]:
        """Return the values of an address that are such, each once, in the facet's order."""
        if self.values:
            known = tuple(value for value in self.values if value in asked)
        else:
            known = tuple(sorted({value for value in asked if self.is_valid is not None and self.is_valid(value)}))
        return known[: 1 if self.is_one else VALUES_MAX]

    def token(self, value: str) -> str:
        return f"={self.name}:{value}"

    def term(self, values: Iterable[str]) -> str:
        """Return the tsquery of the entries that have one of these values."""
        return any_of(map(lexeme, self.tokens(values)))

    def tokens(self, values: Iterable[str]) -> Sequence[str]:
        """Return the tokens of the entries that have one of these values."""
        return [self.token(value) for each in values for value in self._meant(each)]

    def _meant(self, value: str) -> Sequence[str]:
        return up_to(value) if self.name == "cost" else (value,)


def code(value: str | None, digits: int) -> str:
    """Return an official code, or nothing."""
    return value if value and value.isascii() and value.isdigit() and len(value) == digits else ""


def up_to(value: str) -> Sequence[str]:
    """Return the costs that are no more than one of them."""
    return COSTS[: COSTS.index(value) + 1]


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _is_licence(value: str) -> bool:
    return 0 < len(value) <= LICENCE_CHARACTERS_MAX and "\0" not in value and value == value.strip()


def _is_skill(value: str) -> bool:
    return len(value) <= SKILL_CODE_CHARACTERS_MAX and _SKILL.fullmatch(value) is not None


def _cost(value: str) -> str:
    return _("Free") if value == FREE else _("Up to %(amount)s") % {"amount": formats.dong(int(value))}


def _level(value: str) -> str:
    return _("Open to all") if value == OPEN_TO_ALL else _("Level %(number)s") % {"number": value}


def _length(value: str) -> str:
    if value == OVER:
        return _("More than %(hours)s hours") % {"hours": LENGTH_STEPS_HOURS[-1]}
    step = LENGTH_STEPS_HOURS.index(int(value))
    if step == 0:
        return _("Up to %(hours)s hours") % {"hours": value}
    return _("%(from)s to %(to)s hours") % {"from": LENGTH_STEPS_HOURS[step - 1], "to": value}


COSTS = (FREE, *map(str, COST_STEPS_VND), OVER)
FACETS = (
    Facet(
        name="field",
        title=gettext_lazy("Field"),
        label=fields.name_of,
        is_valid=lambda value: bool(code(value, BROAD_DIGITS)),
    ),
    Facet(
        name="format",
        title=gettext_lazy("How it is taught"),
        values=Format.values,
        label=lambda value: str(Format(value).label),
    ),
    Facet(name="cost", title=gettext_lazy("Cost"), values=COSTS[:-1], label=_cost, is_one=True),
    Facet(
        name="kind",
        title=gettext_lazy("Kind of place"),
        values=OrganizationKind.values,
        label=lambda value: str(OrganizationKind(value).label),
    ),
    Facet(
        name="length",
        title=gettext_lazy("Length"),
        values=(*map(str, LENGTH_STEPS_HOURS), OVER),
        label=_length,
    ),
    Facet(
        name="level",
        title=gettext_lazy("Level"),
        values=(OPEN_TO_ALL, *map(str, range(LEVEL_MIN, LEVEL_MAX + 1))),
        label=_level,
    ),
    Facet(
        name="lang",
        title=gettext_lazy("Taught in"),
        values=TeachingLanguage.values,
        label=lambda value: str(TeachingLanguage(value).label),
    ),
    Facet(
        name="credit",
        title=gettext_lazy("Kind of credit"),
        values=KindOfCredit.values,
        label=lambda value: str(KindOfCredit(value).label),
    ),
    Facet(
        name="access",
        title=gettext_lazy("Accessibility"),
        values=Accessibility.values,
        label=lambda value: str(Accessibility(value).label),
    ),
    Facet(name="licence", title=gettext_lazy("Licence of the materials"), is_valid=_is_licence, label=str),
    Facet(
        name="skill",
        title=gettext_lazy("Skill"),
        is_valid=_is_skill,
        label=skill.name_of,
        is_one=True,
        is_counted=False,
    ),
    Facet(name="provider", title=gettext_lazy("Organiser"), is_valid=_is_uuid, label=str, is_one=True),
)
# What a version says, and a class with it: the same for as long as the class lasts.
OF_A_VERSION = frozenset({"format", "cost", "length", "level", "lang", "credit", "access", "licence"})
BY_NAME = {facet.name: facet for facet in FACETS}
