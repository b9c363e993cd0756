"""The terms of a run, written by its organization; and what a learner says of themself to meet them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import offering
from courses.models import Course, CourseRun, EnrollmentTerms, LearnedElsewhere, Prerequisite
from courses.queries import terms as queries
from courses.rules import LEARNED_ELSEWHERE_LETTERS_MAX, PREREQUISITES_MAX
from learners.actions import birth_year as years
from learners.models import Learner


class UnableToChangeTerms(Exception):
    """The terms stay as they are; the message is written for the person who plans the run."""


class UnableToTell(Exception):
    """What the learner says of themself is not written down; the message is for who says it."""


class NotAManager(UnableToChangeTerms):
    pass


class AlreadyCancelled(UnableToChangeTerms):
    pass


class NotToBuildOn(UnableToChangeTerms):
    pass


@transaction.atomic
def change(
    *,
    run: CourseRun,
    actor: Learner,
    age_min: int | None,
    age_max: int | None,
    first: Collection[Course],
    word_suffices: bool,
    approval_days: int | None = None,
    approval_steps: int = 1,
    now: datetime,
) -> EnrollmentTerms:
    """
    Write down what a run asks of those who enrol from now on, and return it. Idempotent.

    Who has a place, or stands in line, keeps it. With ``approval_days`` the organization decides about each who asks,
    within so many days. Locks the run.

    :raises NotAManager: if the actor does not speak for the organization.
    :raises AlreadyCancelled: if the class has been cancelled.
    :raises NotToBuildOn: if it would build on itself, or on too many courses.
    """
    provider = run.version.course.provider
    if not permissions.may_submit(actor, provider):
        raise NotAManager(_("Only a manager of the organisation changes for whom a class is."))
    run = offering.lock_runs([run.pk])[run.pk]
    if run.cancelled_at is not None:
        raise AlreadyCancelled(_("This class has been cancelled."))
    if len(first) > PREREQUISITES_MAX.count_max or run.version.course in first:
        raise NotToBuildOn(
            _("A class builds on %(count)s other courses at most.") % {"count": PREREQUISITES_MAX.count_max}
        )
    terms = queries.terms_of(run) or EnrollmentTerms(run=run)
    terms.age_min, terms.age_max, terms.changed_at, terms.changed_by = age_min, age_max, now, actor
    terms.approval_days, terms.approval_steps = approval_days, approval_steps
    terms.save()
    terms.prerequisites.all().delete()
    Prerequisite.objects.bulk_create(
        Prerequisite(terms=terms, course=course, word_suffices=word_suffices) for course in first
    )
    return terms


@transaction.atomic
def tell(
    *,
    learner: Learner,
    run: CourseRun,
    birth_year: int | None,
    is_that_young: bool = False,
    words: Mapping[int, str],
    now: datetime,
) -> Learner:
    """
    Write down what a learner says of themself before they enrol, and return them. Idempotent.

    ``words`` are by the course they were to complete first; of a course the run does not ask for nothing is kept, and
    the first word stays. A year that is known stays too.

    :raises UnableToTell: if the year is not theirs to say; nothing is written then.
    :raises birth_year.MakesAChild: if it would make a child of them, and nobody has said that it is so; nor then.
    """
    if birth_year is not None and learner.birth_year is None:
        try:
            learner = years.say(learner=learner, year=birth_year, is_that_young=is_that_young, now=now)
        except years.YearStands as reason:
            raise UnableToTell(str(reason)) from reason
    asked = {each.course_id for each in queries.needed(learner, run).words}
    LearnedElsewhere.objects.bulk_create(
        [
            LearnedElsewhere(
                learner=learner,
                run=run,
                course_id=course_id,
                words=said[:LEARNED_ELSEWHERE_LETTERS_MAX],
                said_at=now,
            )
            for course_id, said in words.items()
            if course_id in asked and said
        ],
        ignore_conflicts=True,
    )
    return learner
