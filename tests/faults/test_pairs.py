"""The list of pairs is complete: every two acts of the ledger have a world, or a reason why they need none."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from inspect import Parameter, getmembers, isfunction, signature
from itertools import combinations_with_replacement
from pkgutil import iter_modules

from credits import actions
from credits.actions import freezing, posting, seal
from tests.faults.pairs import PAIRS
from tests.faults.pairs.acts import DONE_BY, Act
from tests.faults.pairs.elsewhere import APART, SAME_AS, pairs_of

WRITES = (posting.take, posting.write, freezing.Freeze, seal.Seal)  # a module that has one of these changes the ledger
SHARED = {"credits.actions.posting"}  # the halves that all acts are made of


def public_actions() -> Iterator[object]:
    """Yield what other modules may call at a moment (``now=``) in the modules that change the ledger."""
    for module in (import_module(f"{actions.__name__}.{each.name}") for each in iter_modules(actions.__path__)):
        if module.__name__ in SHARED or not any(value in WRITES for value in vars(module).values()):
            continue
        for name, function in getmembers(module, isfunction):
            is_its_own = function.__module__ == module.__name__ and not name.startswith("_")
            now = signature(function).parameters.get("now")
            if is_its_own and now is not None and now.kind == Parameter.KEYWORD_ONLY:
                yield function


def test_every_act_of_the_ledger_is_named():
    named = [action for done_by in DONE_BY.values() for action in done_by]

    assert set(DONE_BY) == set(Act)
    assert set(public_actions()) <= set(named)


def test_every_two_acts_have_one_world_or_one_reason():
    met = {frozenset({each.one, each.other}) for each in PAIRS.values()}
    elsewhere = Counter(pair for row in (*SAME_AS, *APART) for pair in pairs_of(row))

    assert [sorted(pair) for pair in met & set(elsewhere)] == []
    assert [sorted(pair) for pair, times in elsewhere.items() if times > 1] == []
    assert met | set(elsewhere) == {frozenset(pair) for pair in combinations_with_replacement(Act, 2)}


def test_what_stands_for_another_is_a_world():
    met = {frozenset({each.one, each.other}) for each in PAIRS.values()}

    assert [row for row in SAME_AS if row.world not in met] == []
