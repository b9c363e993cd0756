"""
Interleavings chosen by the test: real actions on real connections, one statement at a time.

Each hand is a thread that runs an action and stops before every statement and every commit until it is granted that
one. A granted statement that PostgreSQL says is waiting for a lock is left waiting, and its hand gets no further
grant until another transaction has ended. So a schedule, a sequence of hands, plays the same way every time.

Needs ``@pytest.mark.django_db(transaction=True)``.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb
from random import Random
from time import monotonic
from types import TracebackType
from typing import Any

from django.db import connection

LOOK_AFTER_SECONDS = 0.003  # a statement that is not back by then is asked about
PATIENCE_SECONDS = 15  # longer than lock_timeout: whoever is not back by then never will be

Act = Callable[[], Any]
Schedule = Sequence[int]  # whose turn it is, step by step


class Hand:
    """A thread with a connection of its own that runs acts, gated."""

    def __init__(self, rewrite: Callable[[str], str]) -> None:
        self.state = "free"  # free · at the gate · on its way
        self.rewrite = rewrite
        self.is_waiting_for_lock = False
        self.steps = 0
        self.pid = 0
        self.answer: Any = None
        self._changed = threading.Condition()
        self._act: Act | None = None
        self._is_over = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    # What the scheduler does.

    def start(self, act: Act) -> None:
        """Let the act run up to its first statement."""
        with self._changed:
            self._act, self.answer, self.steps, self.is_waiting_for_lock = act, None, 0, False
            self.state = "on its way"
            self._changed.notify_all()
        assert self.arrives(PATIENCE_SECONDS), "an act never came to its first statement"

    def grant(self) -> None:
        """Let the next step go; return when it is done or waits for a lock."""
        with self._changed:
            assert self.state == "at the gate"
            self.state = "on its way"
            self._changed.notify_all()
        self.settle()

    def settle(self) -> None:
        """Return when the hand stands at the gate, is through, or waits for a lock."""
        deadline = monotonic() + PATIENCE_SECONDS
        while not self.arrives(LOOK_AFTER_SECONDS):
            if _waits_for_lock(self.pid):
                self.is_waiting_for_lock = True
                return
            assert monotonic() < deadline, "a statement never came back"

    def arrives(self, seconds: float) -> bool:
        """Wait until the hand stands at the gate or is through."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: self.state != "on its way", seconds)
            if arrived:
                self.is_waiting_for_lock = False
            return arrived

    def end(self) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._thread.join()

    # What the thread does.

    def _run(self) -> None:
        connection.ensure_connection()
        self.pid = connection.connection.get_backend_pid()
        real_commit, real_rollback = connection._commit, connection._rollback
        connection._commit = self._gated(real_commit)  # type: ignore[method-assign]
        connection._rollback = self._gated(real_rollback)  # type: ignore[method-assign]
        try:
            with connection.execute_wrapper(self._statement):
                while (act := self._next()) is not None:
                    try:
                        self.answer = act()
                    except Exception as error:  # noqa: BLE001 -- an answer like any other, for the test to judge
                        self.answer = error
                    self._arrive("free")
        finally:
            connection._commit, connection._rollback = real_commit, real_rollback  # type: ignore[method-assign]
            connection.close()

    def _next(self) -> Act | None:
        with self._changed:
            self._changed.wait_for(lambda: self._act is not None or self._is_over)
            act, self._act = self._act, None
            return act

    def _arrive(self, state: str) -> None:
        with self._changed:
            self.state = state
            self._changed.notify_all()

    def _stop(self) -> None:
        self.steps += 1
        self._arrive("at the gate")
        with self._changed:
            self._changed.wait_for(lambda: self.state != "at the gate")

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._stop()
        return execute(self.rewrite(sql), params, many, context)

    def _gated(self, real: Callable[[], None]) -> Callable[[], None]:
        def step() -> None:
            self._stop()
            real()

        return step


class Hands:
    """``with Hands(2) as hands: answers = hands.play(acts, schedule)``; ``rewrite`` changes what they send."""

    def __init__(self, count: int, *, rewrite: Callable[[str], str] = str) -> None:
        self._count, self._rewrite = count, rewrite
        self._hands: list[Hand] = []
        self.steps: list[int] = []  # how many each act took when last played

    def __enter__(self) -> "Hands":
        self._hands = [Hand(self._rewrite) for _ in range(self._count)]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for hand in self._hands:
            hand.end()

    def play(self, acts: Sequence[Act], schedule: Schedule) -> list[Any]:
        """
        Run the acts, step by step in this order, then what is left of them in turn; return their answers.

        A turn of a hand that is through, or that waits for a lock, passes.
        """
        for hand, act in zip(self._hands, acts, strict=True):
            hand.start(act)
        last = None
        for turn in schedule:
            hand = self._hands[turn]
            if turn != last or not hand.is_waiting_for_lock:  # nobody has moved since it was found waiting
                self._give(hand)
            last = turn
        while busy := [hand for hand in self._hands if hand.state != "free"]:
            if not [hand for hand in busy if self._give(hand)]:
                # All wait for each other: PostgreSQL ends that by itself, and the answers tell.
                assert any(hand.arrives(PATIENCE_SECONDS) for hand in busy), "nobody ever came back"
        self.steps = [hand.steps for hand in self._hands]
        return [hand.answer for hand in self._hands]

    def _give(self, hand: Hand) -> bool:
        if hand.is_waiting_for_lock:
            hand.settle()
        if hand.state != "at the gate":
            return False
        hand.grant()
        return True


def _waits_for_lock(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])


def schedules(steps: Sequence[int], *, at_most: int, chance: Random) -> Iterator[Schedule]:
    """
    Yield the ways two acts of so many steps can be interleaved, in a random order.

    All of them if there are at most so many, else so many different ones drawn by chance.
    """
    first, second = steps
    places = range(first + second)
    if comb(first + second, first) <= at_most:
        drawn = list(combinations(places, first))
    else:
        distinct: dict[tuple[int, ...], None] = {}
        while len(distinct) < at_most:
            distinct[tuple(sorted(chance.sample(places, first)))] = None
        drawn = list(distinct)
    chance.shuffle(drawn)
    for turns_of_first in drawn:
        yield [0 if place in turns_of_first else 1 for place in places]
