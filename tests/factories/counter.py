"""People registered at a counter, and the cards printed for them."""

from datetime import datetime
from uuid import uuid4

from learners.actions import card, registration
from learners.actions.card import Printed
from learners.choices import ConsentWay, Language
from learners.models import Card, Learner, Membership, Organization, Registration
from learners.queries import card as cards
from tests.factories.people import NOW


def the_manager(organization: Organization) -> Learner:
    return Membership.objects.select_related("learner").get(organization=organization, role="MANAGER").learner


def a_registration(
    *,
    organization: Organization,
    actor: Learner | None = None,
    full_name: str = "Phan Thị Tư",
    birth_year: int | None = 1952,
    now: datetime = NOW,
    **more: object,
) -> Registration:
    """Return how somebody without e-mail or phone was registered at the organization's counter."""
    said = {
        "place": organization.place,
        "language": Language.VI,
        "consent_way": ConsentWay.SPOKEN,
        "idempotency_key": uuid4(),
    } | more
    return registration.register(
        organization=organization,
        actor=actor or the_manager(organization),
        full_name=full_name,
        birth_year=birth_year,
        now=now,
        **said,  # type: ignore[arg-type]
    )


def a_card(registered: Registration, *, pin: str = "", now: datetime = NOW) -> Printed:
    """Return a card printed where the person was registered, with what stands on its paper."""
    organization = registered.organization
    return card.issue(
        learner=registered.learner, actor=the_manager(organization), organization=organization, pin=pin, now=now
    )


def an_old_card(registered: Registration, *, now: datetime = NOW) -> Printed:
    """Return a card as it was printed when one needed neither a PIN nor a confirmed birth year."""
    secret, code, organization = "x" * 22, "K7MP3QXD", registered.organization
    old = Card.objects.create(
        learner=registered.learner,
        secret_hash=cards.secret_hash(secret),
        code_hash=cards.keyed("code", code),
        issued_at=now,
        issued_by=the_manager(organization),
        organization=organization,
    )
    return Printed(card=old, secret=secret, code=code)
