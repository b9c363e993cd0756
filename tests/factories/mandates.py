"""Helpers and their mandates."""

from datetime import datetime

from learners.actions import mandate
from learners.actions.mandate import Terms, last_day
from learners.choices import HelperAct
from learners.models import Learner, Mandate, Message
from tests.factories.people import NOW, a_learner


def terms(*acts: HelperAct, days: int = 90, helper_words: str = "con gái, Hồng", now: datetime = NOW) -> Terms:
    return Terms(helper_words=helper_words, acts=frozenset(acts or HelperAct), until=last_day(days=days, now=now))


def a_mandate(
    *,
    person: Learner,
    helper: Learner | None = None,
    acts: tuple[HelperAct, ...] = (),
    helper_words: str = "con gái, Hồng",
    now: datetime = NOW,
) -> Mandate:
    """Return a mandate taken up by a helper; it allows everything a mandate can unless ``acts`` are named."""
    what = terms(*acts, helper_words=helper_words, now=now)
    _given, code = mandate.give(person=person, terms=what, actor=person, now=now)
    return mandate.take_up(code=code, helper=helper or a_learner(full_name="Nguyễn Thị Hồng"), now=now)


def end_token_of(mandate: Mandate) -> str:
    """Return the token in the letter the person was sent when the mandate was taken up; they need an address."""
    letters = Message.objects.filter(deduplication_key__startswith=f"helper:{mandate.pk}:").order_by("pk")
    return str(letters[0].data["end_link"]).rstrip("/").rsplit("/", 1)[-1]
