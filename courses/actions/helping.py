"""What a helper does for somebody by a mandate: take a place, give it up. Done and written down in one transaction."""

from datetime import datetime

from django.db import transaction

from courses.actions import enrollment as actions
from courses.models import CourseRun, Enrollment
from courses.queries.helping import subject_of
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
    _record(mandate, HelperAct.ENROL, enrollment, now=now)
    return enrollment


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
        _record(mandate, HelperAct.WITHDRAW, enrollment, now=now)
    return enrollment


def _record(mandate: Mandate, act: HelperAct, enrollment: Enrollment, *, now: datetime) -> None:
    version = enrollment.run.version
    mandates.record(
        mandate=mandate,
        act=act,
        subject=subject_of(enrollment),
        title_vi=version.title_vi,
        title_en=version.title_en,
        now=now,
    )
