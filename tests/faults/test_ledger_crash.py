"""Every act of the ledger, dying at every statement: all of it is there, or nothing is; doing it again finishes it."""

from collections.abc import Callable
from functools import partial

import pytest

from credits.actions import deciding, expiry, freezing, holding, merging
from credits.models import Account, JournalEntry, Merge, Posting
from credits.queries import ledger as queries
from tests.factories.ledger import a_hold, a_use, asked_reversal, asked_transfer, for_a_certificate
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.faults import crash
from tests.faults.pairs.expiries import over_tomorrow
from tests.faults.pairs.meeting import LATER, awarded, with_twelve
from tests.faults.pairs.merges import asked_merge, two_accounts
from tests.faults.pairs.persons import approve
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def a_first_award() -> Act:
    """Its accounts are opened with it."""
    return partial(awarded, learner=a_learner(), issuer=an_organization(), key="completion:1")


def a_hold_of_credit() -> Act:
    learner, lot = with_twelve()
    return partial(a_hold, learner, {lot.pk: 8}, key="hold:1")


def a_release() -> Act:
    learner, lot = with_twelve()
    return partial(holding.release, hold=a_hold(learner, {lot.pk: 8}), actor=None, now=NOW)


def a_lapse() -> Act:
    learner, lot = with_twelve()
    a_hold(learner, {lot.pk: 8})
    return partial(holding.lapse_due, now=LATER)


def a_hold_used() -> Act:
    """Two entries: one gives it back, one uses it."""
    learner, lot = with_twelve()
    hold = a_hold(learner, {lot.pk: 8})
    use = {"idempotency_key": "use:1", "snapshot": for_a_certificate(), "actor": None, "now": NOW}
    return partial(holding.apply_hold, hold=hold, amounts={lot.pk: 5}, **use)


def a_use_of_credit() -> Act:
    learner, lot = with_twelve()
    return partial(a_use, learner, {lot.pk: 8}, key="use:1")


def an_expiry() -> Act:
    over_tomorrow()
    return partial(expiry.expire_due, now=LATER)


def a_question() -> Act:
    _learner, award = with_twelve()
    return partial(asked_reversal, award, by=a_curator(), key="ask:1")


def a_refusal() -> Act:
    _learner, award = with_twelve()
    return partial(deciding.refuse, request=asked_reversal(award), actor=a_curator(), note="Không đúng", now=NOW)


def a_transfer() -> Act:
    """Its decision, its entry, its lot and its conversion."""
    return approve(asked_transfer(a_learner(), in_hundredths=501))


def a_reversal_that_clears_the_way() -> Act:
    """A use is taken back and a hold given back first, in the same transaction."""
    learner, award = with_twelve()
    a_use(learner, {award.pk: 8})
    a_hold(learner, {award.pk: 3})
    return approve(asked_reversal(award))


def a_part_reversed() -> Act:
    _learner, award = with_twelve()
    return approve(asked_reversal(award, hundredths=5))


def a_merge() -> Act:
    """Two entries in two records."""
    kept, _lot, merged, _other = two_accounts()
    return approve(asked_merge(kept, merged))


def a_merge_undone() -> Act:
    a_merge()()
    why = {"reason": "Hai người khác nhau", "authority": "Đơn của người học"}
    merge = Merge.objects.get()
    return approve(merging.ask_undo(merge=merge, actor=a_curator(), idempotency_key="undo:1", now=NOW, **why))


def a_freeze() -> Act:
    return partial(freezing.freeze, learner=a_learner(), reason="Khiếu nại", actor=a_curator(), now=NOW)


def a_freeze_lifted() -> Act:
    frozen = a_freeze()()
    why = {"reason": "Đã rõ", "authority": "Biên bản số 12"}
    return approve(
        freezing.ask_unfreeze(freeze=frozen, actor=a_curator(), idempotency_key="unfreeze:1", now=NOW, **why)
    )


@pytest.mark.parametrize(
    "given",
    [
        a_first_award,
        a_hold_of_credit,
        a_release,
        a_lapse,
        a_hold_used,
        a_use_of_credit,
        an_expiry,
        a_question,
        a_refusal,
        a_transfer,
        a_reversal_that_clears_the_way,
        a_part_reversed,
        a_merge,
        a_merge_undone,
        a_freeze,
        a_freeze_lifted,
    ],
    ids=lambda given: given.__name__,
)
def test_all_or_nothing(given):
    act = given()

    deaths = crash.assert_all_or_nothing(act, ways=form(short=crash.TWO_WAYS, long=crash.EVERY_WAY))

    assert deaths > 6
    assert queries.audit() == []


def test_the_first_award_and_its_accounts():
    a_first_award()()

    assert (Account.objects.count(), JournalEntry.objects.count(), Posting.objects.count()) == (2, 1, 1)


def test_an_act_in_two_transactions_is_found_out():
    """The control: what commits half of its work does not pass."""
    learner, issuer = a_learner(), an_organization()

    def two_awards():
        awarded(learner=learner, issuer=issuer, key="completion:1")
        awarded(learner=learner, issuer=issuer, key="completion:2")

    with pytest.raises(AssertionError, match="done twice is not done once"):
        crash.assert_all_or_nothing(two_awards)
