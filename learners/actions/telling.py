"""Telling somebody of something that may open or use their record: at every address it is opened with."""

from collections.abc import Mapping
from datetime import datetime

from learners.actions import message
from learners.choices import MessageKind, Urgency, Way
from learners.models import Learner
from learners.queries.message import of, quiet_until
from learners.queries.ways import addresses
from learners.rules import DELIVERY


def tell(*, learner: Learner, kind: MessageKind, key: str, data: Mapping[str, str], now: datetime) -> int:
    """
    Queue one message to each address and number of each account of the person; return how many.

    ``data`` is in the learner's language. Idempotent by key. Who has only a card has nothing to be told at. A letter
    that goes to an address says at the end of its key whose it is (``queries.message.is_of``): they may have another
    address by then.
    """
    known = addresses(learner)
    # The courier asks a letter's recipient for their quiet hours; of a letter to an address it knows nobody.
    is_urgent = DELIVERY[kind].urgency == Urgency.URGENT
    due_at = None if is_urgent else quiet_until(learner, now=now)
    for each in known:
        is_their_mail = each.kind == Way.EMAIL and not each.is_joined  # a letter of theirs, wherever they read it then
        whom = {"recipient": learner} if is_their_mail else {"address": each.address, "language": learner.language}
        due = {} if is_their_mail else {"due_at": due_at}
        message.queue(kind=kind, key=f"{key}:{each.key}{of(learner.pk)}", data=data, now=now, **whom, **due)  # type: ignore[arg-type]
    return len(known)
