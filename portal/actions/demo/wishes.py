"""The wishes of the demonstration world: asked for by its people, some of them answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from courses.actions import wish, wish_answer
from courses.choices import WishAnswerKind, WishTime
from learners.models import Learner, Place
from portal.actions.demo.organizations import Body
from portal.actions.demo.wish_rows import WishRow

ANSWERED_AFTER = timedelta(days=3)


def ask_all(
    rows: Sequence[WishRow],
    *,
    named: Mapping[str, Learner],
    nameless: Sequence[Learner],
    bodies: Mapping[str, Body],
    now: datetime,
) -> None:
    """Ask for everything, so many days ago; nobody is written to, because no class is answered with."""
    for row in rows:
        asked_at = now - timedelta(days=row.days_ago)
        place = Place.objects.get(pk=row.place_code)
        times = [WishTime(each) for each in row.times]
        for learner in (*(named[key] for key in row.asked), *nameless[: row.others]):
            voice = wish.ask(learner=learner, topic=row.topic, place=place, times=times, now=asked_at)
        if row.answered_by:
            body = bodies[row.answered_by]
            wish_answer.answer(
                wish=voice.wish,
                organization=body.organization,
                actor=body.manager,
                kind=WishAnswerKind(row.answer.upper()),
                reason=row.reason,
                now=asked_at + ANSWERED_AFTER,
            )
