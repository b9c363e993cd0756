"""Opening an account at the counter for somebody who needs neither e-mail nor phone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.choices import AgeKind, ConsentWay, Language
from learners.models import Learner, Organization, Place, Registration
from learners.permissions import is_staff_of
from learners.queries import age
from learners.queries import registration as registrations
from learners.queries.likeness import Known


class UnableToRegister(Exception):
    """The account cannot be opened here now; the message is for who stands behind the counter."""


class NotYetVerified(UnableToRegister):
    pass


class SentBefore(UnableToRegister):
    """By a page that stayed open, with another name in it."""


class EnoughForToday(UnableToRegister):
    pass


class NotStaff(UnableToRegister):
    pass


class NeedsGuardian(UnableToRegister):
    """Who would be a child by the year that was typed; also what a slip of the finger is told."""


class MayBeRegistered(UnableToRegister):
    """Somebody of this name and year was registered here before; ``found`` is who, for the page to ask."""

    def __init__(self, found: Sequence[Registration]) -> None:
        super().__init__(_("Somebody of this name was registered here before."))
        self.found = found


@transaction.atomic
def register(
    *,
    organization: Organization,
    actor: Learner,
    full_name: str,
    birth_year: int | None,
    place: Place | None,
    language: Language,
    consent_way: ConsentWay,
    idempotency_key: UUID,
    saw_paper: bool = False,
    guardian_agreed: bool = False,
    is_another: bool = False,
    now: datetime,
) -> Registration:
    """
    Open an account for the person at the counter and return how it was done; a card is printed next (``card.issue``).

    The birth year is confirmed where staff saw it on a paper (``saw_paper``), and said otherwise. A child's record is
    opened when its parent or guardian, who stands there too, has agreed (``guardian_agreed``).

    Idempotent by key. ``is_another``: staff have seen who is registered here by that name, and it is somebody else.
    Locks the organization, so that what it may do in a day holds when many register at once.

    :raises NotStaff: if the actor neither manages the organization nor teaches there.
    :raises SentBefore: if what was sent with this key was another name.
    :raises NotYetVerified: if the organization is not verified now.
    :raises EnoughForToday: if it has registered ``rules.REGISTERED_PER_DAY_MAX`` people today.
    :raises NeedsGuardian: if they are a child by that year, and no guardian has agreed.
    :raises MayBeRegistered: if it has registered somebody of that name and year, and staff have not said they are two.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if not is_staff_of(actor, organization):
        raise NotStaff(_("Only people who work at the organisation register somebody there."))
    if first := organization.registrations.filter(idempotency_key=idempotency_key).select_related("learner").first():
        if first.learner.full_name != full_name:
            raise SentBefore(_("This page has registered somebody else already. Open it again for the next person."))
        return first
    today = timezone.localdate(now)
    if not organization.is_verified(on=today):
        raise NotYetVerified(_("People are registered here once a curator has verified the organisation."))
    if registrations.of_today(organization, now=now) >= rules.REGISTERED_PER_DAY_MAX:
        raise EnoughForToday(
            _("%(count)s people have been registered here today, which is as many as there may be in a day.")
            % {"count": rules.REGISTERED_PER_DAY_MAX}
        )
    is_child = age.ages(on=today).is_under(birth_year, AgeKind.AGREES_ALONE)
    if is_child and not guardian_agreed:
        raise NeedsGuardian(
            _(
                "By this year %(name)s is a child to the law. If it is right, their parent or guardian has to agree "
                "too: tick the box once they have."
            )
            % {"name": full_name}
        )
    known = Known(full_name, birth_year, place.pk if place else "")
    if not is_another and (found := registrations.alike(organization, actor, known)):
        raise MayBeRegistered(found)
    learner = Learner.objects.create(
        full_name=full_name,
        birth_year=birth_year,
        birth_year_confirmed_at=now if birth_year and saw_paper else None,
        birth_year_confirmed_by=actor if birth_year and saw_paper else None,
        place=place,
        language=language,
        has_card=True,
        is_demonstration=organization.is_demonstration,
        created_at=now,
        password="!",  # noqa: S106 -- Django's mark for: no password fits
    )
    return Registration.objects.create(
        learner=learner,
        organization=organization,
        registered_by=actor,
        registered_at=now,
        consent_way=consent_way,
        guardian_agreed=is_child,
        consent_text=rules.COUNTER_CONSENT,
        idempotency_key=idempotency_key,
    )
