"""
Two who meet over one report, at the same moment: one acts, the other is told why not.

Each race is run again without the locks; then it must go wrong, or end at the database's own refusal.
"""

import pytest

from credits.actions import dispute
from credits.choices import Complaint, DisputeOutcome
from credits.models import Dispute
from credits.rules import DISPUTES_OPEN_MAX
from tests.factories.disputes import a_dispute
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.faults.test_desk_races import race

pytestmark = pytest.mark.django_db(transaction=True)
OPENS, ENDS = 'INSERT INTO "credits_dispute"', 'UPDATE "credits_dispute"'


def report(entry, text="Thiếu một buổi."):
    return dispute.open_dispute(
        learner=entry.learner, entry=entry, complaint=Complaint.WRONG_AMOUNT, text=text, now=NOW
    )


@pytest.mark.parametrize(
    ("with_locks", "came"),
    [(True, ["AlreadyReported", "Dispute"]), (False, ["Dispute", "IntegrityError"])],
    ids=["locked", "not locked"],
)
def test_one_line_reported_twice_at_once_is_one_case(with_locks, came):
    entry = an_award(learner=a_learner())

    assert (
        race(lambda: report(entry), lambda: report(entry, "Khác hẳn."), first_write=OPENS, with_locks=with_locks)
        == came
    )

    assert Dispute.objects.count() == 1


@pytest.mark.parametrize(
    ("with_locks", "came"),
    [(True, ["Dispute", "TooManyOpen"]), (False, ["Dispute", "Dispute"])],
    ids=["locked", "not locked"],
)
def test_the_last_place_under_the_limit_is_taken_once(with_locks, came):
    learner, issuer = a_learner(), an_organization()
    for _ in range(DISPUTES_OPEN_MAX - 1):
        a_dispute(learner=learner, issuer=issuer)
    one, other = an_award(learner=learner, issuer=issuer), an_award(learner=learner, issuer=issuer)

    assert race(lambda: report(one), lambda: report(other), first_write=OPENS, with_locks=with_locks) == came


@pytest.mark.parametrize("with_locks", [True, False], ids=["locked", "not locked"])
def test_a_report_ends_once_answered_or_taken_back(with_locks):
    case, curator = a_dispute(), a_curator()

    came = race(
        lambda: dispute.answer(dispute=case, actor=curator, outcome=DisputeOutcome.UPHELD, text="Đúng.", now=NOW),
        lambda: dispute.withdraw(dispute=case, learner=case.learner, now=NOW),
        first_write=ENDS,
        with_locks=with_locks,
    )

    told = {"NotWaiting", "UnableToWithdraw"} if with_locks else {"IntegrityError"}
    assert came.count("Dispute") == 1
    assert set(came) - {"Dispute"} <= told
    assert Dispute.objects.get().state in {"ANSWERED", "WITHDRAWN"}
