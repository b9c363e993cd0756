"""A learner's own page: what to go on with, what comes next, what is in the record."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from courses.choices import EnrollmentState
from courses.queries import digest
from courses.queries.digest import Meeting, Place
from credits.queries import ledger
from credits.queries.progress import Progress, how_far_on_all
from learners.models import Learner

SESSIONS_SHOWN_MAX = 5
COMPLETED_SHOWN_MAX = 5
AHEAD = timedelta(days=60)
NEWLY_POSTED = timedelta(days=30)
A_MOMENT = timedelta(minutes=1)  # what was recorded just now, by a clock that may be a little ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    to_continue: list[Place]
    upcoming: list[Meeting]
    waiting: list[Place]  # enrolled, with nothing to read and every session over: the roster is still to be marked
    completed: list[Place]
    balance_hundredths: int
    newest_line: ledger.PostedLine | None
    learned_minutes: int
    week_starts_on: date
    week_ends_on: date
    pathways: list[Progress]  # those under way, in the order in which they were started

    @property
    def is_empty(self) -> bool:
        return not (
            self.to_continue
            or self.upcoming
            or self.waiting
            or self.completed
            or self.balance_hundredths
            or self.pathways
        )


def dashboard(learner: Learner, *, now: datetime) -> Dashboard:
    """Return the learner's page; six queries however much they have, eight more for whoever is on a pathway."""
    monday = monday_of(timezone.localdate(now))
    week = start_of(monday), start_of(monday + timedelta(days=7))
    ids = [learner.pk]
    places = digest.places_of(learner_ids=ids, states=[EnrollmentState.ENROLLED, EnrollmentState.COMPLETED]).get(
        learner.pk, []
    )
    ahead = digest.sessions_between(since=now, until=None, learner_ids=ids).get(learner.pk, [])
    learned = digest.learned_between(since=week[0], until=week[1], learner_ids=ids).get(learner.pk, [])
    posted = ledger.posted_between(since=now - NEWLY_POSTED, until=now + A_MOMENT, learner_ids=ids).get(learner.pk, [])
    not_over = {meeting.enrollment_id for meeting in ahead}
    return Dashboard(
        to_continue=[place for place in places if place.is_to_be_continued],
        upcoming=upcoming(ahead, now=now),
        waiting=[
            place
            for place in places
            if place.enrollment.state == EnrollmentState.ENROLLED
            and not place.is_to_be_continued
            and place.enrollment.public_id not in not_over
        ],
        completed=[place for place in places if place.enrollment.state == EnrollmentState.COMPLETED][
            :COMPLETED_SHOWN_MAX
        ],
        balance_hundredths=ledger.balance(learner).total,
        newest_line=max(posted, key=lambda line: line.sequence, default=None),
        learned_minutes=sum(course.minutes for course in learned),
        week_starts_on=monday,
        week_ends_on=monday + timedelta(days=6),
        pathways=[progress for _follow, progress in how_far_on_all(learner, on=timezone.localdate(now))],
    )


def upcoming(ahead: list[Meeting], *, now: datetime) -> list[Meeting]:
    """Return the next sessions, and of every class that is not among them its first one: none is out of reach."""
    shown = [meeting for meeting in ahead if meeting.session.starts_at < now + AHEAD][:SESSIONS_SHOWN_MAX]
    told = {meeting.enrollment_id for meeting in shown}
    others: dict[UUID, Meeting] = {}
    for meeting in ahead:
        if meeting.enrollment_id not in told:
            others.setdefault(meeting.enrollment_id, meeting)
    return shown + list(others.values())[:SESSIONS_SHOWN_MAX]


def monday_of(day: date) -> date:
    """Return the Monday of the ISO week of ``day``; weeks begin on Monday in Viet Nam."""
    return day - timedelta(days=day.isoweekday() - 1)


def start_of(day: date) -> datetime:
    """Return the local midnight ``day`` begins with."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
