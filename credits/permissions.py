"""Who may do what with somebody else's part of the ledger; each a query or two."""

from enum import StrEnum

from django.db import connection
from django.db.models import Q

from credits.models import Dispute, LedgerRequest
from learners.models import Learner, Membership, Organization
from learners.permissions import Actor, is_curator, is_manager, roles_of


def may_answer_for(actor: Actor, dispute: Dispute) -> bool:
    """A manager of the organisation behind the entry answers until the curators have taken it over."""
    return (
        dispute.organization is not None
        and dispute.escalated_at is None
        and not _is_about(actor, dispute)
        and is_manager(actor, dispute.organization)
    )


def may_answer_as_curator(actor: Actor, dispute: Dispute) -> bool:
    """A curator may answer any, but never about themselves or for an organisation they belong to."""
    return is_curator(actor) and not _is_about(actor, dispute) and not _belongs(actor, dispute.organization)


ACCOUNTS = """
    WITH RECURSIVE same(id) AS (
        SELECT %(learner)s::bigint
        UNION
        SELECT CASE WHEN m.kept_id = same.id THEN m.merged_id ELSE m.kept_id END
        FROM same JOIN credits_merge m ON same.id IN (m.kept_id, m.merged_id)
        WHERE NOT EXISTS (SELECT 1 FROM credits_mergeundo u WHERE u.merge_id = m.id)
    )
    SELECT id FROM same
"""


def accounts_of(learner: Learner | int) -> frozenset[int]:
    """Return the ids of all accounts of this person, joined by merges that are not undone; this one among them."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS, {"learner": learner if isinstance(learner, int) else learner.pk})
        return frozenset(row[0] for row in cursor.fetchall())


def concerned_by(request: LedgerRequest) -> frozenset[int | None]:
    """Return the ids of the accounts a request is about."""
    return frozenset(
        {request.learner_id, request.other_learner_id, request.entry.learner_id if request.entry else None}
    )


class Obstacle(StrEnum):
    """Why somebody does not decide a request."""

    NO_CURATOR = "NO_CURATOR"
    ASKED = "ASKED"
    CONCERNED = "CONCERNED"
    WORKS_THERE = "WORKS_THERE"


def obstacle_to_deciding(actor: Actor, request: LedgerRequest) -> Obstacle | None:
    """
    Return why the actor does not decide this request; None: they may.

    A request is decided by a curator who neither asked, nor is concerned, nor works for who asks. Two accounts of one
    person, joined by a merge, are one person.
    """
    if not isinstance(actor, Learner) or not is_curator(actor):
        return Obstacle.NO_CURATOR
    oneself = accounts_of(actor)
    if request.requested_by_id in oneself:
        return Obstacle.ASKED
    if not oneself.isdisjoint(concerned_by(request)):
        return Obstacle.CONCERNED
    return Obstacle.WORKS_THERE if _belongs(actor, request.organization) else None


def not_theirs_to_decide(curator: Learner) -> Q:
    """Return the same as a condition on requests, for lists."""
    oneself = accounts_of(curator)
    return (
        Q(requested_by__in=oneself)
        | Q(learner__in=oneself)
        | Q(other_learner__in=oneself)
        | Q(entry__learner__in=oneself)
        | Q(organization__in=Membership.objects.filter(learner=curator, ended_at__isnull=True).values("organization"))
    )


def may_decide(actor: Actor, request: LedgerRequest) -> bool:
    return obstacle_to_deciding(actor, request) is None


def _is_about(actor: Actor, dispute: Dispute) -> bool:
    return isinstance(actor, Learner) and dispute.learner_id in accounts_of(actor)


def _belongs(actor: Actor, organization: Organization | None) -> bool:
    return organization is not None and bool(roles_of(actor, organization))
