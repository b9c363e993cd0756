"""Reverse an entry: the mistake and its answer both stay."""

from datetime import timedelta

import pytest

from credits.actions import ledger
from credits.models import JournalEntry
from credits.queries import ledger as queries
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def reversed_(entry, *, reason="Ghi trùng ngày 24/10", key="reversal:1", now=LATER):
    return ledger.reverse(entry=entry, reason=reason, actor=None, idempotency_key=key, now=now)


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

    first = reversed_(mistake)
    second = reversed_(mistake, now=LATER + timedelta(days=1))

    assert second == first
    assert JournalEntry.objects.count() == 2


def reversed_before(entry):
    reversed_(entry, key="reversal:0")
    return entry


def its_reversal(entry):
    return reversed_(entry, key="reversal:0")


def key_of_an_award(entry):
    an_award(learner=entry.learner, key="reversal:1")
    return entry


def other_reason_under_the_key(entry):
    reversed_(entry, reason="Nhầm người")
    return entry


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (reversed_before, ledger.AlreadyReversed),
        (its_reversal, ledger.NotReversible),
        (key_of_an_award, ledger.KeyReused),
        (other_reason_under_the_key, ledger.KeyReused),
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


def test_what_was_reversed_can_be_awarded_anew():
    learner = a_learner()
    reversed_(an_award(learner=learner, hundredths=12))

    an_award(learner=learner, hundredths=10, now=LATER)

    assert queries.balance(learner).total == 10
    assert [line.balance for line in queries.statement(learner).lines] == [10, 0, 12]
