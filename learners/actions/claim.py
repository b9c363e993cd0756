"""Making one's own the account that was opened at a counter: an address is added, and nothing else changes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners.actions import added_way, person, sign_in, ways
from learners.actions.counter import refuse_unless_served
from learners.choices import Way
from learners.models import Claim, Learner, Organization
from learners.queries import added_way as added_ways
from learners.queries import card as cards
from learners.queries import dead_way
from learners.queries.learner import way_of
from learners.queries.ways import addresses


class UnableToClaim(Exception):
    """The account stays as it is; the message is for whoever stands before it."""


class HasAWay(UnableToClaim):
    pass


class BelongsToAnother(UnableToClaim):
    pass


def refuse_if_claimed(learner: Learner, *, now: datetime, address: str = "") -> None:
    """
    Refuse who has an address already, in any of their accounts: a card, or a member of staff, never changes one.

    Except that one taken off at a counter comes back, as long as it can be given back, in the place of what was claimed
    since: ``address`` is that one, or is not known yet.

    :raises HasAWay: if they have.
    :raises UnableToClaim: if the account was merged into another: what opens it opens that one.
    """
    if learner.merged_into_id is not None:
        raise UnableToClaim(_("This record has become one with another record of the same person."))
    if not addresses(learner):
        return
    comes_back = not address or dead_way.given_back(learner, now=now).filter(address=address).exists()
    if not (comes_back and dead_way.claimed_since(learner, now=now)):
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
    registered them. Idempotent: the same address again is the same claim. One that was taken off at a counter is given
    back by it: what was claimed since opens nothing any more, and every session ends. What one member of staff has
    added, or a card that staff have printed, opens learning only, for thirty days; what comes back, as it did before
    (``added_way``). Locks all accounts of the person.

    :raises HasAWay: if the person has another address already, in any of their accounts.
    :raises BelongsToAnother: if another account is opened with it.
    :raises UnableToClaim: if the actor may not.
    """
    learner = next(each for each in person.lock(learner) if each.pk == learner.pk)
    if organization is not None:
        refuse_unless_served(learner=learner, actor=actor, organization=organization, refusal=UnableToClaim, now=now)
    elif actor != learner:
        raise UnableToClaim(_("Only the person themself adds an address, or those who registered them."))
    first = Claim.objects.filter(learner=learner).order_by("-claimed_at", "-pk").first()
    if first is not None and getattr(learner, way_of(address)) == address:
        return first
    refuse_if_claimed(learner, address=address, now=now)
    given_back = dead_way.given_back(learner, now=now).filter(address=address).first()
    try:
        learner = ways.use(learner=learner, address=address, now=now)
    except ways.BelongsToAnother as reason:
        raise BelongsToAnother(
            _("Another record is opened with this address. Tell the curators that both are yours; they join the two.")
        ) from reason
    if given_back is not None:
        for other in Way:
            if other != way_of(address):
                ways.remove(learner=learner, way=other, now=now)
        given_back.undone_at, given_back.undone_by = now, actor
        given_back.save(update_fields=["undone_at", "undone_by"])
        sign_in.sign_out_everywhere(learner=learner, now=now)
    if given_back is not None:
        before = added_ways.held_before(given_back, now=now)
        seen = (before.added_by, before.organization) if before else None
    elif organization is not None:
        seen = (actor, organization)
    else:
        printed = cards.of_staff(learner)
        seen = (None, printed.organization) if printed and printed.organization else None
    if seen is not None:
        staff, where = seen
        added_way.hold(learner=learner, kind=way_of(address), staff=staff, organization=where, now=now)
    return Claim.objects.create(
        learner=learner,
        claimed_at=now,
        witnessed_by=actor if organization else None,
        organization=organization,
    )
