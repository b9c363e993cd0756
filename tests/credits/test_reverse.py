"""Reverse an entry: the mistake and its answer both stay."""

from datetime import timedelta

import pytest

from credits.actions import deciding, expiry, holding, reversal
from credits.actions.asking import AskedBefore
from credits.actions.posting import KeyReused
from credits.models import JournalEntry
from credits.queries import ledger as queries
from credits.queries.lot import standing
from tests.factories.ledger import (
    a_hold,
    a_reversal,
    a_transfer,
    a_use,
    an_award,
    approved,
    asked_again,
    asked_reversal,
    for_a_certificate,
)
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def reversed_(entry, *, key="reversal:1", now=LATER, **more):
    return a_reversal(entry, key=key, now=now, **more)


def test_reverse_takes_back_what_was_awarded_and_says_why():
    learner = a_learner()
    an_award(learner=learner, hundredths=4)
    mistake = an_award(learner=learner, hundredths=12)

    answer = reversed_(mistake)

    there, back = mistake.postings.get(), answer.postings.get()
    assert (back.source, back.destination, back.amount_minor) == (there.destination, there.source, 12)
    assert (answer.reverses, answer.sequence, answer.occurred_at) == (mistake, 3, LATER)
    assert queries.balance(learner).total == 4
    newest, wrong, right = queries.statement(learner).lines
    assert (newest.is_reversal, newest.reversal_reason, newest.title) == (True, "Ghi trùng ngày 24/10", wrong.title)
    assert [line.is_reversed for line in (newest, wrong, right)] == [False, True, False]
    assert queries.audit() == []


def test_reverse_twice_reverses_once():
    mistake = an_award(learner=a_learner())
    request = asked_reversal(mistake)

    first = approved(request)
    second = approved(request, now=LATER)
    third = reversal.reverse(request=request, actor=a_curator(), now=LATER)

    assert (second, third) == (first, first)
    assert JournalEntry.objects.count() == 2


def test_a_part_is_reversed_and_then_the_rest():
    learner = a_learner()
    mistake = an_award(learner=learner, hundredths=12)

    part = reversed_(mistake, hundredths=5, key="1")
    rest = reversed_(mistake, key="2")

    assert [(each.reversal_part, each.postings.get().amount_minor) for each in (part, rest)] == [(1, 5), (2, 7)]
    assert queries.balance(learner).total == 0
    assert queries.audit() == []


def test_what_a_conversion_rounded_away_comes_back_with_the_last_part():
    learner = a_learner()
    transfer = a_transfer(learner, in_hundredths=501)  # 300.6 hundredths of a credit

    part = reversed_(transfer, hundredths=100, key="1")
    rest = reversed_(transfer, key="2")

    assert list(part.postings.values_list("amount_minor", flat=True)) == [100]
    assert list(rest.postings.order_by("pk").values_list("amount_minor", flat=True)) == [200, 83_160]
    assert queries.audit() == []


def test_both_persons_are_named_in_the_entry():
    issuer = an_organization()
    curator = a_curator()
    request = asked_reversal(an_award(learner=a_learner(), issuer=issuer), by=issuer.registered_by)

    entry = approved(request, by=curator)

    assert (entry.actor, entry.request) == (curator, request)
    named = (str(issuer.registered_by.ledger_number), str(curator.ledger_number))
    assert (entry.snapshot["requested_by"], entry.snapshot["approved_by"]) == named


def test_a_use_of_the_credit_is_taken_back_first():
    """Of two awards used together one was a mistake: the other is ready again, and both acts name their reason."""
    learner = a_learner()
    good, mistake = an_award(learner=learner, hundredths=30), an_award(learner=learner, hundredths=12)
    use = a_use(learner, {good.pk: 30, mistake.pk: 12})

    answer = reversed_(mistake)

    taken_back = use.reversals.get()
    assert [taken_back.sequence, answer.sequence] == [4, 5]
    assert (taken_back.request, taken_back.snapshot["reason_digest"]) == (
        answer.request,
        answer.snapshot["reason_digest"],
    )
    assert [(lot.earned, lot.applied) for lot in standing(learner)] == [(30, 0), (0, 0)]
    assert queries.balance(learner).total == 30
    assert queries.audit() == []


def test_credit_set_aside_is_given_back_first():
    """A wrong award does not stand for as long as a hold lasts; what else was set aside with it is ready again."""
    learner, curator = a_learner(), a_curator()
    good, mistake = an_award(learner=learner, hundredths=30), an_award(learner=learner, hundredths=12)
    hold = a_hold(learner, {good.pk: 30, mistake.pk: 8})

    answer = approved(asked_reversal(mistake, now=LATER), by=curator, now=LATER)

    given_back = hold.ending
    assert (given_back.snapshot["how"], given_back.actor, given_back.request) == ("RELEASED", curator, None)
    assert given_back.snapshot["reversal_request"] == str(answer.request.public_id)
    assert [given_back.sequence, answer.sequence] == [4, 5]
    assert [(lot.earned, lot.held) for lot in standing(learner)] == [(30, 0), (0, 0)]
    assert queries.balance(learner).total == 30
    assert holding.lapse_due(now=LATER + timedelta(days=60)) == 0
    assert queries.audit() == []


