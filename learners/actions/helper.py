"""The helper of a commune: named by an organization, one at a time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners.models import CommuneHelper, Learner, Organization
from learners.permissions import is_manager


class UnableToName(Exception):
    """The helper cannot be named; the message is written for who names."""


@transaction.atomic
def name(
    *,
    organization: Organization,
    actor: Learner,
    full_name: str,
    phone: str,
    hours_vi: str,
    hours_en: str,
    now: datetime,
) -> CommuneHelper:
    """
    Name the person whom people of the commune may ask; return the row. Whoever was named before is no longer shown.

    Idempotent: the same words change nothing. Locks the organization.

    :raises UnableToName: if the actor does not manage the organization.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not is_manager(actor, organization):
        raise UnableToName(_("Only a manager of the organisation names its helper."))
    said = {"name": full_name, "phone": phone, "hours_vi": hours_vi, "hours_en": hours_en}
    current = CommuneHelper.objects.filter(organization=organization, ended_at__isnull=True).first()
    if current is not None and all(getattr(current, field) == value for field, value in said.items()):
        return current
    _end(current, now)
    return CommuneHelper.objects.create(organization=organization, named_by=actor, named_at=now, **said)


@transaction.atomic
def end(*, organization: Organization, actor: Learner, now: datetime) -> None:
    """
    Show no helper any more. Idempotent.

    :raises UnableToName: if the actor does not manage the organization.
    """
    if not is_manager(actor, organization):
        raise UnableToName(_("Only a manager of the organisation names its helper."))
    _end(CommuneHelper.objects.filter(organization=organization, ended_at__isnull=True).first(), now)


def _end(current: CommuneHelper | None, now: datetime) -> None:
    """A person's name is kept no longer than it is shown."""
    if current is not None:
        current.ended_at = now
        current.name = current.phone = ""
        current.save(update_fields=["ended_at", "name", "phone"])
