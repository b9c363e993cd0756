"""
Interleaved rounds: every variant once in each, in turning order, so that what disturbs one disturbs all.

A ratio is made inside a round and its median taken over the rounds. A round while others used more than 70 % of the
machine is marked and left out, unless all were.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

OTHER_CPU_PERCENT_MAX = 70


@dataclass(slots=True, kw_only=True)
class Took:
    """So many operations, and what they took: seconds, and seconds of CPU, ours and our servers' together."""

    operations: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0


Variant = Callable[[], Took]  # plays once


@contextmanager
def clock(operations: int) -> Iterator[Took]:
    """Measure what is done inside: so many operations."""
    took = Took(operations=operations)
    cpu, began = _our_seconds(), time.perf_counter()
    yield took
    took.seconds = time.perf_counter() - began
    took.cpu_seconds = _our_seconds() - cpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A median with its least and greatest value."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median=statistics.median(values), least=min(values), greatest=max(values))

    def text(self, form: str = "{:,.0f}") -> str:
        return f"{form.format(self.median)} ({form.format(self.least)}–{form.format(self.greatest)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    rates: Mapping[str, float]  # operations a second
    cpu: Mapping[str, float]  # milliseconds of CPU an operation, ours and our servers' together
    other_cpu_percent: float  # of all cores, by anybody but us and our servers

    @property
    def is_disturbed(self) -> bool:
        return self.other_cpu_percent > OTHER_CPU_PERCENT_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    played: Sequence[Round]

    @property
    def kept(self) -> Sequence[Round]:
        return [one for one in self.played if not one.is_disturbed] or self.played

    def rate(self, name: str) -> Spread:
        return Spread.of([one.rates[name] for one in self.kept])

    def ratio(self, name: str, to: str) -> Spread:
        return Spread.of([one.rates[name] / one.rates[to] for one in self.kept])

    def ratio_of_ratios(self, pair: tuple[str, str], to: tuple[str, str]) -> Spread:
        return Spread.of(
            [one.rates[pair[0]] / one.rates[pair[1]] / (one.rates[to[0]] / one.rates[to[1]]) for one in self.kept]
        )

    def cpu(self, name: str) -> Spread:
        return Spread.of([one.cpu[name] for one in self.kept])

    @property
    def other_cpu(self) -> Spread:
        return Spread.of([one.other_cpu_percent for one in self.played])

    @property
    def disturbed(self) -> int:
        return sum(one.is_disturbed for one in self.played)


def beside(played: Rounds, one: str, other: str) -> str:
    """Say the rates and the CPU that a ratio is made of."""
    return (
        f"{played.rate(one).text()} to {played.rate(other).text()} a second; "
        f"CPU {played.cpu(one).median:.2f} to {played.cpu(other).median:.2f} ms"
    )


def operations(count: int, operation: Callable[[], object]) -> Variant:
    """Return the variant that does ``operation`` so many times."""

    def play() -> Took:
        with clock(count) as took:
            for _ in range(count):
                operation()
        return took

    return play


def play(variants: Mapping[str, Variant], *, rounds: int) -> Rounds:
    """Play each variant once to warm up, then the rounds."""
    for variant in variants.values():
        variant()
    names = list(variants)
    played = []
    for number in range(rounds):
        turned = names[number % len(names) :] + names[: number % len(names)]
        busy, ours, began = _busy_seconds(), _our_seconds(), time.perf_counter()
        rates, cpu = {}, {}
        for name in turned:
            took = variants[name]()
            rates[name] = took.operations / took.seconds
            cpu[name] = 1000 * took.cpu_seconds / took.operations
        elapsed = (time.perf_counter() - began) * (os.cpu_count() or 1)
        others = (_busy_seconds() - busy) - (_our_seconds() - ours)
        played.append(Round(rates=rates, cpu=cpu, other_cpu_percent=max(0.0, 100 * others / elapsed)))
    return Rounds(played=played)


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


def _our_seconds() -> float:
    """CPU of this process, of all below it and of those that have ended."""
    us = psutil.Process()
    seconds = 0.0
    for process in [us, *us.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # counted by its parent, which has taken note of its end
        seconds += times.user + times.system + times.children_user + times.children_system
    return seconds
