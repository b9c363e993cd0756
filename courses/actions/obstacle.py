"""What stands between a learner and a place on a run; each obstacle has a name and says itself to the learner."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import CourseRun, EnrollmentTerms
from courses.queries import place_request, standing, waiting
from courses.queries import terms as queries
from courses.queries.catalog import OFFERED
from courses.queries.standing import Standing
from courses.rules import ENROLLMENTS_A_DAY_MAX, ENROLLMENTS_OF_RUN_A_DAY_MAX
from learners.choices import OrganizationStatus
from learners.models import Learner


class UnableToEnroll(Exception):
    """The learner cannot enrol; the message is written for the learner."""


class RunIsFull(UnableToEnroll):
    pass


class EnrollmentClosed(UnableToEnroll):
    pass


class NotYetOpen(UnableToEnroll):
    pass


class RunCancelled(UnableToEnroll):
    pass


class CourseNotPublished(UnableToEnroll):
    pass


class OwnClass(UnableToEnroll):
    pass


class AgeNotSaid(UnableToEnroll):
    """The learner may say it, and then see."""


class OutsideAge(UnableToEnroll):
    pass


class BuildsOnAnother(UnableToEnroll):
    """A course is completed first; ``word_suffices`` for all that are missing, or not."""

    def __init__(self, message: str, *, word_suffices: bool) -> None:
        super().__init__(message)
        self.word_suffices = word_suffices


class NeedsApproval(UnableToEnroll):
    """The organization decides who comes; the learner asks for a place."""


class TakenTooOften(UnableToEnroll):
    """So many places were taken within a day, in this class or in all."""


class JustJoinedTheList(UnableToEnroll):
    """On another page, while this one was answered."""


def may_be_said(reason: UnableToEnroll | None) -> bool:
    """Return whether a learner gets past an obstacle by saying something of themself (``terms.tell``)."""
    return isinstance(reason, AgeNotSaid) or (isinstance(reason, BuildsOnAnother) and reason.word_suffices)


def of_run(run: CourseRun, *, now: datetime, at_the_door: bool = False) -> UnableToEnroll | None:
    """
    Return why the run takes nobody at ``now``, seats aside; no query once its course and provider are loaded.

    ``at_the_door``: of somebody who came to a class session, or had a place until just now; the window is not asked.
    """
    course = run.version.course
    is_offered = run.version.state in OFFERED and course.archived_at is None
    if not is_offered or course.provider.status != OrganizationStatus.VERIFIED:
        return CourseNotPublished(_("This course is not on offer now."))
    if run.cancelled_at is not None:
        return RunCancelled(_("This class has been cancelled."))
    if at_the_door:
        return None
    if now < run.enrollment_opens_at:
        return NotYetOpen(_("Enrolment for this class has not opened yet."))
    if run.has_closed(now=now):
        return EnrollmentClosed(_("Enrolment for this class has closed."))
    return None


def of_learner(
    learner: Learner, run: CourseRun, *, now: datetime, at_the_door: bool = False, seen: Standing | None = None
) -> UnableToEnroll | None:
    """
    Return why this learner would be refused a place at ``now``, were there a seat; ``at_the_door`` as of the run.

    ``seen`` is where they stand with the run, if that has been asked already.
    """
    if reason := of_run(run, now=now, at_the_door=at_the_door):
        return reason
    seen = seen or standing.of(learner, run, now=now)
    if seen.teaches:
        return OwnClass(_("You teach this class, so you cannot also be a learner in it."))
    terms = queries.terms_of(run)
    # Terms are asked once: who stands in line has met those of the day they joined.
    if terms is None or seen.stands_in_line:
        return None
    return of_terms(learner, terms, first_day=max(run.starts_on, timezone.localdate(now)))


def of_terms(learner: Learner, terms: EnrollmentTerms, *, first_day: date) -> UnableToEnroll | None:
    """Return what of the terms of a run a learner does not meet."""
    if terms.age_min is not None or terms.age_max is not None:
        if learner.birth_year is None:
            return AgeNotSaid(_("This class asks for an age, and the year of birth is not known here."))
        if not queries.is_of_age(terms, learner.birth_year, on=first_day):
            return OutsideAge(_for_whom(terms))
    if missing := queries.lacks(learner, terms):
        titles = ", ".join(f"“{asked.title}”" for asked in missing)
        return BuildsOnAnother(
            _("This class builds on %(courses)s, not completed here yet.") % {"courses": titles},
            word_suffices=all(asked.word_suffices for asked in missing),
        )
    return None


def _for_whom(terms: EnrollmentTerms) -> str:
    ages = {"least": terms.age_min, "most": terms.age_max}
    if terms.age_max is None:
        return _("This class is for people from %(least)s years of age on its first day.") % ages
    if terms.age_min is None:
        return _("This class is for people up to %(most)s years of age on its first day.") % ages
    return _("This class is for people from %(least)s to %(most)s years of age on its first day.") % ages


def needs_approval(learner: Learner, run: CourseRun, *, now: datetime) -> bool:
    """Return whether the organization has still to say yes; of who stands in line it has."""
    return (
        place_request.asks_for_approval(run)
        and not waiting.stands_in_line(learner, run)
        and not place_request.is_approved(learner, run, now=now)
    )


def obstacle(
    *, learner: Learner, run: CourseRun, now: datetime, at_the_door: bool = False, seen: Standing | None = None
) -> UnableToEnroll | None:
    """
    Return why this learner would be refused a place at ``now``; None when the place is theirs for the asking.

    A seat that is kept for them by an offer is; one that is free while others wait for it is not. ``seen`` as above.
    """
    seen = seen or standing.of(learner, run, now=now)
    if reason := of_learner(learner, run, now=now, at_the_door=at_the_door, seen=seen):
        return reason
    if needs_approval(learner, run, now=now):
        return NeedsApproval(_("The organisation decides who comes to this class. Ask it for a place."))
    left = seen.seats_left
    if left is None or (left > 0 and not seen.is_waited_for):
        return _taken_too_often(seen)
    if waiting.offered_to(learner, run, now=now) is not None:
        return None  # how often one waits has a limit of its own
    if left <= 0 or left <= len(waiting.next_ones(run, left=left, besides=learner)):
        return RunIsFull(_("This class is full. Other classes of this course may have room."))
    return _taken_too_often(seen)


def _taken_too_often(seen: Standing) -> TakenTooOften | None:
    if seen.taken_here_lately >= ENROLLMENTS_OF_RUN_A_DAY_MAX.count_max:
        return TakenTooOften(
            _("Today this place was taken and given up several times. It can be taken again tomorrow.")
        )
    if seen.taken_lately >= ENROLLMENTS_A_DAY_MAX.count_max:
        return TakenTooOften(_("Many places were taken today for one person. The next one can be taken tomorrow."))
    return None
