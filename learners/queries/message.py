"""Who may be written to, and what has been queued."""

from collections.abc import Collection

from learners import rules
from learners.choices import MessageKind
from learners.models import Learner, Message


def wants(learner: Learner, kind: MessageKind) -> bool:
    """Return whether the learner can be written to and has not switched this kind off."""
    switch = rules.DELIVERY[kind].switch
    return learner.is_active and bool(learner.email) and (switch is None or bool(getattr(learner, switch)))


def queued_keys(keys: Collection[str]) -> set[str]:
    """Return which of these keys already stand for a message, whatever became of it."""
    return set(Message.objects.filter(deduplication_key__in=keys).values_list("deduplication_key", flat=True))
