"""The list of pairs is complete: every two acts of the ledger have a world, or a reason why they need none."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isfunction, signature
from itertools import combinations_with_replacement
from pkgutil import iter_modules

from credits import actions
from tests.faults.pairs import PAIRS
from tests.faults.pairs.acts import DONE_BY, Act
from tests.faults.pairs.elsewhere import APART, SAME_AS, pairs_of

NO_ACTS = {  # modules, or single functions, and why nothing of them is an act of the ledger
    "acceptance": "the transfer register: an approval reads none of it",
    "access": "who read a record, beside it",
    "asking.ask": "half of every question, each of which is an act",
    "carrying.write": "into a blank portal, by a command: nobody else writes to a ledger that is not there yet",
    "dispute": "a conversation about an entry; what comes of it is asked for like anything else",
    "erasure.leave": "reports taken back and pathways left, as by the person: tests/faults/test_erasure.py",
    "expiry_notice": "letters",
    "ledger_check": "the audit, which only reads",
    "moving.refuse_if_over": "a question under the locks of the act that asks it",
    "pathway": "what is asked of learners and who is on it; a claim reads a published version, which stays as it is",
    "posting.open_accounts": "part of every act",
    "posting.placed": "part of every act",
    "posting.take": "the first half of every act",
    "posting.write": "the second half of every act",
    "qualification.tell_reached": "letters",
    "recognition.refuse_unless_verified": "a question about an organisation",
    "rule": "rows with days from which they are in force; an act is judged by those it reads",
    "scheme": "rows with days from which they are in force; a statement is made by those it reads",
}


def public_actions() -> Iterator[tuple[str, object]]:
    """Yield, with its name, what other modules may call at a moment (``now=``): an act may be made of other acts."""
    for each in iter_modules(actions.__path__):
        module = import_module(f"{actions.__name__}.{each.name}")
        for name, function in getmembers(module, isfunction):
            is_its_own = function.__module__ == module.__name__ and not name.startswith("_")
            if is_its_own and "now" in signature(function).parameters:
                yield f"{each.name}.{name}", function


def is_no_act(name: str) -> bool:
    return name in NO_ACTS or name.partition(".")[0] in NO_ACTS


def test_every_act_of_the_ledger_is_named():
    named = [action for done_by in DONE_BY.values() for action in done_by]

    assert set(DONE_BY) == set(Act)
    assert [name for name, action in public_actions() if action not in named and not is_no_act(name)] == []


def test_what_is_no_act_is_there_and_is_none():
    names = {name for name, _action in public_actions()}
    known = names | {name.partition(".")[0] for name in names}
    named = {name for name, action in public_actions() if any(action in done_by for done_by in DONE_BY.values())}

    assert set(NO_ACTS) - known == set()
    assert [name for name in named if is_no_act(name)] == []


def test_every_two_acts_have_one_world_or_one_reason():
    met = {frozenset({each.one, each.other}) for each in PAIRS.values()}
    elsewhere = Counter(pair for row in (*SAME_AS, *APART) for pair in pairs_of(row))

    assert [sorted(pair) for pair in met & set(elsewhere)] == []
    assert [sorted(pair) for pair, times in elsewhere.items() if times > 1] == []
    assert met | set(elsewhere) == {frozenset(pair) for pair in combinations_with_replacement(Act, 2)}


def test_what_stands_for_another_is_a_world():
    met = {frozenset({each.one, each.other}) for each in PAIRS.values()}

    assert [row for row in SAME_AS if row.world not in met] == []
