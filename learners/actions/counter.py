"""Who is refused at a counter, in the same words whatever they ask for there."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from learners.models import Learner, Organization
from learners.permissions import is_at_counter, is_curator, roles_of, serves_at_counter
from learners.queries.added_way import own_addresses
from learners.queries.learner import account_ids


def refuse_unless_served(
    *, learner: Learner, actor: Learner, organization: Organization, refusal: type[Exception], now: datetime
) -> None:
    """
    Refuse what is begun in front of staff, unless they serve this learner there now.

    :raises refusal: if not; its message is for who stands behind the counter.
    """
    if serves_at_counter(actor, organization, learner, on=timezone.localdate(now)):
        return
    if is_at_counter(actor, organization, learner):
        raise refusal(_("This is done here once a curator has verified the organisation."))
    raise refusal(_("This is done where the person was registered, in front of another who works there."))


def refuse_who_has_address(learner: Learner, *, refusal: type[Exception], now: datetime) -> None:
    """
    Refuse to do for somebody what they can do themselves.

    :raises refusal: if a code can be sent to them, in any of their accounts, to an address that is not held.
    """
    if own_addresses(learner, now=now):
        raise refusal(_("This person has an address of their own: they sign in and do it themselves."))


def refuse_unless_second_at_the_desk(
    *, actor: Learner, learner: Learner, asked_by: Learner, organization: Organization, refusal: type[Exception]
) -> None:
    """
    Refuse what a curator would confirm for a counter, unless they are neither of the two, nor of that organization.

    :raises refusal: if so, in any account of theirs; its message is for the curator.
    """
    if not is_curator(actor) or roles_of(actor, organization):
        raise refusal(_("Only a curator who does not work for this organisation confirms it."))
    if actor.pk in account_ids(learner) | account_ids(asked_by):
        raise refusal(_("You have written it down yourself, or it is about you. Ask another curator."))
