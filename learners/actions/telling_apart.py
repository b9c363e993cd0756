"""Two accounts that look like one person's are two people's: a curator says so, and may take it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners.models import Learner, ToldApart
from learners.permissions import is_curator
from learners.queries.learner import account_ids


class UnableToTellApart(Exception):
    """It stays as it is; the message is written for the curator."""


@transaction.atomic
def say(*, accounts: tuple[Learner, Learner], actor: Learner, now: datetime) -> ToldApart:
    """
    Say that the two accounts are two people's and return the row; the desk shows the pair no more. Idempotent.

    :raises UnableToTellApart: if these are not two accounts, or the actor is no curator or one of the two.
    """
    one, other = sorted(accounts, key=lambda account: account.pk)
    if one == other:
        raise UnableToTellApart(_("These are not two accounts."))
    _refuse_unless_theirs(actor, one, other)
    said, _is_new = ToldApart.objects.get_or_create(
        one=one, other=other, taken_back_at=None, defaults={"said_at": now, "said_by": actor}
    )
    return said


@transaction.atomic
def take_back(*, said: ToldApart, actor: Learner, now: datetime) -> bool:
    """
    Let the desk show the pair again, and return whether that was done; who said it and when stays. Idempotent.

    :raises UnableToTellApart: if the actor is no curator, or one of the two.
    """
    _refuse_unless_theirs(actor, said.one, said.other)
    standing = ToldApart.objects.filter(pk=said.pk, taken_back_at__isnull=True)
    return bool(standing.update(taken_back_at=now, taken_back_by=actor))


def _refuse_unless_theirs(actor: Learner, *accounts: Learner) -> None:
    if not is_curator(actor):
        raise UnableToTellApart(_("Only a curator can say this."))
    if not account_ids(actor).isdisjoint(account.pk for account in accounts):
        raise UnableToTellApart(_("This is about your own account, so another curator says it."))
