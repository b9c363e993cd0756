"""Who may do what with somebody else's part of the ledger; each at most one query."""

from credits.models import Dispute, LedgerRequest
from learners.models import Organization
from learners.permissions import Actor, is_curator, is_manager, roles_of


def may_answer_for(actor: Actor, dispute: Dispute) -> bool:
    """A manager of the organisation behind the entry answers until the curators have taken it over."""
    return (
        dispute.organization is not None
        and dispute.escalated_at is None
        and dispute.learner_id != actor.pk
        and is_manager(actor, dispute.organization)
    )


def may_answer_as_curator(actor: Actor, dispute: Dispute) -> bool:
    """A curator may answer any, but never about themselves or for an organisation they belong to."""
    return is_curator(actor) and dispute.learner_id != actor.pk and not _belongs(actor, dispute.organization)


def may_decide(actor: Actor, request: LedgerRequest) -> bool:
    """A request is decided by a curator who neither asked, nor is concerned, nor works for who asks."""
    concerned = {request.requested_by_id, request.learner_id, request.other_learner_id}
    return is_curator(actor) and actor.pk not in concerned and not _belongs(actor, request.organization)


def _belongs(actor: Actor, organization: Organization | None) -> bool:
    return organization is not None and bool(roles_of(actor, organization))
