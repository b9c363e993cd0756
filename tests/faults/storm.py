"""
A storm over the ledger: several processes with several threads each, doing whatever comes to their minds.

Processes, because threads of one alone would be let run one at a time by Python, and what only happens when two really
run at once would stay hidden.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import DatabaseError, connection

from credits.actions import batch, deciding, expiry, freezing, holding, merging, reversal
from credits.actions.posting import UnableToPost
from credits.models import Freeze, JournalEntry, LedgerRequest, Merge
from credits.queries.lot import open_holds, standing
from credits.rules import REVERSIBLE
from learners.models import Learner, Organization
from tests.conftest import database_url_of_test
from tests.factories.ledger import a_use, an_award, asked, asked_transfer, for_a_certificate
from tests.factories.people import NOW

PROCESS = "import django; django.setup(); from tests.faults import {module}; {module}.main()"
TERM = timedelta(days=4)  # of what is set aside; by the end of the storm it is over
OVER = NOW + 2 * TERM
WHY = {"reason": "Ghi nhầm", "authority": "Biên bản số 12"}


def start(*, module: str = "storm", **task: Any) -> "subprocess.Popen[str]":
    """Start a process that does the task of a module on this test's database."""
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROCESS.format(module=module), json.dumps(task)],
        env={**os.environ, "DATABASE_URL": database_url_of_test()},
        stdout=subprocess.PIPE,
        text=True,
    )


def outcomes(processes: Iterable["subprocess.Popen[str]"]) -> Counter[str]:
    """Wait for all; return how often each outcome came."""
    said = [(process.communicate()[0], process.returncode) for process in processes]
    assert [code for _words, code in said if code] == [], "a process of the storm broke"
    return sum((Counter(json.loads(words)) for words, _code in said), Counter())


def main() -> None:
    task = json.loads(sys.argv[1])
    work, threads = {"rage": rage, "approve": approve}[task.pop("work")], task.pop("threads")
    with ThreadPoolExecutor(threads) as pool:
        each = [pool.submit(work, **task, thread=thread, threads=threads) for thread in range(threads)]
        print(json.dumps(sum((one.result() for one in each), Counter())))


def count(outcome: Counter[str], act: Callable[[], object]) -> None:
    try:
        act()
        outcome["done"] += 1
    except UnableToPost as refusal:
        outcome[type(refusal).__name__] += 1
    except DatabaseError as error:
        outcome[f"{type(error).__name__}: {str(error).splitlines()[0]}"] += 1


def rage(
    *,
    seed: str,
    thread: int,
    threads: int,
    operations: int,
    seconds: int,
    hot: list[int],
    cold: list[int],
    **people: int,
) -> Counter[str]:
    """Act so often, and no longer than so many seconds."""
    outcome: Counter[str] = Counter()
    anybody = Anybody(chance=Random(f"{seed} {thread}"), hot=hot, cold=cold, **people)
    over = time.monotonic() + seconds
    for _ in range(operations):
        if time.monotonic() > over:
            break
        count(outcome, anybody.next_act())
    connection.close()
    return outcome


def approve(*, seed: str, thread: int, threads: int, second: int, requests: list[int]) -> Counter[str]:
    """Approve these requests, each in one of the threads, in a random order."""
    outcome: Counter[str] = Counter()
    actor, mine = Learner.objects.get(pk=second), requests[thread::threads]
    Random(f"{seed} {thread}").shuffle(mine)
    for pk in mine:
        request = LedgerRequest.objects.select_related("learner", "entry").get(pk=pk)
        count(outcome, partial(deciding.approve, request=request, actor=actor, now=OVER))
    connection.close()
    return outcome


