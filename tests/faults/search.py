"""Play a pair in one order of its statements after another, and say what is wrong with what came of it."""

from collections.abc import Callable, Iterator

from credits.queries import ledger as queries
from tests.faults.commit_order import out_of_commit_order
from tests.faults.gate import Hands, Schedule, schedules
from tests.faults.pairs.meeting import Pair
from tests.seed import chance

STEPS_MAX = 100  # more than any act takes


def orders(hands: Hands, pair: Callable[[], Pair], *, at_most: int) -> Iterator[Schedule]:
    """Yield schedules for as many steps as each of the two takes when it comes first."""
    steps = []
    for first in (0, 1):
        hands.play(pair().acts, [first] * STEPS_MAX)
        steps.append(hands.steps[first])
    yield from schedules(steps, at_most=at_most, chance=chance(pair.__name__))


def what_is_wrong(hands: Hands, pair: Callable[[], Pair], schedule: Schedule) -> str:
    """Play the pair and return what is wrong with the outcome, with what is needed to play it again; or nothing."""
    meeting = pair()
    answers = hands.play(meeting.acts, schedule)
    try:
        meeting.then(answers)
        assert queries.audit() == []
        assert out_of_commit_order() == []
    except AssertionError as wrong:
        return f"{pair.__name__}, {schedule}: {answers}: {wrong}"
    return ""
