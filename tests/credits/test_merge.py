"""Merge two accounts of one person, and undo it: totals are the same, and nothing is re-keyed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from credits.actions import freezing, merging
from credits.actions.application import LedgerIsFrozen
from credits.actions.asking import UnableToAsk
from credits.models import JournalEntry, Merge, MergeUndo
from credits.queries import ledger as queries
from credits.queries.lot import standing
from learners.actions import closing
from learners.models import Learner
from tests.factories.ledger import a_hold, a_reversal, a_use, an_award, approved
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
WHY = {"reason": "Một người có hai sổ", "authority": "Biên bản đối chiếu số 5"}
LATER = NOW + timedelta(days=30)


@pytest.fixture
def two():
    """One person twice: thirty hundredths in one account; ten used and twenty ready, of two kinds, in the other."""
    kept, merged, issuer = a_learner(full_name="Lê Văn Hòa"), a_learner(full_name="Le Van Hoa"), an_organization()
    an_award(learner=kept, issuer=issuer, hundredths=30)
    award = an_award(learner=merged, issuer=issuer, hundredths=10)
    an_award(learner=merged, issuer=issuer, hundredths=20, kind_of_credit="VOCATIONAL")
    a_use(merged, {award.pk: 10})
    return kept, merged


def asked(kept, merged, *, key="merge:1", by=None, now=NOW):
    return merging.ask_merge(kept=kept, merged=merged, actor=by or a_curator(), idempotency_key=key, now=now, **WHY)


def merge(kept, merged, *, now=NOW):
    approved(asked(kept, merged, now=now), now=now)
    return Merge.objects.get()


def asked_undo(done, *, key="undo:1", now=LATER):
    return merging.ask_undo(merge=done, actor=a_curator(), idempotency_key=key, now=now, **WHY)


def undo(done, *, now=LATER):
    approved(asked_undo(done, now=now), now=now)
    return MergeUndo.objects.get()


def total(*learners):
    return sum(lot.earned + lot.applied for learner in learners for lot in standing(learner))


def test_everything_moves_and_totals_are_the_same(two):
    kept, merged = two

    done = merge(kept, merged)

    assert (total(kept), total(merged)) == (60, 0)
    assert queries.balance(kept).by_kind == {"COMMUNITY": 30, "VOCATIONAL": 20}
    assert [(lot.earned, lot.applied) for lot in standing(kept)] == [(30, 0), (0, 10), (20, 0)]
    assert (done.out_entry.learner, done.in_entry.learner) == (merged, kept)
    assert (done.out_entry.sequence, done.in_entry.sequence) == (4, 2)
    assert queries.audit() == []


def test_an_undo_puts_everything_back(two):
    kept, merged = two
    before = [standing(learner) for learner in two]
    done = merge(kept, merged)

    undo(done)

    assert [[lot for lot in standing(learner) if any(lot.by_purpose.values())] for learner in two] == before
    assert queries.audit() == []


def test_what_was_earned_after_the_merge_stays_at_its_undo(two):
    kept, merged = two
    done = merge(kept, merged)
    an_award(learner=kept, hundredths=7)

    undo(done)

    assert (total(kept), total(merged)) == (37, 30)


def test_a_merge_twice_is_one_and_so_is_its_undo(two):
    request = asked(*two)
    for _ in range(2):
        approved(request)
    again = asked_undo(Merge.objects.get())
    for _ in range(2):
        approved(again)

    assert JournalEntry.objects.filter(reason__in=["MERGE_OUT", "MERGE_IN", "UNMERGE_OUT", "UNMERGE_IN"]).count() == 4


def test_an_empty_account_is_merged_without_entries():
    kept, merged = a_learner(), a_learner()

    done = merge(kept, merged)
    undone = undo(done)

    assert (done.out_entry, undone.in_entry, JournalEntry.objects.count()) == (None, None, 0)


def test_an_award_is_reversed_where_its_credit_lies_after_a_merge(two):
    kept, merged = two
    award = JournalEntry.objects.filter(learner=merged, lot__kind_of_credit="VOCATIONAL").get()
    merge(kept, merged)

    answer = a_reversal(award)

    assert (answer.learner, answer.reverses) == (kept, award)
    assert queries.balance(kept).by_kind["VOCATIONAL"] == 0
    assert queries.audit() == []


def test_an_award_that_comes_after_the_merge_is_reversed_where_it_lies(two):
    """A course completed under the old account posts there; nothing has moved it since."""
    kept, merged = two
    merge(kept, merged)
    late = an_award(learner=merged, hundredths=5)

    answer = a_reversal(late, now=LATER)

    assert (answer.learner, total(kept), total(merged)) == (merged, 60, 0)
    assert queries.audit() == []


def test_a_use_before_the_merge_is_taken_back_after_it(two):
    kept, merged = two
    use = JournalEntry.objects.get(reason="APPLICATION")
    merge(kept, merged)

    a_reversal(use)

    assert [(lot.earned, lot.applied) for lot in standing(kept)] == [(30, 0), (10, 0), (20, 0)]
    assert queries.audit() == []


def test_credit_set_aside_stops_a_merge(two):
    kept, merged = two
    vocational = next(lot for lot in standing(merged) if lot.earned)
    a_hold(merged, {vocational.lot_id: 1})
    request = asked(kept, merged)

    with pytest.raises(merging.CreditIsSetAside) as refused:
        approved(request)

    assert "21/12/2026" in str(refused.value)
    assert (total(kept), Merge.objects.count()) == (30, 0)
    assert not hasattr(type(request).objects.get(pk=request.pk), "decision")


@pytest.mark.parametrize("which", [0, 1])
def test_a_freeze_of_either_stops_a_merge_also_between_the_two_persons(two, which):
    request = asked(*two)
    freezing.freeze(learner=two[which], reason="Khiếu nại", actor=a_curator(), now=NOW)

    with pytest.raises(LedgerIsFrozen), transaction.atomic():
        approved(request)
    with pytest.raises(LedgerIsFrozen):
        asked(*two, key="merge:2")

    assert not Merge.objects.exists()


def test_a_freeze_of_an_account_merged_before_stops_it_as_well(two):
    kept, merged = two
    further = a_learner()
    merge(kept, further)
    freezing.freeze(learner=further, reason="Khiếu nại", actor=a_curator(), now=NOW)

    with pytest.raises(LedgerIsFrozen):
        asked(kept, merged, key="merge:2")


@pytest.mark.parametrize("which", [0, 1])
def test_the_database_merges_nothing_that_is_frozen_not_even_what_is_empty(monkeypatch, which):
    both = a_learner(), a_learner()
    request = asked(*both)
    freezing.freeze(learner=both[which], reason="Khiếu nại", actor=a_curator(), now=NOW)
    monkeypatch.setattr(merging, "refuse_if_frozen", lambda learner: None)

    with pytest.raises(IntegrityError, match="the ledger is frozen"), transaction.atomic():
        approved(request)

    assert not Merge.objects.exists()


def test_what_was_used_since_stops_an_undo(two):
    kept, merged = two
    done = merge(kept, merged)
    vocational = next(lot for lot in standing(kept) if lot.kind_of_credit == "VOCATIONAL")
    a_use(kept, {vocational.lot_id: 1})
    request = asked_undo(done)

    with pytest.raises(merging.UsedSince):
        approved(request)

    assert (total(kept, merged), MergeUndo.objects.count()) == (60, 0)


def test_an_undo_comes_within_thirty_days(two):
    done = merge(*two)
    in_time = asked_undo(done)

    with pytest.raises(merging.TooLateToUndo):
        asked_undo(done, key="undo:2", now=LATER + timedelta(seconds=1))
    with pytest.raises(merging.TooLateToUndo):
        approved(in_time, now=LATER + timedelta(seconds=1))


def test_an_account_is_merged_away_once(two):
    kept, merged = two
    other = a_learner()
    second = asked(other, merged, key="merge:2")
    merge(kept, merged)

    for refused in (lambda: asked(other, merged, key="merge:3"), lambda: asked(merged, other, key="merge:4")):
        with pytest.raises(merging.AlreadyMerged):
            refused()
    with pytest.raises(merging.AlreadyMerged):
        approved(second)


def test_after_an_undo_it_may_be_merged_elsewhere(two):
    kept, merged = two
    undo(merge(kept, merged))
    other = a_learner()

    approved(asked(other, merged, key="merge:2", now=LATER), now=LATER)

    assert (total(other), total(merged)) == (30, 0)
    assert queries.audit() == []


def test_what_was_merged_further_on_comes_back_the_same_way(two):
    kept, merged = two
    first = merge(kept, merged)
    in_time = asked_undo(first)
    further = a_learner()
    approved(asked(further, kept, key="merge:2"))

    with pytest.raises(merging.AlreadyMerged):
        approved(in_time, now=LATER)
    with pytest.raises(merging.AlreadyMerged):
        asked_undo(first, key="undo:2")
    assert (total(further), total(kept), total(merged)) == (60, 0, 0)

    approved(asked_undo(Merge.objects.get(merged=kept), key="undo:3"), now=LATER)
    approved(in_time, now=LATER)

    assert (total(further), total(kept), total(merged)) == (0, 30, 30)
    assert queries.audit() == []


def test_who_asks_is_a_curator_and_not_one_of_the_two(two):
    kept, merged = two

    with pytest.raises(UnableToAsk):
        asked(kept, merged, by=a_learner())
    with pytest.raises(UnableToAsk):
        asked(kept, kept)
    curator = a_curator()
    with pytest.raises(UnableToAsk):
        asked(kept, curator, by=curator)


# Leaving


def closes(learner):
    closing.ask(learner=learner, now=NOW)


def is_closed(learner):
    Learner.objects.filter(pk=learner.pk).update(closed_at=NOW, is_active=False)


@pytest.mark.parametrize("leaves", [closes, is_closed])
@pytest.mark.parametrize("who", [0, 1], ids=["kept", "merged"])
def test_nothing_is_merged_with_who_leaves(two, leaves, who):
    request = asked(*two)
    leaves(two[who])

    with pytest.raises(merging.ClosedOrClosing):
        approved(request)
    with pytest.raises(merging.ClosedOrClosing):
        asked(*two, key="merge:2")

    assert not Merge.objects.exists()
    assert not Learner.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.parametrize("leaves", [closes, is_closed])
def test_nothing_is_given_back_to_who_leaves(two, leaves):
    """The merged account is closed with the kept one: it does not come back half emptied."""
    done = merge(*two)
    request = asked_undo(done)
    leaves(two[0])

    with pytest.raises(merging.ClosedOrClosing):
        approved(request, now=LATER)
    with pytest.raises(merging.ClosedOrClosing):
        asked_undo(done, key="undo:2")

    assert not MergeUndo.objects.exists()


def test_a_closing_that_was_stopped_is_in_nobodys_way(two):
    closes(two[0])
    closing.stop(learner=two[0], now=NOW)

    merge(*two)

    assert Merge.objects.count() == 1
