"""Ways that people have changed or removed themselves, and the links the old ones were sent."""

from datetime import datetime

from learners.actions import changed_way
from learners.choices import MessageKind, Way
from learners.models import Learner, Message
from tests.factories.people import NOW


def link_sent_to(address: str) -> str:
    letter = Message.objects.filter(kind=MessageKind.WAY_GONE, address=address).latest("pk")
    return str(letter.data["stop_link"])


def a_number_taken_off(learner: Learner, *, now: datetime = NOW) -> str:
    """Return the token that the number of a learner was sent as they took it off."""
    number = learner.phone or ""
    changed_way.remove(learner=learner, way=Way.PHONE, now=now)
    return link_sent_to(number).rstrip("/").rsplit("/", 1)[-1]
