"""Who is to get the weekly letter now, and what there is to tell them: the same few queries for a whole batch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from courses.choices import EnrollmentState
from courses.queries import digest
from courses.queries.digest import Learned, Meeting, Place
from credits.queries import ledger
from learners.models import Learner

LATE_MAX = timedelta(hours=48)  # a letter later than this is not sent that week. Source: portal policy, 2026-11-21
AHEAD = timedelta(days=7)
WEEK = timedelta(days=7)
MARGIN = timedelta(minutes=1)  # an entry is recorded a moment before it is committed; none falls between two letters
SHORT_MINUTES = 3  # less than that is no tenth of an hour


def recipients(*, now: datetime) -> list[tuple[int, datetime]]:
    """
    Return the learners whose chosen hour came within the last ``LATE_MAX``, each with that moment; one query.

    Left out are those who can have nothing to tell: enrolled nowhere, and nothing new in their record. The hour is
    local; before 48 hours are over it has come once at most, for a week has more.
    """
    local = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    slots = [local - timedelta(hours=back) for back in range(int(LATE_MAX / timedelta(hours=1)))]
    by_hour = {(slot.isoweekday(), slot.hour): slot for slot in slots}
    chosen = Q()
    for weekday in sorted({weekday for weekday, _hour in by_hour}):
        chosen |= Q(digest_weekday=weekday, digest_hour__in=[hour for day, hour in by_hour if day == weekday])
    since = slots[-1] - WEEK - MARGIN
    alive = (
        Learner.objects.filter(enrollments__state=EnrollmentState.ENROLLED),
        Learner.objects.filter(enrollments__withdrawn_at__gte=since),
        Learner.objects.filter(journal_entries__recorded_at__gte=since),
    )
    something = Q()
    for learners in alive:
        something |= Q(pk__in=learners.values("pk"))
    learners = Learner.objects.filter(chosen, something, is_active=True, wants_digest=True, email__isnull=False)
    rows = learners.order_by("pk").values_list("pk", "digest_weekday", "digest_hour")
    return [(pk, by_hour[weekday, hour]) for pk, weekday, hour in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one learner's weekly letter tells."""

    learner: Learner
    learned: list[Learned]
    posted: list[ledger.PostedLine]
    sessions: list[Meeting]
    to_continue: list[Place]
    balance_hundredths: int

    @property
    def is_empty(self) -> bool:
        """An unfinished course alone is no news: nobody is reminded of it every week."""
        return not (self.learned or self.posted or self.sessions)

    @property
    def minutes(self) -> int:
        return sum(course.minutes for course in self.learned)


def digests(*, learner_ids: Collection[int], at: datetime) -> list[Digest]:
    """Return what there is to tell these learners at the hour they chose; six queries for all of them."""
    since, until = at - WEEK - MARGIN, at - MARGIN
    learners = Learner.objects.filter(pk__in=learner_ids).order_by("pk")
    learned = digest.learned_between(since=since, until=until, learner_ids=learner_ids)
    posted = ledger.posted_between(since=since, until=until, learner_ids=learner_ids)
    sessions = digest.sessions_between(since=at, until=at + AHEAD, learner_ids=learner_ids)
    places = digest.places_of(learner_ids=learner_ids, states=[EnrollmentState.ENROLLED])
    balances = ledger.balances(learner_ids)
    return [
        Digest(
            learner=learner,
            learned=[course for course in learned.get(learner.pk, []) if course.minutes >= SHORT_MINUTES],
            posted=posted.get(learner.pk, []),
            sessions=sessions.get(learner.pk, []),
            to_continue=[place for place in places.get(learner.pk, []) if place.is_to_be_continued],
            balance_hundredths=balances[learner.pk].total if learner.pk in balances else 0,
        )
        for learner in learners
    ]
