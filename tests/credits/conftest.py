from collections.abc import Iterator

import pytest
from django.utils import translation

from credits.choices import Outcome
from credits.models import LedgerDecision
from learners.models import Learner, Organization
from tests.factories.ledger import an_award, asked_reversal
from tests.factories.people import NOW, a_curator, a_learner, an_organization


@pytest.fixture
def held(db: None) -> tuple[Learner, Organization]:
    """A learner who holds twelve hundredths of a credit, who awarded them, and an approval to reverse them, unused."""
    learner, issuer = a_learner(), an_organization()
    request = asked_reversal(an_award(learner=learner, issuer=issuer))
    LedgerDecision.objects.create(request=request, outcome=Outcome.APPROVED, decided_by=a_curator(), decided_at=NOW)
    return learner, issuer


@pytest.fixture
def in_english() -> Iterator[None]:
    """What is said to people is said in English: for tests that ask what a refusal says."""
    with translation.override("en"):
        yield
