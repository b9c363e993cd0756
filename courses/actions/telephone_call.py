"""Whom no message reaches is called: staff say that they have, or that it was a mistake."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import offering
from courses.models import CourseRun, TelephoneCall
from courses.queries import telephone_call as queries
from learners.models import Learner


class UnableToNote(Exception):
    """Nothing is written down; the message is for who would have."""


@transaction.atomic
def note(*, run: CourseRun, key: str, actor: Learner, now: datetime) -> TelephoneCall:
    """
    Write down that somebody on the list has been told, and return the call. Idempotent. Locks the run.

    :raises UnableToNote: if the actor does not look after the class, or nobody is on its list under that key.
    """
    run = _locked(run, actor)
    if all(each.key != key for group in queries.to_call(run, now=now) for each in group.people):
        raise UnableToNote(_("This person is not, or no longer, on the list."))
    call, _is_new = TelephoneCall.objects.get_or_create(
        run=run, key=key, undone_at=None, defaults={"called_at": now, "called_by": actor}
    )
    return call


@transaction.atomic
def undo(*, run: CourseRun, key: str, actor: Learner, now: datetime) -> int:
    """
    Write down that somebody has not been told after all; return how many calls that are, 1 or 0. Idempotent.

    :raises UnableToNote: if the actor does not look after the class.
    """
    run = _locked(run, actor)
    return TelephoneCall.objects.filter(run=run, key=key, undone_at=None).update(undone_at=now, undone_by=actor)


def _locked(run: CourseRun, actor: Learner) -> CourseRun:
    if not permissions.may_change_sessions(actor, run):
        raise UnableToNote(_("Only those who teach this class, or manage its organisation, look after its calls."))
    return offering.lock_runs([run.pk])[run.pk]
