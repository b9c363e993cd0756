"""The transfer register: what an organisation accepts is added, and ended; never edited."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credits.models import Acceptance
from credits.rules import ACCEPTANCES_MAX
from learners.models import Learner, Organization
from learners.permissions import is_curator, is_manager


class UnableToRecord(Exception):
    """The register does not take this; the message is written for the person who asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is accepted, by one or several of these together, since when and by which document."""

    provider: Organization | None = None
    course_key: str = ""
    course_title: str = ""
    kind_of_credit: str = ""
    field_code: str = ""
    since: date
    document: str


@transaction.atomic
def record(*, organization: Organization, accepted: Accepted, actor: Learner, now: datetime) -> Acceptance:
    """
    Write into the register that an organisation accepts something and return the row.

    Idempotent: what stands there word for word, and has not ended, is returned.

    :raises UnableToRecord: if the actor is neither its manager nor a curator, it names nothing, or the organisation has
        too many rows.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    _refuse_unless_allowed(organization, actor)
    said = {**asdict(accepted), "provider": accepted.provider}
    if not (accepted.provider or accepted.course_key or accepted.kind_of_credit or accepted.field_code):
        raise UnableToRecord(_("Say what is accepted: from whom, which course, which kind or which field."))
    current = Acceptance.objects.filter(organization=organization, until__isnull=True)
    if there := current.filter(**said).first():
        return there
    if current.count() >= ACCEPTANCES_MAX:
        raise UnableToRecord(
            _("%(name)s has %(count)s rows in the register, which is as many as there may be. End one first.")
            % {"name": organization.name, "count": ACCEPTANCES_MAX}
        )
    return Acceptance.objects.create(organization=organization, recorded_at=now, recorded_by=actor, **said)


@transaction.atomic
def end(*, acceptance: Acceptance, until: date, actor: Learner, now: datetime) -> Acceptance:
    """
    Let a row end before a day and return it; what was accepted until then stays accepted. Idempotent.

    :raises UnableToRecord: if the actor is neither a manager of the organisation nor a curator, or the day lies before
        the row began.
    """
    acceptance = (
        Acceptance.objects.select_for_update(of=["self"], no_key=True)
        .select_related("organization")
        .get(pk=acceptance.pk)
    )
    _refuse_unless_allowed(acceptance.organization, actor)
    if acceptance.until is not None:
        return acceptance
    if until < acceptance.since:
        raise UnableToRecord(_("It cannot end before it began."))
    acceptance.until, acceptance.ended_at, acceptance.ended_by = until, now, actor
    acceptance.save(update_fields=["until", "ended_at", "ended_by"])
    return acceptance


def _refuse_unless_allowed(organization: Organization, actor: Learner) -> None:
    if not is_curator(actor) and not is_manager(actor, organization):
        raise UnableToRecord(_("Only a manager of the organisation, or a curator, can write into the register."))
