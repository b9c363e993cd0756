"""Who may do what with an organisation: small questions about one actor, each at most one query."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.models import AnonymousUser

from learners.choices import Role
from learners.models import HelpRequest, Learner, Organization, OrganizationComplaint

Actor = Learner | AnonymousUser


def may_sign_in(learner: Learner) -> bool:
    """Return whether this account may be signed in to, at whichever door: a code, a card, a passkey, the desk."""
    return learner.is_active and learner.closed_at is None


def may_sign_in_by_card(learner: Learner) -> bool:
    """
    Return whether a printed card may open this account; asked again at every request of who came in by one.

    A card is found, lent and copied: it opens nothing that belongs to an organization or to the portal.
    """
    return may_sign_in(learner) and not is_staff_anywhere(learner)


def roles_of(actor: Actor, organization: Organization) -> frozenset[Role]:
    """Return the roles the actor holds in the organization now."""
    if not isinstance(actor, Learner) or not actor.is_active:
        return frozenset()
    held = organization.memberships.filter(learner=actor, ended_at__isnull=True).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def is_manager(actor: Actor, organization: Organization) -> bool:
    return Role.MANAGER in roles_of(actor, organization)


AT_COUNTER = (Role.MANAGER, Role.INSTRUCTOR)  # who serves people; volunteers and assessors do not


def is_staff_of(actor: Actor, organization: Organization, roles: Collection[Role] = AT_COUNTER) -> bool:
    """Return whether the actor holds one of ``roles`` in the organization now."""
    return not roles_of(actor, organization).isdisjoint(roles)


def is_staff_anywhere(actor: Actor) -> bool:
    """Return whether the actor is a curator or holds a role in any organization now."""
    if not isinstance(actor, Learner) or not actor.is_active:
        return False
    return actor.is_staff or actor.memberships.filter(ended_at__isnull=True).exists()


def is_at_counter(actor: Actor, organization: Organization, learner: Learner) -> bool:
    """
    Return whether the actor stands before the learner at the counter of the organization, which has registered them.

    Never for an account merged into another: what opens it opens the kept one, which may be anybody's (decision 0240).
    """
    return (
        actor != learner
        and learner.merged_into_id is None
        and is_staff_of(actor, organization)
        and organization.registrations.filter(learner=learner).exists()
    )


def serves_at_counter(actor: Actor, organization: Organization, learner: Learner, *, on: date) -> bool:
    """
    Return whether the actor may begin something for the learner at the counter of the organization on this day.

    One that is not verified then only ends what it has begun; for that ``is_at_counter`` is enough (decision 0241).
    """
    return organization.is_verified(on=on) and is_at_counter(actor, organization, learner)


def is_curator(actor: Actor) -> bool:
    """Return whether the actor may open the curators' desk; what they may do there, their group says. No query."""
    return isinstance(actor, Learner) and actor.is_active and actor.is_staff


def may_answer_complaint(actor: Actor, complaint: OrganizationComplaint) -> bool:
    """Return whether the actor is a curator whom the complaint does not concern."""
    return (
        isinstance(actor, Learner)
        and is_curator(actor)
        and actor.pk != complaint.learner_id
        and not roles_of(actor, complaint.organization)
    )


def may_help_for(actor: Actor, organization: Organization, *, on: date) -> bool:
    """
    Return whether the actor answers, on this day, the people of the commune who ask the organization for help.

    Where its verification has run out, nobody there reads their names and numbers (decision 0241).
    """
    return organization.is_verified(on=on) and is_staff_of(actor, organization)


def may_answer_help(actor: Actor, asked: HelpRequest, organization: Organization | None, *, on: date) -> bool:
    """Return whether the actor may answer: for an organization of the commune, or as a curator; never their own."""
    if not isinstance(actor, Learner) or actor.pk == asked.learner_id:
        return False
    if organization is None:
        return is_curator(actor)
    return organization.place_id == asked.place_id and may_help_for(actor, organization, on=on)
