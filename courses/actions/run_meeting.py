"""Where a class online meets."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import offering
from courses.models import CourseRun
from learners.models import Learner


class UnableToLink(Exception):
    """The link stays as it is; the message is written for who teaches or manages the class."""


class NotTheirClass(UnableToLink):
    pass


class NotOnline(UnableToLink):
    pass


@transaction.atomic
def link(*, run: CourseRun, actor: Learner, url: str) -> CourseRun:
    """
    Say where a class online meets ("": nowhere yet) and return the run. Idempotent.

    :raises NotTheirClass: if the actor neither teaches it nor manages its organization.
    :raises NotOnline: if it meets in a place.
    """
    if not permissions.may_change_sessions(actor, run):
        raise NotTheirClass(_("Only those who teach this class, or manage its organisation, change its sessions."))
    run = offering.lock_runs([run.pk])[run.pk]
    if not run.is_online:
        raise NotOnline(_("This class meets in a place, not online."))
    if run.meeting_url != url:
        run.meeting_url = url
        run.save(update_fields=["meeting_url"])
    return run
