"""The entries of the ledger as arithmetic (see ``model``): awards, holds, uses, freezes and the passing of days."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

AWARDS = ("COURSE_COMPLETION", "TRANSFER_IN", "PRIOR_LEARNING")
BUILT_ON_AWARDS = ("APPLICATION", "EXPIRY")
MOVED_BY_MERGES = ("EARNED", "APPLIED", "EXPIRED")
PLACES = (*MOVED_BY_MERGES, "HELD")
HOLD_DAYS, UNDO_DAYS, GRAINS = 180, 30, 138_600


class No(Exception):
    """A refusal; its text is the name of the class the product refuses with."""


@dataclass
class Entry:
    reason: str
    who: int
    moves: list[tuple[int, str, str, int]]  # lot, from, to, hundredths
    grains: int = 0
    undone: int = 0
    ready: int = 0  # what the learner can use after it

    @property
    def total(self) -> int:
        return sum(move[3] for move in self.moves)


@dataclass
class Entries:
    """What lies where, and what one person alone has done with it."""

    day: int = 0
    entries: list[Entry] = field(default_factory=list)
    lies: Counter[tuple[int, int, str]] = field(default_factory=Counter)  # who, lot, place → hundredths
    last_day: dict[int, int] = field(default_factory=dict)  # of the lots that expire
    holds: dict[int, tuple[int, str]] = field(default_factory=dict)  # entry → until which day, how it ended
    said: dict[str, tuple[object, ...]] = field(default_factory=dict)  # key → what was asked under it
    freezes: list[list[object]] = field(default_factory=list)  # who, whether it was lifted

    # What everything else is made of.

    def post(self, reason: str, who: int, moves: list[tuple[int, str, str, int]], grains: int = 0) -> int:
        self.entries.append(Entry(reason, who, moves, grains))
        for lot, source, destination, hundredths in moves:
            self.lies[who, lot, source] -= hundredths
            self.lies[who, lot, destination] += hundredths
        self.entries[-1].ready = self.ready(who)
        return len(self.entries) - 1

    def ready(self, who: int) -> int:
        return sum(n for (owner, _lot, place), n in self.lies.items() if (owner, place) == (who, "EARNED"))

    def once(self, key: str, question: tuple[object, ...], act: Callable[[], object]) -> None:
        if key not in self.said:
            act()
            self.said[key] = question
        elif self.said[key] != question:
            raise No("KeyReused")

    def move(self, reason: str, who: int, amounts: Mapping[int, int], source: str, destination: str) -> int:
        self.refuse_if_less(who, amounts, source)
        return self.post(reason, who, [(lot, source, destination, amounts[lot]) for lot in amounts])

    def refuse_if_less(self, who: int, amounts: Mapping[int, int], place: str) -> None:
        if any(self.lies[who, lot, place] < hundredths for lot, hundredths in amounts.items()):
            raise No("NotEnoughOfLot")

    def refuse_if_over(self, who: int, amounts: Mapping[int, int], place: str) -> None:
        self.refuse_if_less(who, amounts, place)
        if any(self.last_day.get(lot, self.day) < self.day for lot in amounts):
            raise No("NoLongerValid")

    def accounts(self, who: int) -> list[int]:
        """Return the accounts that are one person's with this one, the one kept in the end first."""
        return [who]

    def is_frozen(self, who: int) -> bool:
        return any([account, False] in self.freezes for account in self.accounts(who))

    def refuse_if_frozen(self, who: int) -> None:
        if self.is_frozen(who):
            raise No("LedgerIsFrozen")

    # One person.

    def award(self, key: str, who: int, hundredths: int, valid_days: int | None) -> None:
        def act() -> None:
            lot = len(self.entries)
            self.post("COURSE_COMPLETION", who, [(lot, "ISSUED", "EARNED", hundredths)])
            if valid_days is not None:
                self.last_day[lot] = valid_days

        self.once(key, (who, hundredths, valid_days), act)

    def hold(self, key: str, who: int, amounts: Mapping[int, int], until: int) -> None:
        def act() -> None:
            if not self.day < until <= self.day + HOLD_DAYS:
                raise No("ValueError")
            self.refuse_if_frozen(who)
            self.refuse_if_over(who, amounts, "EARNED")
            self.holds[self.move("HOLD", who, amounts, "EARNED", "HELD")] = (until, "")

        self.once(key, (who, amounts, until), act)

    def end(self, hold: int, how: str) -> None:
        until, ended = self.holds[hold]
        if ended not in ("", how):
            raise No("HoldHasEnded")
        if not ended:
            set_aside = {lot: hundredths for lot, _from, _to, hundredths in self.entries[hold].moves}
            self.move("RELEASE", self.entries[hold].who, set_aside, "HELD", "EARNED")
            self.holds[hold] = (until, how)

    def release(self, hold: int) -> None:
        self.end(hold, "RELEASED")

    def apply_hold(self, key: str, hold: int, amounts: Mapping[int, int]) -> None:
        def act() -> None:
            who, set_aside = self.entries[hold].who, {move[0]: move[3] for move in self.entries[hold].moves}
            self.refuse_if_frozen(who)
            if any(hundredths > set_aside.get(lot, 0) for lot, hundredths in amounts.items()):
                raise No("NotEnoughOfLot")
            self.refuse_if_over(who, amounts, "HELD")
            self.end(hold, f"APPLIED {key}")
            self.move("APPLICATION", who, amounts, "EARNED", "APPLIED")

        until, ended = self.holds[hold]
        if ended not in ("", f"APPLIED {key}") or (not ended and self.day >= until):
            raise No("HoldHasEnded")
        self.once(key, (hold, amounts), act)

    def use(self, key: str, who: int, amounts: Mapping[int, int]) -> None:
        def act() -> None:
            self.refuse_if_frozen(who)
            self.refuse_if_over(who, amounts, "EARNED")
            self.move("APPLICATION", who, amounts, "EARNED", "APPLIED")

        self.once(key, (who, amounts), act)

    def freeze(self, who: int) -> None:
        if not self.is_frozen(who):
            self.freezes.append([self.accounts(who)[0], False])

    # The clock.

    def wait(self, days: int) -> None:
        self.day += days

    def lapse_due(self) -> None:
        for _until, hold in sorted((until, hold) for hold, (until, how) in self.holds.items() if not how):
            if _until <= self.day:
                self.end(hold, "LAPSED")

    def expire_due(self) -> None:
        for _last, lot in sorted((last, lot) for lot, last in self.last_day.items() if last < self.day):
            for who in {who for who, there, place in self.lies if there == lot and place == "EARNED"}:
                if ready := self.lies[who, lot, "EARNED"]:
                    self.move("EXPIRY", who, {lot: ready}, "EARNED", "EXPIRED")
