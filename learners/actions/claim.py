"""Making one's own the account that was opened at a counter: an address is added, and nothing else changes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners.actions import ways
from learners.models import Claim, Learner, Organization
from learners.permissions import is_staff_of
from learners.queries.learner import way_of


class UnableToClaim(Exception):
    """The account stays as it is; the message is for whoever stands before it."""


class HasAWay(UnableToClaim):
    pass


class BelongsToAnother(UnableToClaim):
    pass


def refuse_if_claimed(learner: Learner) -> None:
    """
    Refuse an account that has an address already: a card, or a member of staff, never changes one.

    :raises HasAWay: if it has.
    """
    if learner.email or learner.phone:
        raise HasAWay(_("This record has an address of its own already. Sign in with it to change it."))


@transaction.atomic
def claim(
    *,
    learner: Learner,
    address: str,
    actor: Learner,
    now: datetime,
    organization: Organization | None = None,
) -> Claim:
    """
    Add a proven, folded address or number to an account that has none, and return the claim.

    By the person, who has also said what goes with their card, or in front of the staff of ``organization``, which has
    registered them. Idempotent: the same address again is the same claim. Locks the learner.

    :raises HasAWay: if the account has another address already.
    :raises BelongsToAnother: if another account is opened with it.
    :raises UnableToClaim: if the actor may not.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    is_counter = (
        organization is not None
        and actor != learner
        and is_staff_of(actor, organization)
        and organization.registrations.filter(learner=learner).exists()
    )
    if not is_counter and not (organization is None and actor == learner):
        raise UnableToClaim(_("Only the person themself adds an address, or those who registered them."))
    first = Claim.objects.filter(learner=learner).first()
    if first is not None and getattr(learner, way_of(address)) == address:
        return first
    refuse_if_claimed(learner)
    try:
        ways.use(learner=learner, address=address, now=now)
    except ways.BelongsToAnother as reason:
        raise BelongsToAnother(
            _("Another record is opened with this address. Tell the curators that both are yours; they join the two.")
        ) from reason
    return Claim.objects.create(
        learner=learner,
        claimed_at=now,
        witnessed_by=actor if organization else None,
        organization=organization,
    )
