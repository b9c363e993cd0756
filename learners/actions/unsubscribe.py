"""Stopping letters of one kind by the link in one of them, without signing in."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction

from learners import rules
from learners.choices import MessageKind
from learners.models import Learner, UnsubscribeLink
from learners.queries import unsubscribe
from learners.queries.learner import of_now

TOKEN_BYTES = 16  # 128 bits. Source: OWASP ASVS 5.0, 11.5.1 (at least 128 bits of entropy)


def new_link(*, learner: Learner, kind: MessageKind, now: datetime) -> str:
    """Return a new token for a letter of this kind; only its hash is kept."""
    token = token_urlsafe(TOKEN_BYTES)
    UnsubscribeLink.objects.create(token_hash=unsubscribe.hash_of(token), learner=learner, kind=kind, created_at=now)
    return token


@transaction.atomic
def stop(*, link: UnsubscribeLink) -> Learner:
    """Switch off the letters the link is for, of the account its reader has now; return that. Idempotent."""
    learner = Learner.objects.select_for_update(no_key=True).get(pk=of_now(link.learner).pk)
    switch = rules.DELIVERY[MessageKind(link.kind)].switch
    if switch is not None:
        setattr(learner, switch, False)
        learner.save(update_fields=[switch])
    return learner
