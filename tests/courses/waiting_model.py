"""A waiting list by hand: who has a seat, to whom one is offered, who stands in line; without any table of ours."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


class No(Exception):
    """The act is refused."""


@dataclass
class Run:
    seats: int
    held: list[str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)  # who waits, in the order of joining


@dataclass
class Course:
    """The runs of one course by name; a person holds one offer at most."""

    runs: dict[str, Run]
    offers: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # person: run and until when
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)  # person who waits with others: all of them, once
    later: frozenset[str] = frozenset()  # whose own class is the second
    made: list[tuple[str, str]] = field(default_factory=list)  # every offer ever, in order
    taken: list[tuple[str, str, datetime]] = field(default_factory=list)  # every place ever, and when

    def line(self, name: str) -> list[str]:
        """Who waits, in order: after the others who is of the second class, and so is everybody they wait with."""
        came = self.runs[name].came

        def is_behind(person: str) -> bool:
            return all(each in self.later for each in came if each == person or self.are_together(each, person))

        return sorted(came, key=is_behind)

    def are_together(self, one: str, other: str) -> bool:
        return one in self.groups and self.groups[one] == self.groups.get(other)

    def one_is_no_group(self) -> None:
        """Who is left alone of a group waits alone, once no seat is kept for them."""
        for person in list(self.groups):
            alone = not any(self.are_together(person, each) for each in self.groups if each != person)
            if alone and person not in self.offers:
                del self.groups[person]

    def kept(self, name: str) -> list[str]:
        return [person for person, (run, _until) in self.offers.items() if run == name]

    def free(self, name: str) -> int:
        run = self.runs[name]
        return run.seats - len(run.held) - len(self.kept(name))

    def next_ones(self, name: str, besides: str = "") -> list[str]:
        held = self.runs[name].held
        return [each for each in self.line(name) if each not in self.offers and each not in held and each != besides]

    def served(self, name: str, besides: str = "") -> list[str]:
        """To whom what is free goes: those of a group together, or not yet."""
        free, served = max(0, self.free(name)), []
        units: dict[object, list[str]] = {}
        for each in self.next_ones(name, besides):
            units.setdefault(self.groups.get(each, each), []).append(each)
        for together in units.values():
            if len(together) <= free - len(served):
                served += together
        return served

    def offer(self, until: datetime) -> None:
        """Offer all that is free, run by run in the order of their names."""
        for name in sorted(self.runs):
            for person in self.served(name):
                self.offers[person] = (name, until)
                self.made.append((name, person))

    def waits(self, person: str) -> bool:
        return any(person in run.came for run in self.runs.values())

    def all_of(self, person: str) -> list[str]:
        """Who is answered for with a person who is offered a seat: those of the group who are offered theirs."""
        name = self.offers[person][0]
        with_them = self.groups.get(person)
        rest = [each for each in self.kept(name) if with_them and self.groups.get(each) == with_them and each != person]
        return [person, *rest]

    def leave_all(self, person: str) -> None:
        self.offers.pop(person, None)
        self.groups.pop(person, None)
        for run in self.runs.values():
            if person in run.came:
                run.came.remove(person)
        self.one_is_no_group()

    def enroll(self, person: str, name: str, now: datetime, until: datetime) -> None:
        run = self.runs[name]
        if person in run.held:
            return
        kept, over = self.offers.get(person, ("", now))
        is_kept = kept == name and now < over
        if not is_kept and self.free(name) <= len(self.served(name, besides=person)):
            raise No
        if not is_kept and self.took_too_often(person, name, now):
            raise No
        self.taken.append((person, name, now))
        self.leave_all(person)
        run.held.append(person)
        self.offer(until)

    def took_too_often(self, person: str, name: str, now: datetime) -> bool:
        lately = [took for took in self.taken if took[:2] == (person, name) and took[2] > now - timedelta(days=1)]
        return len(lately) >= 5

    def withdraw(self, person: str, name: str, until: datetime) -> None:
        self.runs[name].held.remove(person)
        self.offer(until)

    def join(self, person: str, names: list[str]) -> None:
        new = [name for name in names if person not in self.runs[name].came]
        for name in new:
            free = self.free(name) > len(self.served(name, besides=person))
            if person in self.groups or person in self.runs[name].held or free:
                raise No
        for name in new:
            self.runs[name].came.append(person)

    def leave(self, person: str, name: str, until: datetime) -> None:
        if person in self.runs[name].came:
            self._leaves(person, name)
            self.one_is_no_group()
            self.offer(until)

    def _leaves(self, person: str, name: str) -> None:
        self.runs[name].came.remove(person)
        if self.offers.get(person, ("",))[0] == name:
            del self.offers[person]
        if not self.waits(person):
            self.groups.pop(person, None)

    def accept(self, person: str, now: datetime, until: datetime) -> None:
        name, over = self.offers[person]
        if now >= over:
            raise No
        for each in self.all_of(person):
            self.enroll(each, name, now, until)

    def decline(self, person: str, now: datetime, until: datetime) -> None:
        name, over = self.offers[person]
        if now >= over:
            raise No
        for each in self.all_of(person):
            self._leaves(each, name)
        self.one_is_no_group()
        self.offer(until)

    def enroll_group(self, people: list[str], name: str, now: datetime, until: datetime) -> None:
        run = self.runs[name]
        if any(each in run.held or each in self.groups for each in people):
            raise No
        if self.free(name) - len(self.served(name)) < len(people):
            raise No
        if any(self.took_too_often(each, name, now) for each in people):
            raise No
        for each in people:
            self.enroll(each, name, now, until)

    def wait_as_group(self, people: list[str], names: list[str]) -> None:
        for name in names:
            run = self.runs[name]
            if any(each in run.held or self.waits(each) for each in people) or run.seats < len(people):
                raise No
            if self.free(name) - len(self.served(name)) >= len(people):
                raise No
        for name in names:
            self.runs[name].came += people
        for each in people:
            self.groups[each] = tuple(people)

    def go_alone(self, people: list[str], until: datetime) -> None:
        if any(each in self.offers for each in people):
            raise No
        for each in people:
            del self.groups[each]
        self.one_is_no_group()
        self.offer(until)

    def tend(self, now: datetime, until: datetime) -> None:
        for person, (name, over) in list(self.offers.items()):
            if now >= over:
                self._leaves(person, name)
        self.one_is_no_group()
        self.offer(until)

    def change(self, name: str, seats: int, until: datetime) -> None:
        if seats < len(self.runs[name].held) + len(self.kept(name)):
            raise No
        self.runs[name].seats = seats
        self.offer(until)
