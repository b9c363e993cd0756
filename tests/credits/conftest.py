import pytest

from learners.models import Learner, Organization
from tests.factories.ledger import an_award
from tests.factories.people import a_learner, an_organization


@pytest.fixture
def held(db: None) -> tuple[Learner, Organization]:
    """A learner who holds twelve hundredths of a credit, and who awarded them."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)
    return learner, issuer
