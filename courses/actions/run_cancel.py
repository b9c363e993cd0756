"""A whole run is cancelled: places, lists and offers end, and everybody is told of other classes with room."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails, permissions
from courses.actions import completion, offering, session_notice
from courses.choices import EnrollmentState, OfferOutcome, WaitingEnd
from courses.models import CourseRun, Enrollment, SeatOffer
from courses.queries import coming, group, waiting
from courses.queries import completion as completions
from courses.queries import run_cancel as queries
from courses.queries import session as sessions
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner


class UnableToCancel(Exception):
    """The class goes on; the message is written for who manages it."""


class NotAManager(UnableToCancel):
    pass


class AlreadyOver(UnableToCancel):
    pass


@transaction.atomic
def cancel(*, run: CourseRun, actor: Learner, reason: str, now: datetime) -> CourseRun:
    """
    Cancel a run and return it; who has completed it keeps that, everybody else's place ends.

    Who has met the rule by now completes it first. While nothing can be awarded, because the provider is not verified,
    their place stays, and the first night on which it can be completes it (``completion.complete_overdue``). Who waits
    for it keeps what else they wait for. Idempotent: it is cancelled once, for one reason, and told once.
    Locks the course's waiting lists, its runs that somebody waits for, this one, those who hold a seat in it
    and its class sessions.

    :raises NotAManager: if the actor does not speak for the organization.
    :raises AlreadyOver: if its last day is past.
    """
    if not permissions.may_submit(actor, run.version.course.provider):
        raise NotAManager(_("Only a manager of the organisation cancels a class."))
    course_id = run.version.course_id
    offering.lock_line(course_id)
    runs = offering.lock_runs([run.pk, *waiting.runs_waited_for(course_id)])
    run = runs.pop(run.pk)
    if run.cancelled_at is not None:
        return run
    if run.ends_on is not None and run.ends_on < timezone.localdate(now):
        raise AlreadyOver(_("The last day of this class is past, so there is nothing to cancel."))
    # Completed ones too: a completion undone meanwhile is a place like any other, or finds the class cancelled.
    places = completion.lock(run.enrollments.holding_seat().values_list("pk", flat=True))
    # Whoever writes down attendance, an objection or a walk-in holds the session; they are waited for.
    list(run.class_sessions.select_for_update().order_by("pk").values_list("pk"))
    completion.complete_all_met(enrollments=places, actor=actor, now=now)
    places = _unfinished(places)
    Enrollment.objects.filter(pk__in=[place.pk for place in places]).update(state=EnrollmentState.CANCELLED)
    message.drop_all(keys=sessions.keys_of_reminders(run, places, now=now) + coming.keys_of_letters(places))
    waited = _end_line(run, now)
    run.cancelled_at, run.cancelled_by, run.cancel_reason = now, actor, reason
    run.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    _tell(run, places, waited, now)
    for other in runs.values():
        offering.offer_free_seats(other, now=now)  # whoever was offered a seat here may be next there
    return run


def _unfinished(places: Sequence[Enrollment]) -> list[Enrollment]:
    open_ones = [place for place in places if place.state == EnrollmentState.ENROLLED]
    progress = completions.progress(open_ones)
    return [place for place in open_ones if not progress[place.pk].is_met]


def _end_line(run: CourseRun, now: datetime) -> list[Learner]:
    """End offers and choices, and return who waited, in the order of the line, and who spoke for some of them."""
    for offer in SeatOffer.objects.filter(run=run, outcome=waiting.OPEN).select_related("choice", "request"):
        offering.close_offer(offer, OfferOutcome.WITHDRAWN, now=now)
    choices = list(waiting.line(run).select_related("request__learner", "request__group__leader"))
    offering.end_choices(choices, WaitingEnd.CLOSED, now=now)
    offering.regroup([choice.request for choice in choices], now=now)
    return [choice.request.learner for choice in choices] + [leader for leader, _people in group.spoken_for(choices)]


def _tell(run: CourseRun, places: Sequence[Enrollment], waited: Sequence[Learner], now: datetime) -> None:
    people: dict[int, tuple[Learner, Enrollment | None]] = {}
    for place in places:
        people[place.learner_id] = (place.learner, place)
    for learner in [*waited, *group.leaders_of(places)]:
        people.setdefault(learner.pk, (learner, None))
    others = queries.others_with_room(run, now=now)
    next_one = run.class_sessions.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at").first()
    session_notice.queue(
        MessageKind.RUN_CANCELLED,
        people.values(),
        key=lambda learner: queries.key_of_cancelled(run.pk, learner.pk),
        data=lambda learner, _place: emails.run_cancelled(run, learner, others=others),
        now=now,
        expires_at=None,
        at_once=next_one is not None and session_notice.is_soon(next_one.starts_at, now),
    )
