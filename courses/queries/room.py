"""The code a room shows: six letters for half a minute, that prove somebody is where the class is."""

import hmac
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from courses.models import ClassSession, Enrollment
from courses.rules import ATTENDANCE_OPENS_MINUTES_BEFORE, ROOM_CODE_LETTERS, ROOM_STEP_SECONDS
from learners import rules
from learners.models import Learner


def is_open(session: ClassSession, *, now: datetime) -> bool:
    """Return whether the room may show a code: from when marking opens until the class ends."""
    opens_at = session.starts_at - timedelta(minutes=ATTENDANCE_OPENS_MINUTES_BEFORE)
    is_off = session.cancelled_at is not None or session.run.cancelled_at is not None
    return not is_off and opens_at <= now < session.ends_at


def code(session: ClassSession, *, now: datetime) -> str:
    """Return the code of this moment."""
    return _code(session, _step(now))


def seconds_left(*, now: datetime) -> int:
    """Return for how many seconds the code of this moment is shown."""
    return ROOM_STEP_SECONDS - int(now.timestamp()) % ROOM_STEP_SECONDS


def meant(learner: Learner, typed: str, *, now: datetime) -> tuple[ClassSession, Enrollment] | None:
    """
    Return the open class session of the learner that shows, or showed just now, what was typed; one query.

    Only sessions of their own runs are compared: a code opens nothing else, for nobody else.
    """
    said = "".join(typed.upper().split())[:20]
    for session in open_to(learner, now=now):
        for step in (_step(now), _step(now) - 1):
            if hmac.compare_digest(_code(session, step), said):
                return session, place_in(session, learner)
    return None


def open_to(learner: Learner, *, now: datetime) -> QuerySet[ClassSession]:
    """Return the class sessions of the learner's own runs that are open now."""
    return (
        ClassSession.objects.filter(
            run__enrollments__in=Enrollment.objects.holding_seat().filter(learner=learner),
            cancelled_at=None,
            run__cancelled_at=None,
            starts_at__lte=now + timedelta(minutes=ATTENDANCE_OPENS_MINUTES_BEFORE),
            ends_at__gt=now,
        )
        .select_related("run__version__course__provider")
        .order_by("pk")
    )


def place_in(session: ClassSession, learner: Learner) -> Enrollment:
    """Return the place the learner holds in the run of a class session; one query."""
    return Enrollment.objects.holding_seat().get(run=session.run_id, learner=learner)


def _step(now: datetime) -> int:
    return int(now.timestamp()) // ROOM_STEP_SECONDS


def _code(session: ClassSession, step: int) -> str:
    number = int(salted_hmac("courses.room", f"{session.pk}:{step}", algorithm="sha256").hexdigest(), 16)
    letters = rules.CARD_LETTERS
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(ROOM_CODE_LETTERS))
