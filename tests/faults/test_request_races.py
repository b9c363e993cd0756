"""Two managers ask the curators at the same moment: the last place under the limit is taken once."""

import pytest

from credits.actions import asking
from credits.models import LedgerRequest
from tests.factories.ledger import an_award, asked_reversal, asked_transfer
from tests.factories.people import a_learner, an_organization
from tests.faults.test_desk_races import race

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = 'INSERT INTO "credits_ledgerrequest"'


@pytest.mark.parametrize(
    ("with_locks", "came"),
    [(True, ["LedgerRequest", "TooManyWait"]), (False, ["LedgerRequest", "LedgerRequest"])],
    ids=["locked", "not locked"],
)
def test_the_last_place_under_the_limit_is_taken_once(monkeypatch, with_locks, came):
    monkeypatch.setattr(asking, "REQUESTS_OPEN_MAX", 1)
    issuer = an_organization()
    one, other = (an_award(learner=a_learner(), issuer=issuer) for _ in range(2))
    manager = issuer.registered_by

    def ask(entry):
        return lambda: asked_reversal(entry, by=manager)

    assert race(ask(one), ask(other), first_write=ASKS, with_locks=with_locks) == came


def test_one_request_sent_twice_at_once_under_the_limit_is_one(monkeypatch):
    monkeypatch.setattr(asking, "REQUESTS_OPEN_MAX", 1)
    issuer = an_organization()
    entry = an_award(learner=a_learner(), issuer=issuer)

    def ask():
        return asked_reversal(entry, by=issuer.registered_by, key="the same")

    assert race(ask, ask, first_write=ASKS, with_locks=True) == ["LedgerRequest", "LedgerRequest"]
    assert LedgerRequest.objects.count() == 1


def test_one_request_to_recognize_sent_twice_at_once_is_one():
    """The second finds the first one's by its key before it finds the same learning asked for."""
    learner, organization = a_learner(), an_organization()

    def ask():
        return asked_transfer(learner, organization=organization, key="the same")

    assert race(ask, ask, first_write=ASKS, with_locks=True) == ["LedgerRequest", "LedgerRequest"]
    assert LedgerRequest.objects.count() == 1
