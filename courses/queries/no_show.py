"""
Who has been absent without a word, again and again; which lowers their class in waiting lists and nothing else.

A no-show is a class one had a place in, was asked about ("are you still coming?") and did not give up before it, and of
which only absences are on record. Whom the question did not reach was not asked. What was before the last class one
came to does not count any more, nor what was corrected or excused. Source: ``courses.rules.NO_SHOWS``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, Q

from courses.choices import AttendanceStatus, Coming, EnrollmentState, Priority
from courses.models import AttendanceRecord, Enrollment
from courses.models.enrollment import SEAT_HOLDING
from courses.queries import coming
from courses.rules import COUNTS_AS_ATTENDED, NO_SHOWS
from learners.choices import MessageState
from learners.models import Learner
from learners.queries.message import states_of

# A letter in one of these has not reached anybody.
LOST = frozenset({MessageState.DROPPED, MessageState.FAILED})
DAYS_OF_A_MONTH = 365 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody's absences without a word stand at a moment."""

    absences: int  # that count
    until: datetime | None  # when the class is the usual one again by itself; None while it is

    @property
    def priority(self) -> Priority:
        return Priority.USUAL if self.until is None else Priority.LATER


def standings(learner_ids: Collection[int], *, now: datetime) -> dict[int, Standing]:
    """Return how each of these learners stands; three queries however many they are."""
    current = Q(attendance_records__superseded_at=None)
    missed = (
        Enrollment.objects.filter(learner__in=learner_ids, coming_question__isnull=False)
        .exclude(coming_question__answer=Coming.NO)
        .annotate(
            absent_at=Min(
                "attendance_records__class_session__starts_at",
                filter=current & Q(attendance_records__status=AttendanceStatus.ABSENT),
            ),
            else_marked=Count(
                "attendance_records", filter=current & ~Q(attendance_records__status=AttendanceStatus.ABSENT)
            ),
        )
        .filter(
            Q(state__in=SEAT_HOLDING) | Q(state=EnrollmentState.WITHDRAWN, withdrawn_at__gt=F("absent_at")),
            absent_at__gt=now - NO_SHOWS.within,
            else_marked=0,
        )
        .select_related("coming_question")
    )
    came = AttendanceRecord.objects.filter(
        enrollment__learner__in=learner_ids, superseded_at=None, status__in=COUNTS_AS_ATTENDED
    )
    last_came = dict(came.values_list("enrollment__learner").annotate(at=Max("class_session__starts_at")).order_by())
    absences: dict[int, list[datetime]] = defaultdict(list)
    for place in _asked(missed):
        if place.learner_id not in last_came or place.absent_at > last_came[place.learner_id]:
            absences[place.learner_id].append(place.absent_at)
    return {key: _standing(absences[key]) for key in learner_ids}


def _asked(places: Iterable[Any]) -> list[Any]:
    """Return those of these places whose learner the question has reached, or who has answered it; two queries."""
    keys = {place: coming.key_of_letter(place.pk, place.coming_question.begins_at) for place in places}
    states = states_of(keys.values()) if keys else {}
    return [place for place, key in keys.items() if place.coming_question.answer or states.get(key) not in LOST]


def standing(learner: Learner, *, now: datetime) -> Standing:
    return standings([learner.pk], now=now)[learner.pk]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What pages say of the order of waiting lists, and of the reader in it."""

    absences_max: int
    months: int
    absences: int
    until: datetime | None


def shown(learner: Learner, *, now: datetime) -> Shown:
    """Return the order of waiting lists in figures, and how a learner stands; three queries."""
    stands = standing(learner, now=now)
    return Shown(
        absences_max=NO_SHOWS.absences,
        months=round(NO_SHOWS.within.days / DAYS_OF_A_MONTH),
        absences=stands.absences,
        until=stands.until,
    )


def _standing(absences: list[datetime]) -> Standing:
    newest_first = sorted(absences, reverse=True)
    is_lowered = len(newest_first) >= NO_SHOWS.absences
    return Standing(
        absences=len(newest_first),
        until=newest_first[NO_SHOWS.absences - 1] + NO_SHOWS.within if is_lowered else None,
    )
