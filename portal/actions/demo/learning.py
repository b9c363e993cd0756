"""
What the people of the demonstration world learned: places taken, units read, attendance marked.

All of it is written down first and then done in the order of time, each act with its own ``now``: a learner's ledger is
a chain, and what was recorded earlier comes earlier in it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count, cycle, islice
from typing import TYPE_CHECKING

from django.utils import timezone

from courses.actions import attendance, content, enrollment
from courses.choices import AttendanceStatus
from learners.models import Learner
from portal.actions.demo.courses import Offered, fitting
from portal.actions.demo.person_rows import Completed, Current, Person

if TYPE_CHECKING:
    from courses.models import ClassSession, Enrollment, Unit

# Every place taken costs time at the first start. A class that is full or nearly so gets as many people as the files
# say, any other a third of them, and a course at one's own pace a handful.
NEARLY_FULL_SEATS, ONE_IN, SELF_PACED_MAX = 3, 3, 8
TOOK_PLACE_BEFORE = timedelta(days=3)  # the first class session, or the first unit read
TOOK_PLACE_LATELY = timedelta(hours=2)
MARKED_AFTER = timedelta(minutes=5)  # the end of a class session
READING_HOUR = time(20)
MIXED = (  # what is marked for those of whom the files say nothing
    *(AttendanceStatus.PRESENT,) * 4,
    AttendanceStatus.LATE,
    *(AttendanceStatus.PRESENT,) * 3,
    AttendanceStatus.ABSENT,
    AttendanceStatus.PRESENT,
    AttendanceStatus.EXCUSED,
)

Act = Callable[[datetime], object]


@dataclass(slots=True, kw_only=True)
class Diary:
    """What is to be done and when. ``rosters`` fills as it is done: places by learner, by run."""

    now: datetime
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    rosters: dict[int, dict[int, "Enrollment"]] = field(default_factory=lambda: defaultdict(dict))
    attended: dict[tuple[int, int], int] = field(default_factory=dict)  # class sessions, by run and learner
    order: Iterator[int] = field(default_factory=count)

    def note(self, at: datetime, act: Act) -> None:
        """Write an act down; of two at the same moment the one noted first is done first."""
        self.acts.append((min(at, self.now), next(self.order), act))

    def in_order_of_time(self) -> list[tuple[datetime, int, Act]]:
        return sorted(self.acts, key=lambda act: act[:2])

    def take_place(self, offered: Offered, learner: Learner, *, at: datetime, tell: bool = False) -> None:
        self.note(at, partial(self._enroll, offered, learner, tell))

    def read(self, offered: Offered, learner: Learner, *, units: int, last_at: datetime) -> datetime:
        """Read so many units, one a day, the last one then; return the moment of the first."""
        for position, unit in enumerate(offered.units[:units], start=1):
            self.note(last_at - timedelta(days=units - position), partial(self._complete_unit, offered, learner, unit))
        return last_at - timedelta(days=max(units - 1, 0))

    def mark(self, offered: Offered, session: "ClassSession") -> None:
        self.note(session.ends_at + MARKED_AFTER, partial(self._mark, offered, session))

    def _enroll(self, offered: Offered, learner: Learner, tell: bool, now: datetime) -> None:
        place = enrollment.enroll(learner=learner, run=offered.run, tell=tell, now=now)
        self.rosters[offered.run.pk][learner.pk] = place

    def _complete_unit(self, offered: Offered, learner: Learner, unit: "Unit", now: datetime) -> None:
        place = self.rosters[offered.run.pk][learner.pk]
        content.complete_unit(enrollment=place, unit=unit, actor=learner, now=now)

    def _mark(self, offered: Offered, session: "ClassSession", now: datetime) -> None:
        marks = {
            place.pk: self._status(offered, session, learner) for learner, place in self.rosters[offered.run.pk].items()
        }
        if marks:
            attendance.mark(class_session=session, marks=marks, actor=offered.keeper, now=now)

    def _status(self, offered: Offered, session: "ClassSession", learner: int) -> AttendanceStatus:
        attended = self.attended.get((offered.run.pk, learner))
        if attended is None:
            return MIXED[(learner * 3 + session.position * 5) % len(MIXED)]
        return AttendanceStatus.PRESENT if session.position <= attended else AttendanceStatus.ABSENT


def written_down(
    *,
    offered: Sequence[Offered],
    people: Sequence[Person],
    named: Mapping[str, Learner],
    nameless: Sequence[Learner],
    now: datetime,
) -> Diary:
    """Return all that happened in these runs until ``now``."""
    diary = Diary(now=now)
    by_course: dict[str, list[Offered]] = defaultdict(list)
    for each in offered:
        by_course[each.programme.key].append(each)
    taken: dict[int, int] = defaultdict(int)
    for person in people:
        for completed in person.history:
            _completed(diary, by_course[completed.course], named[person.key], completed)
        for current in person.current:
            run = next((each for each in by_course[current.course] if each.offer.key == current.run), None)
            if run is not None and run.programme.has_something_to_learn:
                _current(diary, run, named[person.key], current, tell=person.keeps_letters)
                taken[run.run.pk] += 1
    crowd = cycle(nameless)
    for each in offered:
        _fill(diary, each, crowd, already=taken[each.run.pk])
        for session in _marked(each, now=now):
            diary.mark(each, session)
    return diary


def _completed(diary: Diary, runs: Sequence[Offered], learner: Learner, completed: Completed) -> None:
    """Somebody completed a course about that day; left out where there was nothing to learn yet."""
    today = timezone.localdate(diary.now)
    day = today - timedelta(days=completed.days_ago)
    run = fitting(runs, day, today=today)
    if run is None or not run.programme.has_something_to_learn:
        return
    if run.sessions:
        first_at = run.sessions[0].starts_at
        diary.attended[run.run.pk, learner.pk] = len(run.sessions)
    else:
        last_at = timezone.make_aware(datetime.combine(day, READING_HOUR))
        first_at = diary.read(run, learner, units=len(run.units), last_at=last_at)
    diary.take_place(run, learner, at=first_at - TOOK_PLACE_BEFORE)


def _current(diary: Diary, run: Offered, learner: Learner, current: Current, *, tell: bool) -> None:
    """Somebody is on their way through a run."""
    first_at = diary.now - TOOK_PLACE_LATELY + TOOK_PLACE_BEFORE
    if run.sessions and run.sessions[0].starts_at < diary.now:
        first_at = run.sessions[0].starts_at
        diary.attended[run.run.pk, learner.pk] = current.sessions_attended
    elif current.units_done:
        first_at = diary.read(run, learner, units=current.units_done, last_at=diary.now - timedelta(days=1))
    diary.take_place(run, learner, at=first_at - TOOK_PLACE_BEFORE, tell=tell)


def _fill(diary: Diary, run: Offered, crowd: Iterator[Learner], *, already: int) -> None:
    """Let nameless people take their places in a run that goes on or is still to begin, evenly until now."""
    today, opened_at = timezone.localdate(diary.now), run.run.enrollment_opens_at
    if opened_at >= diary.now or (run.ends_on is not None and run.ends_on < today):
        return
    seats = _people_wanted(run) - already
    until = min(diary.now, run.run.enrollment_closes_at or diary.now)
    for number, learner in enumerate(islice(crowd, max(seats, 0)), start=1):
        diary.take_place(run, learner, at=opened_at + (until - opened_at) * number / (seats + 1))


def _people_wanted(run: Offered) -> int:
    enrolled, capacity = run.offer.enrolled, run.offer.capacity
    if capacity is None:
        return min(enrolled, SELF_PACED_MAX)
    return min(enrolled, capacity) if capacity - enrolled <= NEARLY_FULL_SEATS else enrolled // ONE_IN


def _marked(run: Offered, *, now: datetime) -> list["ClassSession"]:
    """Return the class sessions whose attendance was marked: the last one is left to an instructor who signs in."""
    over = [session for session in run.sessions if session.ends_at + MARKED_AFTER <= now]
    goes_on = len(over) < len(run.sessions)
    return over[:-1] if run.offer.instructor and goes_on else over
