"""Learners, found by what they sign in with."""

from learners.models import Learner


def by_address(address: str) -> Learner | None:
    """Return the learner with this folded e-mail address, or None."""
    return Learner.objects.filter(email=address).first()
