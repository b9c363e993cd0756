"""A course run: planned with its class sessions, instructors and seats."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.choices import RunKind, VersionState
from courses.models import ClassSession, CourseRun, CourseVersion, RunInstructor
from courses.permissions import EDITABLE
from courses.rules import SESSIONS_MAX
from learners.models import Learner, Organization, Place

PLANNABLE = (*EDITABLE, VersionState.PUBLISHED)


class UnableToPlan(Exception):
    """The run cannot be made; the message is written for the person who plans it."""


class ProviderNotVerified(UnableToPlan):
    pass


class VersionNotOpen(UnableToPlan):
    pass


class TaughtElsewhere(UnableToPlan):
    pass


class MeetsInAPlace(UnableToPlan):
    pass


class InstructorNotMember(UnableToPlan):
    pass


class TooManySessions(UnableToPlan):
    pass


class AlreadyBegun(UnableToPlan):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run as somebody plans it. Without sessions it is open-ended, at the learner's own pace."""

    starts_on: date
    sessions: tuple[tuple[datetime, datetime], ...] = ()
    seats_max: int | None = None
    place: Place | None = None
    venue: str = ""
    meeting_url: str = ""  # of a class online or in both ways; only who has a place sees it
    instructors: tuple[Learner, ...] = ()
    enrollment_opens_at: datetime | None = None  # at once
    enrollment_closes_at: datetime | None = None  # when the first class session starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Weekly class sessions, and the days of the week of theirs that were left out on the way."""

    sessions: tuple[tuple[datetime, datetime], ...]
    left_out: tuple[date, ...] = ()


def weekly(
    *,
    first_day: date,
    weekdays: Collection[int],
    starts: time,
    minutes: int,
    count: int = 0,
    last_day: date | None = None,
    without: Collection[date] = (),
) -> Series:
    """
    Return weekly class sessions with start and end: ``count`` of them, or those up to ``last_day``.

    ``weekdays`` are ISO (Monday is 1); without any, the first day's is meant. On days that are ``without`` none is
    held; with a ``count`` the series goes on for as many more. At most one more than ``SESSIONS_MAX``.
    """
    days = set(weekdays) or {first_day.isoweekday()}
    sessions: list[tuple[datetime, datetime]] = []
    left_out: list[date] = []
    day = first_day
    wanted = min(count or SESSIONS_MAX.count_max + 1, SESSIONS_MAX.count_max + 1)
    while len(sessions) < wanted and (last_day is None or day <= last_day):
        if day.isoweekday() in days and day in without:
            left_out.append(day)
        elif day.isoweekday() in days:
            start = timezone.make_aware(datetime.combine(day, starts))
            sessions.append((start, start + timedelta(minutes=minutes)))
        day += timedelta(days=1)
    return Series(sessions=tuple(sessions), left_out=tuple(left_out))


@transaction.atomic
def plan_run(
    *, version: CourseVersion, author: Learner, plan: Plan, now: datetime, creation_key: UUID | None = None
) -> CourseRun:
    """
    Add a run to a version that is published or being written, and return it.

    Idempotent by ``creation_key``: with a key this author has used for this course, the run it made is returned.

    :raises VersionNotOpen: if the version is in review or replaced.
    :raises ProviderNotVerified: if the version is published and its provider is not verified today.
    :raises InstructorNotMember: if somebody who teaches does not belong to the provider.
    :raises MeetsInAPlace: if it has a meeting link and no class session is held online.
    :raises TooManySessions: if the plan has more than ``SESSIONS_MAX`` class sessions.
    :raises AlreadyBegun: if enrolment would close before it opens.
    """
    provider = _lock_provider(version)
    if creation_key and (
        earlier := CourseRun.objects.select_related("version").filter(creation_key=creation_key).first()
    ):
        if (earlier.version.course_id, earlier.created_by_id) == (version.course_id, author.pk):
            return earlier
        creation_key = None  # somebody else's: it says nothing about this author
    version = _plannable(version)
    if version.state == VersionState.PUBLISHED and not provider.is_verified(on=timezone.localdate(now)):
        raise ProviderNotVerified(_("Your organisation is not verified now, so it cannot open a run."))
    run = CourseRun(version=version, created_at=now, created_by=author, creation_key=creation_key)
    return _write(run, plan, provider, now)


@transaction.atomic
def replan_draft(*, run: CourseRun, plan: Plan, now: datetime) -> CourseRun:
    """
    Plan the run of a version that is still being written anew, and return it.

    :raises VersionNotOpen: if the version has been submitted meanwhile.
    """
    provider = _lock_provider(run.version)
    version = _plannable(run.version)
    if version.state not in EDITABLE:
        raise VersionNotOpen(_("This course is being reviewed or is published, so it cannot be edited now."))
    run = CourseRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    # Nobody can have enrolled in a run that has never been shown.
    run.class_sessions.all().delete()
    run.run_instructors.all().delete()
    return _write(run, plan, provider, now)


def _lock_provider(version: CourseVersion) -> Organization:
    return Organization.objects.select_for_update(no_key=True).get(courses__versions=version.pk)


def _plannable(version: CourseVersion) -> CourseVersion:
    """Return the version as it stands now that its provider is locked."""
    version = CourseVersion.objects.select_related("course").get(pk=version.pk)
    if version.is_elsewhere:
        raise TaughtElsewhere(_("This course is taught on another site, so no class of it is planned here."))
    if version.state not in PLANNABLE:
        raise VersionNotOpen(_("A run can be added once the review of this course is over."))
    return version


def _write(run: CourseRun, plan: Plan, provider: Organization, now: datetime) -> CourseRun:
    if len(plan.sessions) > SESSIONS_MAX.count_max:
        raise TooManySessions(_("A run has at most %(count)s class sessions.") % {"count": SESSIONS_MAX.count_max})
    refuse_strangers(provider, plan.instructors)
    run.kind = RunKind.DATED if plan.sessions else RunKind.SELF_PACED
    run.starts_on = timezone.localdate(plan.sessions[0][0]) if plan.sessions else plan.starts_on
    run.ends_on = timezone.localdate(plan.sessions[-1][0]) if plan.sessions else None
    run.enrollment_opens_at = plan.enrollment_opens_at or now
    run.enrollment_closes_at = plan.enrollment_closes_at or (plan.sessions[0][0] if plan.sessions else None)
    if run.enrollment_closes_at is not None and run.enrollment_closes_at <= run.enrollment_opens_at:
        raise AlreadyBegun(_("The first class session has already begun, so nobody could enrol."))
    run.seats_max, run.place, run.venue = plan.seats_max, plan.place, plan.venue
    run.meeting_url = plan.meeting_url
    if run.meeting_url and not run.meets_online:
        raise MeetsInAPlace(_("This class meets in a place, not online."))
    run.save()
    ClassSession.objects.bulk_create(
        ClassSession(run=run, position=position, starts_at=start, ends_at=end)
        for position, (start, end) in enumerate(plan.sessions, start=1)
    )
    RunInstructor.objects.bulk_create(RunInstructor(run=run, learner=person) for person in plan.instructors)
    return run


def refuse_strangers(provider: Organization, people: Collection[Learner]) -> None:
    """:raises InstructorNotMember: if one of these people does not work in the organization now."""
    held = provider.memberships.filter(ended_at__isnull=True, learner__in=people)
    members = set(held.values_list("learner", flat=True))
    if stranger := next((person for person in people if person.pk not in members), None):
        raise InstructorNotMember(_("%(name)s does not belong to your organisation.") % {"name": stranger.full_name})
