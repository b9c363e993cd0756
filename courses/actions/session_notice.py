"""Who is told that a class session has changed, and how: each once, by e-mail or else by text message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from courses import emails
from courses.choices import SessionChangeKind
from courses.models import CourseRun, Enrollment, SeatOffer, SessionChange
from courses.queries import coming, waiting
from courses.queries import session as queries
from courses.rules import TOLD_AT_ONCE_DAYS
from learners.actions import message
from learners.actions.message import Draft
from learners.choices import MessageKind
from learners.models import Learner
from learners.queries.message import reached_at

KINDS = {
    SessionChangeKind.MOVED: MessageKind.SESSION_MOVED,
    SessionChangeKind.CANCELLED: MessageKind.SESSION_CANCELLED,
    SessionChangeKind.ADDED: MessageKind.SESSION_ADDED,
}


def tell(
    change: SessionChange,
    *,
    run: CourseRun,
    places: Sequence[Enrollment],
    now: datetime,
    made_up: SessionChange | None = None,
) -> int:
    """
    Tell those with a place, and those a seat is kept for, of a change; return how many are written to.

    Reminders of the old time that have not left are dropped, and questions who comes then. What is over is told to
    nobody. Six queries.
    """
    _drop_reminders(change, places)
    times = [time for time in (change.ends_at_before, change.ends_at) if time]
    if max(times) <= now:
        return 0
    kept = SeatOffer.objects.filter(run=run, outcome=waiting.OPEN).select_related("request__learner").order_by("pk")
    people: dict[int, tuple[Learner, Enrollment | None]] = {
        place.learner_id: (place.learner, place) for place in places
    }
    for offer in kept:
        people.setdefault(offer.request.learner_id, (offer.request.learner, None))
    return queue(
        KINDS[SessionChangeKind(change.kind)],
        people.values(),
        key=lambda learner: queries.key_of_notice(change, learner.pk),
        data=lambda learner, place: emails.session_changed(change, learner, run=run, place=place, made_up=made_up),
        now=now,
        expires_at=max(times),
        at_once=_is_soon(change, now),
    )


def queue(
    kind: MessageKind,
    people: Iterable[tuple[Learner, Enrollment | None]],
    *,
    key: Callable[[Learner], str],
    data: Callable[[Learner, Enrollment | None], Mapping[str, str]],
    now: datetime,
    expires_at: datetime | None,
    at_once: bool,
) -> int:
    """Queue one message to each of these people whom one reaches; return how many are new."""
    drafts = [
        Draft(recipient=learner, address=address, key=key(learner), data=data(learner, place), expires_at=expires_at)
        for learner, place in people
        if (address := reached_at(learner)) is not None
    ]
    return message.queue_all(kind=kind, drafts=drafts, now=now, at_once=at_once)


def is_soon(moment: datetime | None, now: datetime) -> bool:
    """Return whether a moment is today or so near that it is told of at any hour."""
    return moment is not None and (timezone.localdate(moment) - timezone.localdate(now)).days <= TOLD_AT_ONCE_DAYS


def _is_soon(change: SessionChange, now: datetime) -> bool:
    return is_soon(change.starts_at_before, now) or is_soon(change.starts_at, now)


def _drop_reminders(change: SessionChange, places: Sequence[Enrollment]) -> None:
    if change.starts_at_before is None:
        return
    session = change.class_session
    keys = [
        queries.key_of_reminder(place.pk, session.pk, change.starts_at_before, revision=change.number - 1)
        for place in places
    ]
    asked_about = [coming.key_of_letter(place.pk, change.starts_at_before) for place in places]
    message.drop_all(keys=[*keys, *asked_about])
