"""The number of seats of a planned run, raised or lowered by its organization."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import offering
from courses.models import CourseRun
from courses.queries import seats as queries
from learners.models import Learner


class UnableToChangeSeats(Exception):
    """The number of seats stays as it is; the message is written for the person who plans the run."""


class NotAManager(UnableToChangeSeats):
    pass


class FewerThanTaken(UnableToChangeSeats):
    pass


class AlreadyCancelled(UnableToChangeSeats):
    pass


@transaction.atomic
def change_seats(*, run: CourseRun, actor: Learner, seats_max: int | None, now: datetime) -> CourseRun:
    """
    Give a run so many seats (None: no limit) and return it; those that are new are offered to who waits, in order.

    Idempotent. Locks the course's waiting lists and the run.

    :raises NotAManager: if the actor does not speak for the organization.
    :raises AlreadyCancelled: if the class has been cancelled.
    :raises FewerThanTaken: if more are held or kept by offers; nobody is sent away.
    """
    if not permissions.may_submit(actor, run.version.course.provider):
        raise NotAManager(_("Only a manager of the organisation changes the number of places."))
    offering.lock_line(run.version.course_id)
    run = offering.lock_runs([run.pk])[run.pk]
    if run.cancelled_at is not None:
        raise AlreadyCancelled(_("This class has been cancelled."))
    taken = queries.of_run(run)
    if seats_max is not None and seats_max < taken.held + taken.offered:
        raise FewerThanTaken(
            _("%(held)s places are taken and %(offered)s are being offered, so there cannot be fewer than %(least)s.")
            % {"held": taken.held, "offered": taken.offered, "least": taken.held + taken.offered}
        )
    if run.seats_max != seats_max:
        run.seats_max = seats_max
        run.save(update_fields=["seats_max"])
    offering.offer_free_seats(run, now=now)
    return run
