"""
The ledger as arithmetic on small numbers: what the real one should say. It shares no code with the product.

People, entries and days are counted from 0; the number of a lot is that of the entry that brought it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.credits.model_entries import (
    AWARDS,
    BUILT_ON_AWARDS,
    GRAINS,
    MOVED_BY_MERGES,
    PLACES,
    UNDO_DAYS,
    Entries,
    Entry,
    No,
)

__all__ = ["PLACES", "Model", "No"]


@dataclass
class Request:
    question: tuple[object, ...]
    act: Callable[[], None]
    outcome: str = ""


@dataclass
class Merge:
    kept: int
    merged: int
    day: int
    moved: list[tuple[int, str, int]]
    is_undone: bool = False


@dataclass
class Model(Entries):
    """The same with what takes two persons: recognition, reversals, merges."""

    requests: dict[str, Request] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)

    # Two persons.

    def ask(self, key: str, question: tuple[object, ...], check: Callable[[], object], act: Callable[[], None]) -> None:
        if key not in self.requests:
            check()
            self.requests[key] = Request(question, act)
        elif self.requests[key].question != question:
            raise No("AskedBefore")

    def decide(self, key: str, outcome: str, by: str) -> None:
        request = self.requests[key]
        if by != ("asker" if outcome == "WITHDRAWN" else "second"):
            raise No("UnableToDecide")
        if request.outcome not in ("", outcome):
            raise No("AlreadyDecided")
        if outcome == "APPROVED" and not request.outcome:
            request.act()
        request.outcome = outcome

    def ask_transfer(self, key: str, who: int, in_hundredths: int, numerator: int, denominator: int) -> None:
        out, rest = divmod(in_hundredths * numerator, denominator)
        if not out:
            raise No("NothingLeft")

        def act() -> None:
            moves = [(len(self.entries), "RECOGNIZED", "EARNED", out)]
            self.post("TRANSFER_IN", who, moves, rest * GRAINS // denominator)

        self.ask(key, ("transfer", who, in_hundredths, numerator, denominator), int, act)

    def ask_prior_learning(self, key: str, who: int, hundredths: int) -> None:
        def act() -> None:
            self.post("PRIOR_LEARNING", who, [(len(self.entries), "RECOGNIZED", "EARNED", hundredths)])

        self.ask(key, ("prior", who, hundredths), int, act)

    def ask_unfreeze(self, key: str, freeze: int) -> None:
        def check() -> None:
            if self.freezes[freeze][1]:
                raise No("AlreadyLifted")

        def act() -> None:
            check()  # another request may have lifted it meanwhile
            self.freezes[freeze][1] = True

        self.ask(key, ("unfreeze", freeze), check, act)

    # Reversals.

    def ask_reversal(self, key: str, number: int, part: int | None) -> None:
        entry = self.entries[number]
        if entry.reason not in (*AWARDS, "APPLICATION"):  # an expiry is only taken back on the way to its award
            raise No("NotReversible")
        who = self.holder(entry)

        def check() -> None:
            if part is not None and entry.reason not in AWARDS:
                raise No("NotReversible")
            if (part or 1) > entry.total - entry.undone:
                raise No("AlreadyReversed")
            waiting = [each.question for each in self.requests.values() if not each.outcome]
            parts = [part, *(asked[2] for asked in waiting if asked[:2] == ("reversal", number))]
            there = entry.total - entry.undone
            if len(parts) > 1 and sum(each or there for each in parts) > there:  # type: ignore[misc]
                raise No("AskedBefore")

        def act() -> None:
            hundredths = part or entry.total - entry.undone
            if not 0 < hundredths <= entry.total - entry.undone:
                raise No("AlreadyReversed")
            if self.holder(entry) != who:
                raise No("HasMoved")
            if entry.reason in AWARDS:
                self.clear_the_way(number, who, hundredths)
            self.mirror(entry, who, hundredths)

        self.ask(key, ("reversal", number, part), check, act)

    def holder(self, entry: Entry) -> int:
        """Return with whom the entry's credit lies."""
        lots = {move[0] for move in entry.moves}
        there = [who for (who, lot, place), n in self.lies.items() if lot in lots and n and place in PLACES]
        return there[0] if there else entry.who

    def clear_the_way(self, lot: int, who: int, hundredths: int) -> None:
        kinds = ["HOLD", "EXPIRY", "APPLICATION"]
        built_later = [(number, built) for number, built in enumerate(self.entries) if built.reason in kinds]
        for number, built in sorted(built_later, key=lambda each: (kinds.index(each[1].reason), -each[0])):
            if lot in [move[0] for move in built.moves] and self.lies[who, lot, "EARNED"] < hundredths:
                if built.reason in BUILT_ON_AWARDS and not built.undone:
                    self.mirror(built, who, built.total)
                if built.reason == "HOLD" and not self.holds[number][1]:
                    self.end(number, "RELEASED")

    def mirror(self, entry: Entry, who: int, hundredths: int) -> None:
        share = {move[0]: hundredths if entry.reason in AWARDS else move[3] for move in entry.moves}
        grains = entry.grains if hundredths == entry.total - entry.undone else 0
        self.post("REVERSAL", who, [(lot, there, here, share[lot]) for lot, here, there, _n in entry.moves], grains)
        entry.undone += hundredths

    # Merges.

    def accounts(self, who: int) -> list[int]:
        into = {merge.merged: merge.kept for merge in self.merges if not merge.is_undone}
        while who in into:
            who = into[who]
        joined = [who]
        for kept in joined:
            joined += [merged for merged, its in into.items() if its == kept]
        return joined

    def ask_merge(self, key: str, kept: int, merged: int) -> None:
        if kept == merged:
            raise No("UnableToAsk")

        def check() -> None:
            if any(merge.merged in (kept, merged) and not merge.is_undone for merge in self.merges):
                raise No("AlreadyMerged")

        def check_asking() -> None:
            check()
            self.refuse_if_frozen(kept)
            self.refuse_if_frozen(merged)

        def act() -> None:
            check_asking()
            if any(self.entries[hold].who == merged and not how for hold, (_until, how) in self.holds.items()):
                raise No("CreditIsSetAside")
            moved = [(lot, place, n) for (who, lot, place), n in self.lies.items() if who == merged and n]
            moved = [each for each in moved if each[1] in MOVED_BY_MERGES]
            self.pass_on("MERGE", merged, kept, moved)
            self.merges.append(Merge(kept, merged, self.day, moved))

        self.ask(key, ("merge", kept, merged), check_asking, act)

    def ask_undo(self, key: str, number: int) -> None:
        merge = self.merges[number]

        def check() -> None:
            if self.day > merge.day + UNDO_DAYS:
                raise No("TooLateToUndo")
            if any(later.merged == merge.kept and not later.is_undone for later in self.merges):
                raise No("AlreadyMerged")

        def act() -> None:
            if merge.is_undone:
                raise No("AlreadyMerged")
            check()
            self.refuse_if_frozen(merge.kept)
            came_used = {lot: n for lot, place, n in merge.moved if place == "APPLIED"}
            came = {lot for lot, _place, _n in merge.moved}
            here = [(lot, place, n) for (who, lot, place), n in self.lies.items() if who == merge.kept and lot in came]
            if any(n > {"HELD": 0, "APPLIED": came_used.get(lot, 0)}.get(place, n) for lot, place, n in here):
                raise No("UsedSince")
            left = [each for each in here if each[1] in MOVED_BY_MERGES and each[2]]
            self.pass_on("UNMERGE", merge.kept, merge.merged, left)
            merge.is_undone = True

        self.ask(key, ("undo", number), check, act)

    def pass_on(self, what: str, giver: int, taker: int, moved: list[tuple[int, str, int]]) -> None:
        if moved:
            self.post(f"{what}_OUT", giver, [(lot, place, "CLEARING", n) for lot, place, n in moved])
            self.post(f"{what}_IN", taker, [(lot, "CLEARING", place, n) for lot, place, n in moved])
