"""What learners say of themselves and how they want to be written to."""

from datetime import datetime

from django.db import transaction

from learners.actions import birth_year as years
from learners.actions import correction
from learners.choices import Language, Weekday
from learners.models import Learner, Place


@transaction.atomic
def edit(
    *,
    learner: Learner,
    full_name: str,
    birth_year: int | None,
    is_that_young: bool = False,
    language: Language,
    place: Place | None,
    digest_weekday: Weekday,
    digest_hour: int,
    wants_digest: bool,
    wants_reminders: bool,
    wants_suggestions: bool,
    now: datetime,
) -> Learner:
    """
    Write a learner's own settings and return them. Idempotent; sign-in addresses are changed elsewhere.

    :raises birth_year.YearStands: if another birth year is not theirs to change; then nothing is written.
    :raises birth_year.MakesAChild: if it would make a child of them, and they have not said that it is so; nor then.
    :raises correction.TooManyNames: if they have changed their name too often today; nor then.
    """
    learner = years.say(learner=learner, year=birth_year, is_that_young=is_that_young, now=now)
    correction.change_own_name(learner=learner, full_name=full_name, now=now)
    learner.language = language
    learner.place = place
    learner.digest_weekday = digest_weekday
    learner.digest_hour = digest_hour
    learner.wants_digest = wants_digest
    learner.wants_reminders = wants_reminders
    learner.wants_suggestions = wants_suggestions
    learner.save(
        update_fields=[
            "language",
            "place",
            "digest_weekday",
            "digest_hour",
            "wants_digest",
            "wants_reminders",
            "wants_suggestions",
        ]
    )
    return learner
