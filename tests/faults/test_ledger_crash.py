"""Award and reverse, dying at every statement: an entry and its postings are there, or nothing is."""

import pytest

from credits.actions import deciding
from credits.models import Account, JournalEntry, Posting
from credits.queries import ledger as queries
from tests.factories.ledger import an_award, asked_reversal
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.faults import crash

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_award_and_its_accounts():
    learner, issuer = a_learner(), an_organization()

    deaths = crash.assert_all_or_nothing(lambda: an_award(learner=learner, issuer=issuer, key="completion:1"))

    assert deaths > 15
    assert (Account.objects.count(), JournalEntry.objects.count(), Posting.objects.count()) == (2, 1, 1)
    assert queries.audit() == []


def test_a_reversal():
    entry = an_award(learner=a_learner())

    request, curator = asked_reversal(entry), a_curator()

    crash.assert_all_or_nothing(lambda: deciding.approve(request=request, actor=curator, now=NOW))

    assert JournalEntry.objects.count() == 2
    assert queries.audit() == []


def test_an_act_in_two_transactions_is_found_out():
    """The control: what commits half of its work does not pass."""
    learner, issuer = a_learner(), an_organization()

    def two_awards():
        an_award(learner=learner, issuer=issuer, key="completion:1")
        an_award(learner=learner, issuer=issuer, key="completion:2")

    with pytest.raises(AssertionError, match="done twice is not done once"):
        crash.assert_all_or_nothing(two_awards)
