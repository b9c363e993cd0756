"""What is said of each kind of message: policy, urgency, words, channels."""

from dataclasses import dataclass
from typing import Literal

from learners.choices import Cap, Channel, Policy, Topic, Urgency

POLICY = "portal policy, 2026-11-21"
_TEXTS = "learners/data/messages.yaml, topic and cap of each kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How messages of one kind leave."""

    policy: Policy
    urgency: Urgency
    topic: Topic
    cap: Cap
    # What a text of this kind may name; the optional ones may be empty.
    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    # The learner's own switch for this kind; None: cannot be stopped.
    switch: Literal["wants_digest", "wants_reminders"] | None = None
    # Emptied once the message is sent, failed or dropped.
    secrets: frozenset[str] = frozenset()
    has_frame: bool = True  # greeting and footer
    # Text messages cost money, so few kinds have a text for them.
    channels: frozenset[Channel] = frozenset({Channel.EMAIL})
    keeps_quiet_hours: bool = True  # as a text message; False for what the recipient waits for
    source: str = f"{POLICY}; {_TEXTS}"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())
