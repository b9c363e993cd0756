"""The letter links by which people stop letters."""

from hashlib import sha256

from learners import rules
from learners.choices import MessageKind
from learners.models import UnsubscribeLink
from learners.queries.learner import of_now


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


def link_of(token: str) -> UnsubscribeLink:
    """
    Return the link with this token, with its learner.

    :raises UnsubscribeLink.DoesNotExist: if no letter has it.
    """
    return UnsubscribeLink.objects.select_related("learner").get(token_hash=hash_of(token))


def is_stopped(link: UnsubscribeLink) -> bool:
    switch = rules.DELIVERY[MessageKind(link.kind)].switch
    return switch is not None and not getattr(of_now(link.learner), switch)
