"""Eight writers at once: processes with a connection each, because threads of one Python would wait for each other."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from django.db import connections

from tests.bench.rounds import Took, Variant, clock

WRITERS = 8

Work = Callable[[int], Callable[[], object]]  # the writer's number → what it does again and again


@contextmanager
def writers(works: Mapping[str, Work]) -> Iterator[Callable[[str, float], Variant]]:
    """Start the writers; give a function that makes the variant in which all do one of ``works`` for some seconds."""
    connections.close_all()  # a forked connection would be shared
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(WRITERS)
    ends: list[Connection] = []
    processes = []
    for number in range(WRITERS):
        ours, theirs = fork.Pipe()
        process = fork.Process(target=_write, args=[number, works, theirs, start], daemon=True)
        process.start()
        ends.append(ours)
        processes.append(process)

    def variant(name: str, seconds: float) -> Variant:
        return lambda: _all_at_once(ends, name, seconds)

    try:
        yield variant
    finally:
        for end in ends:
            end.send(None)
        for process in processes:
            process.join(30)


def _all_at_once(ends: Sequence[Connection], name: str, seconds: float) -> Took:
    with clock(0) as took:
        for end in ends:
            end.send((name, seconds))
        answers = [end.recv() for end in ends]
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    took.operations = sum(answers)
    return took


def _write(number: int, works: Mapping[str, Work], orders: Connection, start: Any) -> None:
    acts = {name: work(number) for name, work in works.items()}
    while order := orders.recv():
        name, seconds = order
        act, done = acts[name], 0
        start.wait(60)
        try:
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                act()
                done += 1
        except Exception as error:  # noqa: BLE001 -- carried to the parent, which raises it
            orders.send(error)
        else:
            orders.send(done)
    connections.close_all()
