"""
The same commands given to the ledger and to a small model that shares no code with it: after every step both agree.

On what lies where, lot by lot; on every entry in its order; on which commands are refused, and as what; on whether
anything was written at all. And the audit finds nothing.
"""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from credits.actions import holding
from credits.actions.posting import UnableToPost
from credits.models import Freeze, JournalEntry, LedgerDecision, LedgerRequest
from credits.queries import ledger as queries
from credits.queries.lot import lapsed_holds
from tests.credits.by_hand import run
from tests.credits.model import PLACES, Model, No
from tests.credits.real import Real
from tests.seed import SEED, form

PEOPLE = 3
EXAMPLES = form(short=20, long=500)
STEPS = form(short=15, long=40)

who = st.integers(0, PEOPLE - 1)
hundredths = st.integers(1, 6)
pick = st.integers(0, 30)  # of what is there, counted round
keys = st.integers(0, 9)
days = st.integers(1, 20)


class BothLedgers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone_afterwards = transaction.atomic()
        self.undone_afterwards.__enter__()
        self.model, self.real = Model(), Real(PEOPLE)
        self.commands: list[tuple[Any, ...]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone_afterwards.__exit__(None, None, None)

    def both(self, command: str, *arguments: Any) -> None:
        self.commands.append((command, *arguments))
        said = f"{command}{arguments}"
        before = self.rows()
        try:
            getattr(self.model, command)(*arguments)
            expected = ""
        except No as refusal:
            expected = str(refusal)
        try:
            with transaction.atomic():
                getattr(self.real, command)(*arguments)
            answer = ""
        except (UnableToPost, ValueError) as refusal:
            answer = type(refusal).__name__
        assert answer == expected, said
        assert self.rows() == self.model_rows(), said
        assert not expected or self.rows() == before, said

    def rows(self) -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (JournalEntry, LedgerRequest, LedgerDecision, Freeze))

    def model_rows(self) -> tuple[int, ...]:
        decided = [request for request in self.model.requests.values() if request.outcome]
        return len(self.model.entries), len(self.model.requests), len(decided), len(self.model.freezes)

    @invariant()
    def they_agree(self) -> None:
        run("SET CONSTRAINTS ALL IMMEDIATE")  # what is else asked at the commit
        run("SET CONSTRAINTS ALL DEFERRED")
        assert queries.audit() == []
        assert self.real.entries() == [(e.reason, e.who, e.total, e.grains) for e in self.model.entries]
        assert self.real.lies() == {
            (who, lot, place): n for (who, lot, place), n in self.model.lies.items() if n and place in PLACES
        }
        for number, learner in enumerate(self.real.people):
            book = queries.statement(learner)
            assert [line.balance for line in reversed(book.lines)] == [
                entry.ready for entry in self.model.entries if entry.who == number
            ]
            assert queries.balance(learner).total == book.total == self.model.ready(number)

    # What there is to pick from.

    def lots(self, *amounts: tuple[int, int]) -> dict[int, int]:
        there = sorted({lot for (_who, lot, _place) in self.model.lies})
        return {there[number % len(there)]: n for number, n in amounts}

    def a_hold(self, number: int) -> int:
        return sorted(self.model.holds)[number % len(self.model.holds)]

    # The commands.

    @rule(who=who, hundredths=hundredths, valid_days=st.none() | days, key=keys)
    def award(self, who: int, hundredths: int, valid_days: int | None, key: int) -> None:
        self.both("award", f"award:{key}", who, hundredths, valid_days)

    @precondition(lambda self: self.model.lies)
    @rule(who=who, first=st.tuples(pick, hundredths), second=st.tuples(pick, hundredths), term=days, key=keys)
    def hold(self, who: int, first: tuple[int, int], second: tuple[int, int], term: int, key: int) -> None:
        self.both("hold", f"hold:{key}", who, self.lots(first, second), self.model.day + term)

    @precondition(lambda self: self.model.lies)
    @rule(who=who, amount=st.tuples(pick, hundredths), key=keys)
    def use(self, who: int, amount: tuple[int, int], key: int) -> None:
        self.both("use", f"use:{key}", who, self.lots(amount))

    @precondition(lambda self: self.model.holds)
    @rule(number=pick)
    def release(self, number: int) -> None:
        self.both("release", self.a_hold(number))

    @precondition(lambda self: self.model.holds)
    @rule(number=pick, part=hundredths, key=keys)
    def apply_hold(self, number: int, part: int, key: int) -> None:
        hold = self.a_hold(number)
        lots = {move[0]: min(move[3], part) for move in self.model.entries[hold].moves}
        self.both("apply_hold", f"apply:{key}", hold, lots)

    @rule(number=days)
    def wait(self, number: int) -> None:
        self.both("wait", number)

    @rule()
    def lapse_due(self) -> None:
        self.both("lapse_due")

    @rule()
    def expire_due(self) -> None:
        self.both("expire_due")

    @rule(who=who)
    def freeze(self, who: int) -> None:
        self.both("freeze", who)

    @rule(who=who, in_hundredths=hundredths, ratio=st.sampled_from([(3, 5), (1, 1), (2, 3), (7, 50)]), key=keys)
    def ask_transfer(self, who: int, in_hundredths: int, ratio: tuple[int, int], key: int) -> None:
        self.both("ask_transfer", f"ask:{key}", who, in_hundredths, *ratio)

    @rule(who=who, hundredths=hundredths, key=keys)
    def ask_prior_learning(self, who: int, hundredths: int, key: int) -> None:
        self.both("ask_prior_learning", f"ask:{key}", who, hundredths)

    @precondition(lambda self: self.model.entries)
    @rule(number=pick, part=st.none() | hundredths, key=keys)
    def ask_reversal(self, number: int, part: int | None, key: int) -> None:
        self.both("ask_reversal", f"ask:{key}", number % len(self.model.entries), part)

    @rule(kept=who, merged=who, key=keys)
    def ask_merge(self, kept: int, merged: int, key: int) -> None:
        self.both("ask_merge", f"ask:{key}", kept, merged)

    @precondition(lambda self: self.model.merges)
    @rule(number=pick, key=keys)
    def ask_undo(self, number: int, key: int) -> None:
        self.both("ask_undo", f"ask:{key}", number % len(self.model.merges))

    @precondition(lambda self: self.model.freezes)
    @rule(number=pick, key=keys)
    def ask_unfreeze(self, number: int, key: int) -> None:
        self.both("ask_unfreeze", f"ask:{key}", number % len(self.model.freezes))

    @precondition(lambda self: self.model.requests)
    @rule(number=pick)
    def approve(self, number: int) -> None:
        key = list(self.model.requests)[number % len(self.model.requests)]
        self.both("decide", key, "APPROVED", "second")

    @precondition(lambda self: self.model.requests)
    @rule(
        number=pick,
        outcome=st.sampled_from(["APPROVED", "REFUSED", "WITHDRAWN"]),
        by=st.sampled_from(["asker", "second", "learner"]),
    )
    def decide(self, number: int, outcome: str, by: str) -> None:
        key = list(self.model.requests)[number % len(self.model.requests)]
        self.both("decide", key, outcome, by)

    @precondition(lambda self: self.commands)
    @rule(number=pick)
    def again(self, number: int) -> None:
        """Whatever was said before is said once more, later, and means the same."""
        self.both(*self.commands[number % len(self.commands)])


@pytest.mark.django_db
def test_the_ledger_agrees_with_a_small_model():
    run_state_machine_as_test(
        seed(SEED)(BothLedgers),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1)], ids=["as it is", "a second late"])
def test_a_small_mistake_is_seen(monkeypatch, late):
    """The control: a hold that lapses a second late breaks nothing but the agreement."""
    monkeypatch.setattr(holding, "lapsed_holds", lambda *, now, limit: lapsed_holds(now=now - late, limit=limit))
    both = BothLedgers()
    both.award(who=0, hundredths=6, valid_days=None, key=0)
    both.hold(who=0, first=(0, 2), second=(0, 2), term=1, key=0)
    both.wait(number=1)

    with pytest.raises(AssertionError) if late else nullcontext():
        both.lapse_due()

    both.teardown()
