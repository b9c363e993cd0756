"""Telling somebody of something that may open or use their record: at every address it is opened with."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from learners.actions import message
from learners.choices import MessageKind, Way
from learners.models import Learner
from learners.queries.ways import addresses


def tell(*, learner: Learner, kind: MessageKind, key: str, data: Mapping[str, str], now: datetime) -> int:
    """
    Queue one message to each address and number of each account of the person; return how many.

    ``data`` is in the learner's language. Idempotent by key. Who has only a card has nothing to be told at. A letter
    that goes to an address says at the end of its key whose it is (``is_of``): they may have another address by then.
    """
    known = addresses(learner)
    for each in known:
        is_their_mail = each.kind == Way.EMAIL and not each.is_joined  # a letter of theirs, wherever they read it then
        whom = {"recipient": learner} if is_their_mail else {"address": each.address, "language": learner.language}
        message.queue(kind=kind, key=f"{key}:{each.key}{_of(learner)}", data=data, now=now, **whom)  # type: ignore[arg-type]
    return len(known)


def is_of(learner: Learner) -> Q:
    """Return by what a letter to no recipient is known as one this person was told by."""
    return Q(deduplication_key__endswith=_of(learner), recipient__isnull=True)


def _of(learner: Learner) -> str:
    return f":of:{learner.pk}"
