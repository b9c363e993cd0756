"""Questions about calendar addresses: whose one is, and what a calendar program reads there."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from courses.choices import EnrollmentState
from courses.models import CalendarFeed, ClassSession, Enrollment
from courses.queries.syndication import OF_A_SESSION
from courses.rules import CALENDAR_BACK_DAYS, CALENDAR_SESSIONS_MAX, CALENDAR_TOKEN_LETTERS_MAX
from learners.models import Learner


def hash_of(token: str) -> str:
    """Return what is stored of an address."""
    return sha256(token.encode()).hexdigest()


def open_of(learner: Learner) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(learner=learner, ended_at=None).first()


def since(learner: Learner) -> datetime | None:
    """Return when the address was made that is open now; one query."""
    return CalendarFeed.objects.filter(learner=learner, ended_at=None).values_list("created_at", flat=True).first()


def learner_of(token: str) -> Learner | None:
    """
    Return whose calendar an address leads to; one query.

    None when it never was one or has ended, when the account is closed, or has become another account.
    """
    if len(token) > CALENDAR_TOKEN_LETTERS_MAX:
        return None
    feeds = CalendarFeed.objects.select_related("learner").filter(
        token_hash=hash_of(token),
        ended_at=None,
        learner__is_active=True,
        learner__closed_at=None,
        learner__merged_into=None,
    )
    found = feeds.first()
    return found.learner if found else None


def sessions_of(learner: Learner, *, now: datetime) -> list[ClassSession]:
    """
    Return the class sessions of a learner from ``CALENDAR_BACK_DAYS`` ago on, the soonest first; one query.

    Those cancelled too, so that a calendar takes them away; at most ``CALENDAR_SESSIONS_MAX``.
    """
    has_place = Q(state__in=(EnrollmentState.ENROLLED, EnrollmentState.COMPLETED))
    fell_away = Q(state=EnrollmentState.CANCELLED, run__cancelled_at__isnull=False)
    places = Enrollment.objects.filter(has_place | fell_away, learner=learner)
    sessions = ClassSession.objects.filter(
        run__in=places.values("run"), ends_at__gt=now - timedelta(days=CALENDAR_BACK_DAYS)
    )
    return list(sessions.select_related(*OF_A_SESSION).order_by("starts_at", "pk")[:CALENDAR_SESSIONS_MAX])
