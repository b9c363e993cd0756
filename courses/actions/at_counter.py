"""
The steps to a place, taken by staff for somebody who has only a card and stands in front of them.

As everybody takes them for themself, and written down with who did it and how the person agreed, in one transaction.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import approval, enrollment, terms, waiting
from courses.choices import EnrollmentState, PlaceAct
from courses.models import CourseRun, Enrollment, PlaceStep
from courses.queries import place_request
from courses.queries import terms as asked
from courses.queries import waiting as lines
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import ConsentWay
from learners.models import Learner, Organization
from learners.permissions import is_at_counter

REFUSED_BY_STEP = (
    enrollment.UnableToEnroll,
    enrollment.UnableToWithdraw,
    approval.UnableToAsk,
    waiting.UnableToWait,
)


class UnableToAct(Exception):
    """Nothing was done; the message is for who stands behind the counter."""


@transaction.atomic
def take_step(
    *,
    act: PlaceAct,
    person: Learner,
    run: CourseRun,
    agreed_by: ConsentWay,
    actor: Learner,
    organization: Organization,
    now: datetime,
) -> bool:
    """
    Take one step for the person in a class of the organization; False where it was taken already.

    Idempotent. A counter that is closed for now only ends things.

    :raises UnableToAct: if the person is not served here, can do it themself, or the step is not open to them.
    """
    _refuse(act, person, run, actor, organization, now)
    try:
        is_new = _STEPS[act](person, run, now)
    except REFUSED_BY_STEP as reason:
        raise UnableToAct(str(reason)) from reason
    if is_new:
        _write(act, person, run, agreed_by, actor, organization, now)
    return is_new


@transaction.atomic
def say(
    *,
    person: Learner,
    run: CourseRun,
    birth_year: int | None,
    is_that_young: bool = False,
    words: Mapping[int, str],
    agreed_by: ConsentWay,
    actor: Learner,
    organization: Organization,
    now: datetime,
) -> None:
    """
    Write down what a class asks of the person, as they say it at the counter; otherwise as ``terms.tell``. Idempotent.

    :raises UnableToAct: if the person is not served here, can do it themself, or the year is not theirs to say.
    :raises birth_year.MakesAChild: if it would make a child of them, and staff have not said that it is so.
    """
    _refuse(PlaceAct.SAY, person, run, actor, organization, now)
    needed = asked.needed(person, run)
    if not needed.year and not needed.words:
        return
    try:
        terms.tell(learner=person, run=run, birth_year=birth_year, is_that_young=is_that_young, words=words, now=now)
    except terms.UnableToTell as reason:
        raise UnableToAct(str(reason)) from reason
    _write(PlaceAct.SAY, person, run, agreed_by, actor, organization, now)


def _refuse(
    act: PlaceAct, person: Learner, run: CourseRun, actor: Learner, organization: Organization, now: datetime
) -> None:
    if act not in ENDING:
        refuse_unless_served(learner=person, actor=actor, organization=organization, refusal=UnableToAct, now=now)
    elif not is_at_counter(actor, organization, person):
        raise UnableToAct(_("This is done where the person was registered, in front of another who works there."))
    refuse_who_has_address(person, refusal=UnableToAct, now=now)
    if run.version.course.provider_id != organization.pk:
        raise UnableToAct(_("Only classes of your own organisation are looked after here."))


def _write(
    act: PlaceAct,
    person: Learner,
    run: CourseRun,
    agreed_by: ConsentWay,
    actor: Learner,
    organization: Organization,
    now: datetime,
) -> None:
    PlaceStep.objects.create(
        learner=person,
        run=run,
        act=act,
        agreed_by=agreed_by,
        done_by=actor,
        organization=organization,
        done_at=now,
    )


def _enroll(person: Learner, run: CourseRun, now: datetime) -> bool:
    """Take a place; a seat that is kept for the person is taken by it."""
    before = Enrollment.objects.holding_seat().filter(learner=person, run=run).first()
    return enrollment.enroll(learner=person, run=run, now=now) != before


def _ask(person: Learner, run: CourseRun, now: datetime) -> bool:
    before = place_request.open_request(person, run)
    return approval.ask(learner=person, run=run, now=now) != before


def _wait(person: Learner, run: CourseRun, now: datetime) -> bool:
    was_in_line = lines.stands_in_line(person, run)
    waiting.join(learner=person, runs=[run], now=now)
    return not was_in_line


def _take_back(person: Learner, run: CourseRun, now: datetime) -> bool:
    request = place_request.open_request(person, run)
    return request is not None and bool(approval.withdraw(request=request, now=now))


def _leave(person: Learner, run: CourseRun, now: datetime) -> bool:
    request = lines.open_request(person, run.version.course_id)
    if request is None or not lines.stands_in_line(person, run):
        return False
    waiting.leave(request=request, run=run, now=now)
    return True


def _give_up(person: Learner, run: CourseRun, now: datetime) -> bool:
    place = Enrollment.objects.filter(learner=person, run=run, state=EnrollmentState.ENROLLED).first()
    return place is not None and bool(enrollment.withdraw(enrollment=place, now=now))


_STEPS: dict[PlaceAct, Callable[[Learner, CourseRun, datetime], bool]] = {
    PlaceAct.ENROL: _enroll,
    PlaceAct.ASK: _ask,
    PlaceAct.WAIT: _wait,
    PlaceAct.TAKE_BACK: _take_back,
    PlaceAct.LEAVE: _leave,
    PlaceAct.GIVE_UP: _give_up,
}
ENDING = frozenset({PlaceAct.TAKE_BACK, PlaceAct.LEAVE, PlaceAct.GIVE_UP})