def test_what_was_built_on_it_goes_until_enough_is_ready_and_a_use_last():
    """What is set aside before what is used, also where that is newer; of each the newest."""
    learner = a_learner()
    mistake = an_award(learner=learner, hundredths=15)
    oldest, middle = a_hold(learner, {mistake.pk: 4}), a_hold(learner, {mistake.pk: 4})
    use, newest = a_use(learner, {mistake.pk: 3}), a_use(learner, {mistake.pk: 3})

    reversed_(mistake, hundredths=5)

    assert [hasattr(hold, "ending") for hold in (oldest, middle)] == [False, True]
    assert [each.reversals.count() for each in (use, newest)] == [0, 0]
    assert [(lot.earned, lot.held, lot.applied) for lot in standing(learner)] == [(0, 4, 6)]

    reversed_(mistake, hundredths=6, key="reversal:2")

    assert hasattr(JournalEntry.objects.get(pk=oldest.pk), "ending")
    assert [each.reversals.count() for each in (use, newest)] == [0, 1]
    assert [(lot.earned, lot.held, lot.applied) for lot in standing(learner)] == [(1, 0, 3)]
    assert queries.audit() == []


def test_what_has_expired_is_taken_back_before_what_was_used():
    learner = a_learner()
    mistake = an_award(learner=learner, hundredths=12, valid_until=(NOW + timedelta(days=1)).date())
    use = a_use(learner, {mistake.pk: 4})
    expiry.expire_due(now=LATER)

    reversed_(mistake, hundredths=8)

    assert use.reversals.count() == 0
    assert [(lot.earned, lot.applied) for lot in standing(learner)] == [(0, 4)]
    assert queries.audit() == []
    assert queries.audit() == []


def test_a_use_of_what_was_set_aside_is_taken_back_alone():
    """Its hold has ended with it and is not given back again."""
    learner = a_learner()
    award = an_award(learner=learner, hundredths=12)
    hold = a_hold(learner, {award.pk: 12})
    said = {"actor": learner, "idempotency_key": "use", "snapshot": for_a_certificate(), "now": NOW}
    holding.apply_hold(hold=hold, amounts={award.pk: 12}, **said)

    reversed_(award)

    reasons = learner.journal_entries.order_by("sequence").values_list("reason", flat=True)
    assert list(reasons) == ["COURSE_COMPLETION", "HOLD", "RELEASE", "APPLICATION", "REVERSAL", "REVERSAL"]
    assert queries.audit() == []


def test_a_use_stays_when_enough_is_left_beside_it():
    learner = a_learner()
    award = an_award(learner=learner, hundredths=30)
    a_use(learner, {award.pk: 10})

    reversed_(award, hundredths=20)

    assert [(lot.earned, lot.applied) for lot in standing(learner)] == [(0, 10)]


def reversed_before(entry):
    reversed_(entry, key="reversal:0")
    return entry


def its_reversal(entry):
    return reversed_(entry, key="reversal:0")


def other_reason_under_the_key(entry):
    asked_reversal(entry, reason="Nhầm người", key="reversal:1")
    return entry


def a_hold_of_it(entry):
    return a_hold(entry.learner, {entry.pk: 12})


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (reversed_before, reversal.AlreadyReversed),
        (its_reversal, reversal.NotReversible),
        (a_hold_of_it, reversal.NotReversible),
        (other_reason_under_the_key, KeyReused),
    ],
)
def test_reverse_is_refused(given, refusal):
    learner = a_learner()
    entry = given(an_award(learner=learner))
    before = (JournalEntry.objects.count(), queries.balance(learner))

    with pytest.raises(refusal) as refused:
        reversed_(entry)

    assert str(refused.value)
    assert (JournalEntry.objects.count(), queries.balance(learner)) == before
    assert queries.audit() == []


def test_more_than_there_is_is_not_reversed():
    award = an_award(learner=a_learner(), hundredths=12)
    reversed_(award, hundredths=5, key="1")

    with pytest.raises(reversal.AlreadyReversed):
        reversed_(award, hundredths=8, key="2")


def test_two_requests_for_the_same_entry_reverse_it_once():
    award = an_award(learner=a_learner())
    first = asked_reversal(award)
    second = asked_again(first)
    approved(first)

    with pytest.raises(reversal.AlreadyReversed):
        approved(second)

    assert not hasattr(type(second).objects.get(pk=second.pk), "decision")
    assert queries.audit() == []


def test_a_use_is_not_reversed_in_part():
    learner = a_learner()
    award = an_award(learner=learner, hundredths=12)
    use = a_use(learner, {award.pk: 12})

    with pytest.raises(reversal.NotReversible):
        reversed_(use, hundredths=5)


def test_a_use_is_reversed_as_a_whole():
    learner = a_learner()
    award = an_award(learner=learner, hundredths=12)
    use = a_use(learner, {award.pk: 12})

    reversed_(use)

    assert queries.balance(learner).total == 12
    assert queries.audit() == []


def test_a_stranger_does_not_ask():
    with pytest.raises(reversal.UnableToAsk):
        asked_reversal(an_award(learner=a_learner()), by=an_organization().registered_by)


def test_a_refused_request_reverses_nothing():
    learner = a_learner()
    request = asked_reversal(an_award(learner=learner))

    deciding.refuse(request=request, actor=a_curator(), note="Chưa có biên bản", now=NOW)

    with pytest.raises(deciding.AlreadyDecided):
        approved(request)
    assert queries.balance(learner).total == 12


def test_what_was_reversed_can_be_awarded_anew():
    learner = a_learner()
    reversed_(an_award(learner=learner, hundredths=12))

    an_award(learner=learner, hundredths=10, now=LATER)

    assert queries.balance(learner).total == 10
    assert [line.balance for line in queries.statement(learner).lines] == [10, 0, 12]


def test_open_requests_count_against_what_is_left():
    entry = an_award(learner=a_learner())  # twelve hundredths
    first = asked_reversal(entry, hundredths=8)

    with pytest.raises(AskedBefore) as refused:
        asked_reversal(entry, hundredths=5)
    with pytest.raises(AskedBefore):
        asked_reversal(entry)
    second = asked_reversal(entry, hundredths=4)

    assert refused.value.request == first
    assert approved(first)
    assert approved(second)
