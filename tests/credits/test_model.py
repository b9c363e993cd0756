"""The same commands given to the ledger and to thirty lines of Python that share no code with it: both agree."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credits.actions import ledger
from credits.queries import ledger as queries
from tests.factories.ledger import an_award, approved, asked_reversal
from tests.factories.people import a_curator, a_learner, an_organization

AWARDS = st.tuples(st.just("award"), st.integers(0, 1), st.integers(1, 3), st.integers(0, 5))
REVERSALS = st.tuples(st.just("reverse"), st.integers(0, 5), st.sampled_from(["Nhầm", "Trùng"]), st.integers(0, 5))


class Model:
    """What the ledger should say: for each key what it posted, for each learner the lines in their order."""

    def __init__(self) -> None:
        self.posted: dict[int, tuple[object, ...]] = {}
        self.lines: dict[int, list[int]] = {0: [], 1: []}
        self.reversed: set[int] = set()

    def award(self, learner: int, amount: int, key: int) -> str:
        if key in self.posted:
            return "again" if self.posted[key] == ("award", learner, amount) else "KeyReused"
        self.posted[key] = ("award", learner, amount)
        self.lines[learner].append(amount)
        return "posted"

    def reverse(self, entry: int, reason: str, key: int) -> str:
        if entry not in self.posted:
            return "nothing there"
        if self.posted[entry][0] == "reverse":
            return "NotReversible"
        if key + 100 in self.posted:  # requests have keys of their own
            return "again" if self.posted[key + 100] == ("reverse", entry, reason) else "KeyReused"
        if entry in self.reversed:
            return "AlreadyReversed"
        self.posted[key + 100] = ("reverse", entry, reason)
        self.reversed.add(entry)
        _award, learner, amount = self.posted[entry]
        self.lines[learner].append(-amount)
        return "posted"


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=st.lists(AWARDS | REVERSALS, max_size=12))
def test_the_ledger_agrees_with_a_small_model(commands):
    with transaction.atomic():
        model, entries = Model(), {}
        learners, issuer = [a_learner(), a_learner()], an_organization()
        askers = [a_curator(), a_curator()]

        def ask(command: str, what: int, detail: object, key: int) -> str:
            if command == "reverse" and what not in entries:
                return "nothing there"
            known = key in entries
            try:
                with transaction.atomic():
                    if command == "award":
                        entry = an_award(learner=learners[what], issuer=issuer, hundredths=detail, key=f"{key}")
                    else:
                        key += 100
                        known = key in entries
                        request = asked_reversal(entries[what], reason=detail, key=f"{key}", by=askers[0])
                        entry = approved(request, by=askers[1])
            except ledger.UnableToPost as refusal:
                return type(refusal).__name__
            assert entries.setdefault(key, entry) == entry
            return "again" if known else "posted"

        for command in commands:
            assert ask(*command) == getattr(model, command[0])(*command[1:]), command
            for number, learner in enumerate(learners):
                book = queries.statement(learner)
                assert [line.hundredths for line in book.lines[::-1]] == model.lines[number]
                assert queries.balance(learner).total == book.total == sum(model.lines[number])
        assert queries.audit() == []
        transaction.set_rollback(True)
