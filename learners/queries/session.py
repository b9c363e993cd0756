"""Sessions of one person, found by what stands beside them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db.models import Q, QuerySet

from learners.models import Learner, Session
from learners.queries.card import keyed, keyed_each


def of_learner(learner: Learner) -> QuerySet[Session]:
    """Return the sessions the learner is signed in by, and those in which an address of theirs waits for a code."""
    addresses = [way for way in (learner.email, learner.phone) if way]
    hashes = [each for address in addresses for each in keyed_each("session", address)]
    return Session.objects.filter(Q(learner_id=learner.pk) | Q(waits_for__overlap=hashes))


def beside(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept beside a session that says this: who is signed in, and which addresses wait in it."""
    learner = str(said.get(SESSION_KEY, ""))
    return {
        "learner_id": int(learner) if learner.isdecimal() else None,
        "waits_for": sorted({keyed("session", address) for address in _waiting(said.values())}),
    }


def _waiting(said: Iterable[Any]) -> Iterator[str]:
    return (each["address"] for each in said if isinstance(each, dict) and each.get("address"))
