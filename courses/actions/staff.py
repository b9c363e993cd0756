"""Who teaches a class, chosen anew; and what follows for classes when somebody works in an organisation no longer."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import offering
from courses.actions.run import InstructorNotMember, refuse_strangers
from courses.models import CourseRun, RunInstructor
from courses.queries import staff as queries
from learners.actions import membership as memberships
from learners.models import Learner, Membership, Organization
from learners.permissions import roles_of


class UnableToChoose(Exception):
    """Who teaches stays as it is; the message is for the manager."""


class NotAManager(UnableToChoose):
    pass


class LearnsThere(UnableToChoose):
    pass


class IsOver(UnableToChoose):
    pass


@transaction.atomic
def choose(*, run: CourseRun, teachers: Collection[Learner], actor: Learner, now: datetime) -> CourseRun:
    """
    Let these people teach the run from now on, and return it. Idempotent. Locks the organization, in which
    somebody's role may end just now, and the run.

    :raises NotAManager: if the actor does not speak for the organization.
    :raises IsOver: if the class is cancelled or its last day is over.
    :raises LearnsThere: if one of them has a place in it.
    :raises UnableToChoose: if one of them does not work there now.
    """
    provider = Organization.objects.select_for_update(no_key=True).get(pk=run.version.course.provider_id)
    if not permissions.may_submit(actor, provider):
        raise NotAManager(_("Only a manager of the organisation chooses who teaches."))
    run = offering.lock_runs([run.pk])[run.pk]
    if run.cancelled_at is not None or run.is_past(now=now):
        raise IsOver(_("This class is over, so who taught it stays as it is."))
    try:
        refuse_strangers(provider, teachers)
    except InstructorNotMember as reason:
        raise UnableToChoose(str(reason)) from reason
    if place := run.enrollments.active().filter(learner__in=teachers).select_related("learner").first():
        raise LearnsThere(
            _("%(name)s has a place in this class as a learner, and so cannot teach it.")
            % {"name": place.learner.full_name}
        )
    run.run_instructors.exclude(learner__in=teachers).delete()
    RunInstructor.objects.bulk_create(
        [RunInstructor(run=run, learner=person) for person in teachers], ignore_conflicts=True
    )
    return run


@transaction.atomic
def end(*, membership: Membership, actor: Learner, now: datetime) -> Membership:
    """
    End somebody's role in an organization. Who has no other there teaches none of its classes from now on.

    Of classes that are over it stays who taught them. Idempotent.

    :raises learners.actions.membership.UnableToEnd: if the actor may not, or nobody would manage the organization.
    """
    membership = memberships.end(membership=membership, actor=actor, now=now)
    organization, person = membership.organization, membership.learner
    if not roles_of(person, organization):
        teaches_no_more(learner=person, organizations=[organization], now=now)
    return membership


def teaches_no_more(*, learner: Learner, organizations: Any, now: datetime) -> int:
    """Take somebody off the classes of organizations (rows, or a query) that are not over; return of how many."""
    theirs = queries.taught_in(organizations, on=timezone.localdate(now))
    return RunInstructor.objects.filter(learner=learner, run__in=theirs).delete()[0]
