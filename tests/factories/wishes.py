"""Wishes to learn, in the field's words; through the action."""

from collections.abc import Collection
from datetime import datetime

from courses.actions import wish
from courses.choices import WishTime
from courses.models import WishVoice
from learners.models import Learner, Place
from tests.factories.people import NINH_KIEU, NOW, a_learner


def a_wish(
    *,
    learner: Learner | None = None,
    topic: str = "Trồng nấm rơm",
    commune: str = NINH_KIEU,
    times: Collection[WishTime] = (),
    now: datetime = NOW,
) -> WishVoice:
    """Return the voice of somebody who would like to learn to grow mushrooms in Ninh Kiều, unless told otherwise."""
    place = Place.objects.get(code=commune)
    return wish.ask(learner=learner or a_learner(), topic=topic, place=place, times=times, now=now)


def wished_by(count: int, *, topic: str = "Trồng nấm rơm", commune: str = NINH_KIEU, now: datetime = NOW) -> WishVoice:
    """Return the last voice of ``count`` people who ask for the same."""
    return [a_wish(topic=topic, commune=commune, now=now) for _ in range(count)][-1]
