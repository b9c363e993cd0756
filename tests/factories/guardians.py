"""Children registered at a counter, and who stands for them."""

from datetime import datetime
from uuid import uuid4

from learners.actions import guardian as actions
from learners.choices import GuardianProof
from learners.models import Guardian, Learner, Organization
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NOW, a_learner, an_organization


def a_child(
    *,
    organization: Organization | None = None,
    age: int | None = 10,
    full_name: str = "Phan Gia Bảo",
    now: datetime = NOW,
) -> Learner:
    """Return who is so old this year, or of whom no year is known, registered at the organization's counter."""
    organization = organization or an_organization()
    birth_year = None if age is None else now.year - age
    registered = a_registration(organization=organization, full_name=full_name, birth_year=birth_year, now=now)
    return registered.learner


def a_code_for(child: Learner, *, actor: Learner | None = None, now: datetime = NOW) -> str:
    """Return the code of a guardian recorded where the child was registered."""
    organization = child.registration.organization
    proof = GuardianProof.BIRTH_CERTIFICATE
    actor = actor or the_manager(organization)
    said = {"actor": actor, "full_name": "Phan Thị Mẹ", "proof": proof, "idempotency_key": uuid4(), "now": now}
    _row, code = actions.record(child=child, organization=organization, **said)
    return code


def a_guardian(child: Learner, *, guardian: Learner | None = None, now: datetime = NOW) -> Guardian:
    """Return the row by which a parent stands for the child, their code typed in."""
    guardian = guardian or a_learner(full_name="Phan Thị Mẹ")
    if guardian.birth_year is None:
        guardian.birth_year = now.year - 40
        guardian.save(update_fields=["birth_year"])
    return actions.take_up(code=a_code_for(child, now=now), guardian=guardian, now=now)