@dataclass(kw_only=True)
class Anybody:
    """Acts on one of a few learners whom everybody acts on, or on one of many."""

    chance: Random
    hot: list[int]
    cold: list[int]
    issuer: int
    first: int
    second: int

    def next_act(self) -> Callable[[], object]:
        """Return what comes to mind; the keys are few, so that the same is asked for again."""
        how_often = {
            self.award: 25,
            self.award_many: 4,
            self.recognize: 3,
            self.hold: 15,
            self.use: 10,
            self.end_hold: 8,
            self.use_hold: 8,
            self.expire: 2,
            self.reverse: 8,
            self.merge: 2,
            self.undo: 2,
            self.freeze: 1,
            self.unfreeze: 5,
        }
        return partial(self.chance.choices(list(how_often), list(how_often.values()))[0], self.learner())

    def learner(self) -> Learner:
        return Learner.objects.get(pk=self.chance.choice(self.hot if self.chance.random() < 0.7 else self.cold))

    def key(self, word: str) -> str:
        return f"{word}:{self.chance.randrange(100_000)}"

    def amounts(self, learner: Learner) -> dict[int, int]:
        """Return up to two lots with amounts that are there, as far as one knows before the lock."""
        ready = [lot for lot in standing(learner) if lot.earned] or standing(learner)[:1]
        some = self.chance.sample(ready, min(len(ready), self.chance.randint(1, 2)))
        return {lot.lot_id: self.chance.randint(1, max(1, lot.earned)) for lot in some}

    def award(self, learner: Learner) -> None:
        valid_days = self.chance.choice([None, None, 1])
        an_award(
            learner=learner,
            issuer=Organization.objects.get(pk=self.issuer),
            hundredths=self.chance.randint(1, 30),
            key=self.key(f"award:{learner.pk}"),
            valid_until=None if valid_days is None else (NOW + timedelta(days=valid_days)).date(),
        )

    def award_many(self, learner: Learner) -> None:
        """Award to a few at once, under keys that single awards have, or take meanwhile."""
        issuer, learners = Organization.objects.get(pk=self.issuer), [learner, self.learner(), self.learner()]
        awards = [
            asked(
                learner=each,
                issuer=issuer,
                hundredths=self.chance.randint(1, 30),
                key=self.key(f"award:{self.chance.choice(learners).pk}"),
            )
            for each in learners
        ]
        batch.award_many(awards=awards, now=NOW)

    def recognize(self, learner: Learner) -> None:
        request = asked_transfer(
            learner,
            organization=Organization.objects.get(pk=self.issuer),
            in_hundredths=self.chance.randint(2, 50),
            title_vi=self.key("Thực vật học"),
            key=self.key("ask"),
        )
        deciding.approve(request=request, actor=self.curator(self.second), now=NOW)

    def hold(self, learner: Learner) -> None:
        holding.hold(
            learner=learner,
            amounts=self.amounts(learner),
            expires_at=NOW + TERM,
            actor=None,
            idempotency_key=self.key(f"hold:{learner.pk}"),
            snapshot=holding.Held(title_vi="Nghề vườn", title_en="Gardening", rule="asked by the learner"),
            now=NOW,
        )

    def use(self, learner: Learner) -> None:
        a_use(learner, self.amounts(learner), key=self.key(f"use:{learner.pk}"))

    def a_hold_of(self, learner: Learner) -> JournalEntry | None:
        held = open_holds(learner)
        return JournalEntry.objects.get(pk=self.chance.choice(held).entry_id) if held else None

    def end_hold(self, learner: Learner) -> None:
        if hold := self.a_hold_of(learner):
            holding.release(hold=hold, actor=None, now=NOW)

    def use_hold(self, learner: Learner) -> None:
        if hold := self.a_hold_of(learner):
            holding.apply_hold(
                hold=hold,
                amounts=dict(hold.postings.values_list("lot_id", "amount_minor")),
                actor=None,
                idempotency_key=self.key(f"use:{learner.pk}"),
                snapshot=for_a_certificate(),
                now=NOW,
            )

    def expire(self, _learner: Learner) -> None:
        expiry.expire_due(now=NOW + timedelta(days=3))

    def reverse(self, learner: Learner) -> None:
        entries = list(learner.journal_entries.filter(reason__in=REVERSIBLE)[:20])
        if entries:
            entry = self.chance.choice(entries)
            part = self.chance.choice([None, 1, 2])
            request = reversal.ask_reversal(
                entry=entry,
                amount_minor=part,
                actor=self.curator(self.first),
                idempotency_key=self.key("ask"),
                now=NOW,
                **WHY,
            )
            deciding.approve(request=request, actor=self.curator(self.second), now=NOW)

    def merge(self, learner: Learner) -> None:
        request = merging.ask_merge(
            kept=learner,
            merged=Learner.objects.get(pk=self.chance.choice(self.cold)),
            actor=self.curator(self.first),
            idempotency_key=self.key("ask"),
            now=NOW,
            **WHY,
        )
        deciding.approve(request=request, actor=self.curator(self.second), now=NOW)

    def undo(self, learner: Learner) -> None:
        if merges := Merge.objects.filter(kept=learner, undo__isnull=True):
            merge = self.chance.choice(merges)
            request = merging.ask_undo(
                merge=merge, actor=self.curator(self.first), idempotency_key=self.key("ask"), now=NOW, **WHY
            )
            deciding.approve(request=request, actor=self.curator(self.second), now=NOW)

    def freeze(self, learner: Learner) -> None:
        freezing.freeze(learner=learner, reason=WHY["reason"], actor=self.curator(self.first), now=NOW)

    def unfreeze(self, _learner: Learner) -> None:
        """Lift anybody's freeze: who is frozen is out of the storm."""
        if freezes := Freeze.objects.filter(lifted__isnull=True):
            freeze = self.chance.choice(freezes)
            request = freezing.ask_unfreeze(
                freeze=freeze, actor=self.curator(self.first), idempotency_key=self.key("ask"), now=NOW, **WHY
            )
            deciding.approve(request=request, actor=self.curator(self.second), now=NOW)

    def curator(self, pk: int) -> Learner:
        return Learner.objects.get(pk=pk)
