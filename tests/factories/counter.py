"""People registered at a counter, and the cards printed for them."""

from datetime import datetime
from uuid import uuid4

from learners.actions import card, claim, closing, dead_way, registration
from learners.actions.card import Printed
from learners.actions.consent import Witness
from learners.choices import ConsentWay, Language, Way
from learners.models import AccountClosing, Card, DeadWay, Learner, Membership, Organization, Registration
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
        "is_another": True,
        "saw_paper": True,
        "guardian_agreed": True,
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


def the_staff(organization: Organization) -> Witness:
    return Witness(staff=the_manager(organization), organization=organization)


def a_closing_at_the_counter(organization: Organization, *, now: datetime = NOW) -> AccountClosing:
    """Return what one member of staff has written down for who has only a card; nobody has confirmed it."""
    registered = a_registration(organization=organization, birth_year=1952, now=now)
    a_card(registered, pin="4711", now=now)
    return closing.ask(learner=registered.learner, witness=the_staff(organization), now=now)[0]


def a_dead_way_at_the_counter(organization: Organization, *, number: str, now: datetime = NOW) -> DeadWay:
    """Return a number that reaches its owner no more, as one member of staff wrote it down; nobody has confirmed it."""
    registered = a_registration(organization=organization, birth_year=1950, now=now)
    a_card(registered, pin="4712", now=now)
    person, staff = registered.learner, the_manager(organization)
    claim.claim(learner=person, address=number, actor=staff, organization=organization, now=now)
    person.refresh_from_db()
    return dead_way.ask(learner=person, kind=Way.PHONE, witness=the_staff(organization), now=now)


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
