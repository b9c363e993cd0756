"""Memberships: who works in an organisation, in which role; invited by its managers, taken up by themselves, ended."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from learners import emails, formats, rules
from learners.actions import telling
from learners.actions.card import code_under, new_code
from learners.actions.name_in_letters import STAFF_LETTERS
from learners.choices import MessageKind, OrganizationStatus, Role
from learners.models import Learner, Membership, Organization, StaffInvitation
from learners.permissions import is_manager, may_sign_in
from learners.queries import age, closing
from learners.queries import organization as organizations
from learners.queries import staff as queries
from learners.queries.learner import account_ids, of_now


class UnableToInvite(Exception):
    """No invitation is made out; the message is for the manager."""


class UnableToJoin(Exception):
    """The code gives nobody a role; the message is for who typed it."""


class UnableToEnd(Exception):
    """The role does not end; the message is for who wants it ended."""


class NotAManager(UnableToInvite, UnableToEnd):
    pass


class LastManager(UnableToEnd):
    pass


@transaction.atomic
def admit(*, organization: Organization, learner: Learner, role: Role, now: datetime) -> Membership:
    """
    Give a learner a role in an organization and return the membership. Idempotent while the membership lasts.

    Who may ask for it is decided by who calls; the first manager comes with the registration.
    """
    membership, _is_new = Membership.objects.get_or_create(
        organization=organization, learner=learner, role=role, ended_at=None, defaults={"started_at": now}
    )
    return membership


@transaction.atomic
def invite(
    *,
    organization: Organization,
    role: Role,
    for_words: str,
    actor: Learner,
    now: datetime,
    idempotency_key: UUID | None = None,
) -> tuple[StaffInvitation, str]:
    """
    Make out an invitation and return it with the code the person types in; only its hash is kept.

    Locks the organization. Idempotent by key: the code follows from it and from what is asked.

    :raises NotAManager: if the actor does not speak for the organization.
    :raises UnableToInvite: if the organization is suspended, or has as many open invitations, or roles, as it may.
    """
    organization = _locked(organization, actor)
    if organization.status == OrganizationStatus.SUSPENDED:
        raise UnableToInvite(_("Your organisation is suspended. Nobody new is taken on until it is verified again."))
    asked = (str(organization.pk), str(idempotency_key), role.value, for_words)
    code = new_code() if idempotency_key is None else code_under("staff.code", *asked)
    sent_twice = StaffInvitation.objects.filter(
        organization=organization, code_hash__in=list(queries.code_hashes(code))
    ).first()
    if sent_twice is not None:
        return sent_twice, code
    made_out = organization.staff_invitations
    if queries.open_of(organization, now=now).count() >= rules.STAFF_INVITATIONS_MAX:
        raise UnableToInvite(_("Many invitations are open already. Take one back first."))
    if made_out.filter(invited_at__gt=now - timedelta(days=1)).count() >= rules.STAFF_INVITATIONS_A_DAY_MAX:
        raise UnableToInvite(_("Many invitations have been made out today. Go on tomorrow."))
    if organization.memberships.filter(ended_at__isnull=True).count() >= rules.STAFF_MAX:
        raise UnableToInvite(_("As many people work here as one organisation can have. Ask a person at the portal."))
    invitation = StaffInvitation.objects.create(
        organization=organization,
        role=role,
        for_words=for_words,
        invited_at=now,
        invited_by=actor,
        code_hash=next(queries.code_hashes(code)),
        code_ends_at=now + rules.STAFF_CODE_VALID,
    )
    return invitation, code


@transaction.atomic
def take_up(*, code: str, learner: Learner, now: datetime) -> Membership:
    """
    Give ``learner`` the role of the invitation with this code and return the membership; its managers are told.

    Locks the organization and the learner: an account that is being closed or merged takes nothing up.

    :raises UnableToJoin: if no invitation waits for this code, the learner has made it out themself, is a child by law,
        or may not sign in any more.
    """
    found = queries.waiting_for(code, now=now)
    organizations_of = list(found.values_list("organization", flat=True))
    list(Organization.objects.select_for_update(no_key=True).filter(pk__in=organizations_of))
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    invitation = found.select_related("organization", "invited_by").first()
    is_ones_own = invitation is not None and invitation.invited_by_id in account_ids(learner)
    if invitation is None or is_ones_own or not may_sign_in(learner) or learner.merged_into_id is not None:
        raise UnableToJoin(_("No invitation waits for this code. It is good for fourteen days and for one person."))
    if invitation.organization.status == OrganizationStatus.SUSPENDED:
        raise UnableToJoin(_("The organisation is suspended. Nobody new is taken on until it is verified again."))
    if age.ages(on=timezone.localdate(now)).needs_guardian(learner):
        raise UnableToJoin(_("A child cannot work in an organisation here."))
    if not is_manager(of_now(invitation.invited_by), invitation.organization):
        raise UnableToJoin(_("Who invited you no longer manages the organisation. Ask for a new code there."))
    membership = admit(organization=invitation.organization, learner=learner, role=Role(invitation.role), now=now)
    invitation.taken_up_at, invitation.membership, invitation.for_words = now, membership, ""
    invitation.save(update_fields=["taken_up_at", "membership", "for_words"])
    _tell_managers("staff-joined", membership, by=invitation.invited_by, but=learner, now=now)
    return membership


@transaction.atomic
def take_back(*, invitation: StaffInvitation, actor: Learner, now: datetime) -> StaffInvitation:
    """
    Take an invitation back: its code gives nobody a role any more. Idempotent; one taken up stays taken up.

    :raises NotAManager: if the actor does not speak for the organization.
    """
    _locked(invitation.organization, actor)
    invitation = StaffInvitation.objects.get(pk=invitation.pk)
    if invitation.taken_up_at is None and invitation.taken_back_at is None:
        invitation.taken_back_at, invitation.taken_back_by, invitation.for_words = now, actor, ""
        invitation.save(update_fields=["taken_back_at", "taken_back_by", "for_words"])
    return invitation


@transaction.atomic
def end(*, membership: Membership, actor: Learner, now: datetime) -> Membership:
    """
    End a role: it opens nothing from the next click on. By a manager, or by the person themself.

    Idempotent. Locks the organization, so that of two managers one stays. The person is told, unless they did it, and
    so are the other managers.

    :raises NotAManager: if the actor is neither.
    :raises LastManager: if nobody would manage the organization.
    """
    is_ones_own = membership.learner_id in account_ids(actor)
    if is_ones_own:
        Organization.objects.select_for_update(no_key=True).get(pk=membership.organization_id)
    else:
        _locked(membership.organization, actor)
    membership = Membership.objects.select_related("organization", "learner").get(pk=membership.pk)
    if membership.ended_at is not None:
        return membership
    if membership.role == Role.MANAGER and closing.is_last_manager(of_now(membership.learner), membership.organization):
        raise LastManager(_("Nobody else manages the organisation. Invite another manager first, and wait for them."))
    # Also with accounts merged into theirs: the undo of that gives back no role that has ended.
    theirs = membership.organization.memberships.filter(
        learner__in=account_ids(membership.learner), role=membership.role, ended_at__isnull=True
    )
    theirs.update(ended_at=now, ended_by=actor)
    membership.refresh_from_db(fields=["ended_at", "ended_by"])
    if not is_ones_own:
        _tell(membership, now=now)
    _tell_managers("staff-left", membership, by=actor, but=actor, now=now)
    return membership


def _locked(organization: Organization, actor: Learner) -> Organization:
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not is_manager(actor, organization):
        raise NotAManager(_("Only a manager of the organisation decides who works there."))
    return organization


def _tell(membership: Membership, *, now: datetime) -> None:
    person = membership.learner
    with translation.override(person.language):
        data = {
            "role": Role(membership.role).inside,
            "org": membership.organization.name,
            "date": formats.day_plain(now),
            "help_phone": settings.HELPLINE,
        }
    kind = MessageKind.ROLE_ENDED
    telling.tell(learner=person, kind=kind, key=f"role-ended:{membership.pk}", data=data, now=now)


def _tell_managers(what: str, membership: Membership, *, by: Learner, but: Learner, now: datetime) -> None:
    for manager in organizations.members(membership.organization, roles=(Role.MANAGER,)).exclude(pk=but.pk):
        with translation.override(manager.language):
            data = {
                "member": membership.learner.full_name,
                "role": Role(membership.role).inside,
                "org": membership.organization.name,
                "by": by.full_name,
                "link": emails.absolute(
                    "learners:staff", str(membership.organization.public_id), language=manager.language
                ),
                "help_phone": settings.HELPLINE,
            }
        telling.tell(
            learner=manager, kind=STAFF_LETTERS[what], key=f"{what}:{membership.pk}:{manager.pk}", data=data, now=now
        )
