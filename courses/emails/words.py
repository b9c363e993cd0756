"""Pieces of which the letters of courses are made."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from courses.models import (
    CourseRun,
    CourseVersion,
    Wish,
)
from learners import formats
from learners.choices import Language
from learners.models import Learner
from learners.queries import place as places


def where(run: CourseRun) -> str:
    """Return venue, commune and province in one line; empty when the class is online."""
    return ", ".join(part for part in (run.venue, places.place_after(run.venue, run.place)) if part)


def to_bring(version: CourseVersion) -> str:
    """The sentence that names it ends with a full stop of its own."""
    return version.requirements.rstrip(" .")


def moment(value: datetime, language: str) -> str:
    clock, day = formats.clock(value), formats.day(value, language)
    return f"{clock} {day}" if language == Language.VI else f"{clock}, {day}"


def link(name: str, *arguments: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def done_by(helper: Learner | None) -> dict[str, str]:
    """Return what a letter says of who did for the person what it is about."""
    return {"helper": helper.full_name} if helper else {}


def commune(wish: Wish) -> str:
    return ", ".join(part for part in (str(wish.place), wish.place.parent.name if wish.place.parent else "") if part)
