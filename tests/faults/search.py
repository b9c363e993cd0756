"""Play a pair in one order of its statements after another, and say what is wrong with what came of it."""

from collections.abc import Callable, Iterator

from credits.queries import ledger as queries
from tests.faults.commit_order import out_of_commit_order
from tests.faults.gate import Hands, Schedule, schedules
from tests.faults.pairs.meeting import Pair
from tests.faults.row_locks import without_row_locks
from tests.seed import chance

STEPS_MAX = 100  # more than any act takes
CONTROL = 200  # orders at most: the first that goes wrong ends the search


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


def wrong_orders(pair: Callable[[], Pair], *, at_most: int) -> list[str]:
    """Play the pair in so many orders and return what is wrong with each that goes wrong."""
    with Hands(2) as hands:
        played = [what_is_wrong(hands, pair, schedule) for schedule in orders(hands, pair, at_most=at_most)]
    return [wrong for wrong in played if wrong]


def goes_wrong(pair: Callable[[], Pair], *, rewrite: Callable[[str], str] = str, at_most: int = CONTROL) -> bool:
    """The control: return whether some order goes wrong with the statements rewritten, or the database sabotaged."""
    with Hands(2, rewrite=rewrite) as hands:
        return any(what_is_wrong(hands, pair, schedule) for schedule in orders(hands, pair, at_most=at_most))


def goes_wrong_without_locks(pair: Callable[[], Pair]) -> bool:
    return goes_wrong(pair, rewrite=without_row_locks)
