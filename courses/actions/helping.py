"""
What a helper does for somebody by a mandate: the steps to a place, and giving it up.

Each is done and written down in one transaction. Who may enrol may say what a class asks for, ask for a place and join
a waiting list; who may give up a place may leave the list and take the request back.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from courses.actions import approval, terms, waiting
from courses.actions import enrollment as actions
from courses.models import CourseRun, Enrollment
from courses.queries import place_request
from courses.queries import waiting as lines
from courses.queries.helping import subject_of, subject_of_line, subject_of_request
from learners.actions import mandate as mandates
from learners.choices import HelperAct
from learners.models import Learner, Mandate


@transaction.atomic
def enroll_for(*, mandate: Mandate, helper: Learner, run: CourseRun, now: datetime) -> Enrollment:
    """
    Give the person of the mandate a place on a run and return the enrolment, as ``enrollment.enroll`` does.

    :raises NotAllowed: if the mandate does not allow it to this helper now.
    :raises UnableToEnroll: if the run does not take the person.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.ENROL, now=now)
    held = Enrollment.objects.holding_seat().filter(learner=mandate.person, run=run).first()
    if held is not None:
        return held
    enrollment = actions.enroll(learner=mandate.person, run=run, now=now, helper=helper)
    _record(mandate, HelperAct.ENROL, subject_of(enrollment), run, now=now)
    return enrollment


@transaction.atomic
def say_for(
    *,
    mandate: Mandate,
    helper: Learner,
    run: CourseRun,
    birth_year: int | None,
    words: Mapping[int, str],
    now: datetime,
) -> None:
    """
    Write down what a class asks of the person, as the helper says it; otherwise as ``terms.tell``. Idempotent.

    :raises NotAllowed: if the mandate does not allow it to this helper now.
    :raises terms.UnableToTell: if the year is not the person's to say.
    :raises birth_year.MakesAChild: if it would make a child of them: that a person says themself, or at a counter.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.ENROL, now=now)
    terms.tell(learner=mandate.person, run=run, birth_year=birth_year, words=words, now=now)
    _record(mandate, HelperAct.ENROL, f"about:{run.pk}", run, now=now)


@transaction.atomic
def ask_for(*, mandate: Mandate, helper: Learner, run: CourseRun, now: datetime) -> None:
    """
    Ask the organization for a place for the person, as ``approval.ask`` does. Idempotent: not theirs if it was asked.

    :raises NotAllowed: if the mandate does not allow it to this helper now.
    :raises UnableToAsk: if the person could not ask either.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.ENROL, now=now)
    is_asked = place_request.open_request(mandate.person, run) is not None
    request = approval.ask(learner=mandate.person, run=run, now=now, helper=helper)
    if not is_asked:
        _record(mandate, HelperAct.ENROL, subject_of_request(request), run, now=now)


@transaction.atomic
def wait_for(*, mandate: Mandate, helper: Learner, run: CourseRun, now: datetime) -> None:
    """
    Put the person at the end of the line of a full run, as ``waiting.join`` does. Idempotent: not who stands there.

    :raises NotAllowed: if the mandate does not allow it to this helper now.
    :raises UnableToWait: if the person could not join either.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.ENROL, now=now)
    stood = lines.stands_in_line(mandate.person, run)
    request = waiting.join(learner=mandate.person, runs=[run], now=now, helper=helper)
    if not stood:
        _record(mandate, HelperAct.ENROL, subject_of_line(request, run), run, now=now)


@transaction.atomic
def leave_for(*, mandate: Mandate, helper: Learner, run: CourseRun, now: datetime) -> None:
    """
    Take the person out of the line of a run; a seat kept for them there goes on. Idempotent.

    :raises NotAllowed: if the mandate does not allow it to this helper now.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.WITHDRAW, now=now)
    if (request := lines.open_request(mandate.person, run.version.course_id)) is not None:
        stood = lines.stands_in_line(mandate.person, run)
        waiting.leave(request=request, run=run, now=now)
        if stood:
            _record(mandate, HelperAct.WITHDRAW, subject_of_line(request, run), run, now=now)


@transaction.atomic
def take_back_for(*, mandate: Mandate, helper: Learner, run: CourseRun, now: datetime) -> None:
    """
    Take the person's open request for a place in a run back. Idempotent.

    :raises NotAllowed: if the mandate does not allow it to this helper now.
    :raises UnableToAsk: if it has been decided in this very moment.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.WITHDRAW, now=now)
    if (request := place_request.open_request(mandate.person, run)) is not None:
        approval.withdraw(request=request, now=now)
        _record(mandate, HelperAct.WITHDRAW, subject_of_request(request), run, now=now)


@transaction.atomic
def withdraw_for(*, mandate: Mandate, helper: Learner, enrollment: Enrollment, now: datetime) -> Enrollment:
    """
    Give up the person's place and return the enrolment. Idempotent.

    :raises NotAllowed: if the mandate does not allow it to this helper now, or the place is somebody else's.
    :raises UnableToWithdraw: if the enrolment has ended otherwise.
    """
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.WITHDRAW, now=now)
    if enrollment.learner_id != mandate.person_id:
        raise mandates.NotAllowed
    if enrollment.withdrawn_at is None:
        enrollment = actions.withdraw(enrollment=enrollment, now=now, helper=helper)
        _record(mandate, HelperAct.WITHDRAW, subject_of(enrollment), enrollment.run, now=now)
    return enrollment


def _record(mandate: Mandate, act: HelperAct, subject: str, run: CourseRun, *, now: datetime) -> None:
    version = run.version
    mandates.record(
        mandate=mandate,
        act=act,
        subject=subject,
        title_vi=version.title_vi,
        title_en=version.title_en,
        now=now,
    )
