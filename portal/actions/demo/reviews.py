"""The reviews of the demonstration world: given by people who took part, some replied to, one hidden."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from courses.actions import enrollment, feedback, feedback_reply, moderation, quality
from learners.models import Learner
from portal.actions.demo.courses import Offered
from portal.actions.demo.learning import TOOK_PLACE_BEFORE, Diary
from portal.actions.demo.organizations import Body
from portal.actions.demo.review_rows import ReviewRow

ASKED_DAYS_AGO = (96, 66, 38)  # as if every night; the last one is ``ask_and_count``
WRITTEN_AFTER = timedelta(days=1)  # the last unit
LEFT_AFTER = timedelta(hours=1)
REPLIED_AFTER, HIDDEN_AFTER = timedelta(days=2), timedelta(hours=5)


def write_down(
    diary: Diary,
    rows: Sequence[ReviewRow],
    *,
    offered: Sequence[Offered],
    named: Mapping[str, Learner],
    nameless: Sequence[Learner],
    bodies: Mapping[str, Body],
    curator: Learner,
) -> None:
    """Note who reviews what; who has no name takes the course first. At its own pace, so that days need not fit."""
    for days_ago in ASKED_DAYS_AGO:
        diary.note(diary.now - timedelta(days=days_ago), lambda at: feedback.ask_due(now=at))
    crowd: Iterator[Learner] = iter(nameless)
    for row in rows:
        runs = [each for each in offered if each.programme.key == row.course and each.units and not each.sessions]
        if not runs:  # made at an earlier start
            continue
        run, given_at = runs[0], diary.now - timedelta(days=row.days_ago)
        learner = named[row.by] if row.by else next(crowd)
        if not row.by:
            _take(diary, run, learner, row, last_at=given_at - WRITTEN_AFTER)
        given = partial(_give, diary, run, learner, row, bodies[run.programme.provider], curator)
        diary.note(given_at, given)


def ask_and_count(*, now: datetime) -> None:
    """Do what the night does: ask who has just ended a course, and count."""
    feedback.ask_due(now=now)
    quality.count_all(now=now)


def _take(diary: Diary, run: Offered, learner: Learner, row: ReviewRow, *, last_at: datetime) -> None:
    units = len(run.units) if row.units is None else row.units
    first_at = diary.read(run, learner, units=units, last_at=last_at)
    diary.take_place(run, learner, at=first_at - TOOK_PLACE_BEFORE)
    if row.units is not None:
        diary.note(last_at + LEFT_AFTER, partial(_leave, diary, run, learner))


def _leave(diary: Diary, run: Offered, learner: Learner, now: datetime) -> None:
    enrollment.withdraw(enrollment=diary.rosters[run.run.pk][learner.pk], now=now)


def _give(
    diary: Diary, run: Offered, learner: Learner, row: ReviewRow, body: Body, curator: Learner, now: datetime
) -> None:
    place = diary.rosters[run.run.pk][learner.pk]
    given = feedback.give(enrollment=place, stars=row.stars, can_do=row.can_do, text=row.text, now=now)
    if row.reply:
        feedback_reply.reply(
            feedback=given, actor=body.manager, text=row.reply, now=min(now + REPLIED_AFTER, diary.now)
        )
    if row.hidden is not None:
        moderation.hide(feedback=given, curator=curator, reason=row.hidden, now=min(now + HIDDEN_AFTER, diary.now))
