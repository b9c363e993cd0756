"""A waiting list by hand: who has a seat, to whom one is offered, who stands in line; without any table of ours."""

from dataclasses import dataclass, field
from datetime import datetime


class No(Exception):
    """The act is refused."""


@dataclass
class Run:
    seats: int
    held: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)


@dataclass
class Course:
    """The runs of one course by name; a person holds one offer at most."""

    runs: dict[str, Run]
    offers: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # person: run and until when
    made: list[tuple[str, str]] = field(default_factory=list)  # every offer ever, in order

    def kept(self, name: str) -> list[str]:
        return [person for person, (run, _until) in self.offers.items() if run == name]

    def free(self, name: str) -> int:
        run = self.runs[name]
        return run.seats - len(run.held) - len(self.kept(name))

    def next_ones(self, name: str) -> list[str]:
        run = self.runs[name]
        return [each for each in run.line if each not in self.offers and each not in run.held]

    def offer(self, until: datetime) -> None:
        """Offer all that is free, run by run in the order of their names."""
        for name in sorted(self.runs):
            for person in self.next_ones(name)[: max(0, self.free(name))]:
                self.offers[person] = (name, until)
                self.made.append((name, person))

    def leave_all(self, person: str) -> None:
        self.offers.pop(person, None)
        for run in self.runs.values():
            if person in run.line:
                run.line.remove(person)

    def enroll(self, person: str, name: str, now: datetime, until: datetime) -> None:
        run = self.runs[name]
        if person in run.held:
            return
        kept, over = self.offers.get(person, ("", now))
        if kept != name or now >= over:
            others = [each for each in self.next_ones(name) if each != person]
            if self.free(name) <= len(others):
                raise No
        self.leave_all(person)
        run.held.append(person)
        self.offer(until)

    def withdraw(self, person: str, name: str, until: datetime) -> None:
        self.runs[name].held.remove(person)
        self.offer(until)

    def join(self, person: str, names: list[str]) -> None:
        new = [name for name in names if person not in self.runs[name].line]
        for name in new:
            others = [each for each in self.next_ones(name) if each != person]
            if person in self.runs[name].held or self.free(name) > len(others):
                raise No
        for name in new:
            self.runs[name].line.append(person)

    def leave(self, person: str, name: str, until: datetime) -> None:
        if person in self.runs[name].line:
            self.runs[name].line.remove(person)
            if self.offers.get(person, ("",))[0] == name:
                del self.offers[person]
            self.offer(until)

    def decline(self, person: str, now: datetime, until: datetime) -> None:
        name, over = self.offers[person]
        if now >= over:
            raise No
        self.leave(person, name, until)

    def tend(self, now: datetime, until: datetime) -> None:
        for person, (name, over) in list(self.offers.items()):
            if now >= over:
                del self.offers[person]
                self.runs[name].line.remove(person)
        self.offer(until)

    def change(self, name: str, seats: int, until: datetime) -> None:
        if seats < len(self.runs[name].held) + len(self.kept(name)):
            raise No
        self.runs[name].seats = seats
        self.offer(until)
