"""
Ages the law names, and who is under one of them.

Of a person the portal knows the year of birth at most. Born in year Y, somebody is in year X certainly X − Y − 1 years
old and perhaps X − Y. They are taken for younger until they are certainly of the age: agreeing alone from 16 begins on
1 January of Y + 17. A child is asked from when they may be of the age: from 7 begins on 1 January of Y + 7. Whose year
is not known counts as of age, as everybody did before.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Value

from learners.choices import AgeKind
from learners.models import AgeRule, Learner, UnderAge


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages in force on a day, in whole years."""

    on: date
    years: dict[AgeKind, int]

    def is_under(self, birth_year: int | None, kind: AgeKind) -> bool:
        """Return whether somebody may be younger than that; true where the law's age is not there."""
        if birth_year is None:
            return False
        return kind not in self.years or self.on.year - birth_year <= self.years[kind]

    def needs_guardian(self, learner: Learner) -> bool:
        """Return whether a consent of the learner needs the yes of a guardian."""
        return self.is_under(learner.birth_year, AgeKind.AGREES_ALONE)

    def of(self, learner: Learner) -> dict[str, Any]:
        """Return what a page says of the learner's age: the law's years, and whether they are under them."""
        return {
            "agrees_alone_from": self.years.get(AgeKind.AGREES_ALONE),
            "of_age_from": self.years.get(AgeKind.OF_AGE),
            "is_child": self.needs_guardian(learner),
            "is_minor": self.is_under(learner.birth_year, AgeKind.OF_AGE),
        }

    def needs_own(self, learner: Learner) -> bool:
        """Return whether a consent needs the learner's own yes: of all but the youngest."""
        if not self.needs_guardian(learner) or learner.birth_year is None:
            return True
        return not self.is_under(learner.birth_year - 1, AgeKind.CHILD_IS_ASKED)


def in_force(*, on: date) -> QuerySet[AgeRule]:
    return AgeRule.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def ages(*, on: date) -> Ages:
    """Return the ages in force on the day; one query."""
    rows = in_force(on=on).order_by("valid_from", "pk").values_list("kind", "years")
    return Ages(on, {AgeKind(kind): years for kind, years in rows})


def under(kind: AgeKind, *, on: date, of: str = "birth_year") -> UnderAge:
    """Return the same question in SQL, for ``filter`` and ``exclude``; ``of`` leads to the year of birth."""
    return UnderAge(of, Value(kind.value), Value(on))
