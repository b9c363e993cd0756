"""How messages of each kind leave: policy, urgency, words, channels, retries; each figure with its source."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from learners.choices import MessageKind
from learners.rules.delivery.accounts import ACCOUNTS
from learners.rules.delivery.classes import CLASSES
from learners.rules.delivery.credit import CREDIT
from learners.rules.delivery.kinds import POLICY, Delivery
from learners.rules.delivery.organizations import ORGANIZATIONS
from learners.rules.delivery.places import PLACES

__all__ = ["BATCH_ENDS_AFTER", "DELIVERY", "LEASE", "MESSAGES_PER_BATCH_MAX", "POLICY", "RETRY_DELAYS", "Delivery"]

DELIVERY: Mapping[MessageKind, Delivery] = MappingProxyType(ACCOUNTS | PLACES | CLASSES | CREDIT | ORGANIZATIONS)

# Longer than EMAIL_TIMEOUT (20 s): a living sender seldom meets a second claim. Source: portal policy, 2026-11-21.
LEASE = timedelta(seconds=60)
# One run of the task ends after so many; the next tick, 15 s later, goes on. Source: portal policy, 2026-11-21.
MESSAGES_PER_BATCH_MAX = 500
# ... or after this time: well before the task's own limit (240 s in portal/celery.py), which would cut a letter in two.
BATCH_ENDS_AFTER = timedelta(seconds=150)
# After a transient refusal; after the last one the message has failed. Source: RFC 5321, 4.5.4.1 (retry with patience).
RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=4))
