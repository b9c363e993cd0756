"""Organisations: register one, verify it until a day, suspend it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from learners import formats
from learners.actions import message
from learners.choices import MessageKind, OrganizationKind, OrganizationStatus, Role
from learners.models import Learner, Membership, Organization, Place
from learners.permissions import is_curator, roles_of
from learners.rules import ORGANIZATIONS_WAITING_MAX, VERIFIED_YEARS_MAX

FEBRUARY = 2  # its 29th is missing in most years


class UnableToRegister(Exception):
    """The organisation cannot be registered; the message is written for who registers it."""


class TooManyWaiting(UnableToRegister):
    pass


class AlreadyRegistered(UnableToRegister):
    pass


class UnableToVerify(Exception):
    """The standing of the organisation cannot be changed; the message is written for the curator."""


class NotACurator(UnableToVerify):
    pass


class OwnOrganization(UnableToVerify):
    pass


class AlreadyOver(UnableToVerify):
    pass


class TooLong(UnableToVerify):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What an organization says of itself."""

    kind: OrganizationKind
    name_vi: str
    place: Place
    name_en: str = ""
    description_vi: str = ""
    description_en: str = ""
    address: str = ""
    phone: str = ""
    opening_hours_vi: str = ""
    opening_hours_en: str = ""


@transaction.atomic
def register(
    *, learner: Learner, particulars: Particulars, now: datetime, is_demonstration: bool = False
) -> Organization:
    """
    Register an organization with the learner as its manager and return it, waiting for verification.

    Locks the learner, so that one person who presses twice makes one organization.

    :raises AlreadyRegistered: if the learner manages one of that name in that place.
    :raises TooManyWaiting: if ``ORGANIZATIONS_WAITING_MAX`` of theirs already wait.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    theirs = Organization.objects.filter(registered_by=learner)
    if theirs.filter(name_vi__iexact=particulars.name_vi, place=particulars.place).exists():
        raise AlreadyRegistered(_("You have already registered this organisation."))
    waiting = theirs.filter(status=OrganizationStatus.REGISTERED).count()
    if waiting >= ORGANIZATIONS_WAITING_MAX:
        raise TooManyWaiting(
            _("%(count)s organisations of yours are waiting for verification. Wait until they are decided.")
            % {"count": waiting}
        )
    organization = Organization.objects.create(
        kind=particulars.kind,
        name_vi=particulars.name_vi,
        name_en=particulars.name_en,
        description_vi=particulars.description_vi,
        description_en=particulars.description_en,
        place=particulars.place,
        address=particulars.address,
        phone=particulars.phone,
        opening_hours_vi=particulars.opening_hours_vi,
        opening_hours_en=particulars.opening_hours_en,
        registered_at=now,
        registered_by=learner,
        is_demonstration=is_demonstration,
    )
    Membership.objects.create(organization=organization, learner=learner, role=Role.MANAGER, started_at=now)
    return organization


@transaction.atomic
def verify(*, organization: Organization, curator: Learner, until: date, now: datetime) -> Organization:
    """
    Verify the organization until a day, or prolong it, or end its suspension; return it. Its managers are told.

    :raises NotACurator: if the person is none.
    :raises OwnOrganization: if the curator belongs to it.
    :raises AlreadyOver: if the day is past.
    :raises TooLong: if it is more than ``VERIFIED_YEARS_MAX`` years away.
    """
    organization = _locked(organization, curator)
    if until < timezone.localdate(now):
        raise AlreadyOver(_("The last day of a verification cannot be in the past."))
    if until > verified_until_max(on=timezone.localdate(now)):
        raise TooLong(_("A verification lasts %(years)s years at most.") % {"years": VERIFIED_YEARS_MAX})
    organization.status = OrganizationStatus.VERIFIED
    organization.verified_at, organization.verified_by, organization.verified_until = now, curator, until
    organization.suspended_at = organization.suspended_by = None
    organization.save()
    for manager in _managers(organization):
        with translation.override(manager.language):
            data = {
                "org": organization.name,
                "verified_by": curator.full_name,
                "date": formats.day(until, manager.language),
                "link": settings.SITE_URL + reverse("courses:workspace", args=[organization.public_id]),
            }
        message.queue(
            kind=MessageKind.ORGANIZATION_VERIFIED,
            key=f"organization_verified:{organization.pk}:{until.isoformat()}:{manager.pk}",
            data=data,
            recipient=manager,
            now=now,
        )
    return organization


@transaction.atomic
def suspend(*, organization: Organization, curator: Learner, now: datetime) -> Organization:
    """
    Take the organization's courses out of the catalogue until it is verified again; return it.

    Idempotent: the first suspension stands. Classes under way are not touched.

    :raises NotACurator: if the person is none.
    :raises OwnOrganization: if the curator belongs to it.
    """
    organization = _locked(organization, curator)
    if organization.status != OrganizationStatus.SUSPENDED:
        organization.status = OrganizationStatus.SUSPENDED
        organization.suspended_at, organization.suspended_by = now, curator
        organization.save(update_fields=["status", "suspended_at", "suspended_by"])
    return organization


def verified_until_max(*, on: date) -> date:
    """Return the last day a verification given ``on`` this day may name."""
    return on.replace(year=on.year + VERIFIED_YEARS_MAX, day=min(on.day, 28) if on.month == FEBRUARY else on.day)


def _locked(organization: Organization, curator: Learner) -> Organization:
    if not is_curator(curator):
        raise NotACurator(_("Only a curator decides on this."))
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if roles_of(curator, organization):
        raise OwnOrganization(_("You belong to this organisation, so another curator has to decide."))
    return organization


def _managers(organization: Organization) -> list[Learner]:
    held = organization.memberships.filter(role=Role.MANAGER, ended_at__isnull=True)
    return list(Learner.objects.filter(pk__in=held.values("learner"), is_active=True).order_by("pk"))
