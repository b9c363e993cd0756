"""The real ledger behind the same commands as ``model.py``: small numbers in, database rows behind them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection

from credits.actions import deciding, expiry, freezing, holding, ledger, merging, recognition, reversal
from credits.choices import KindOfCredit
from credits.models import Freeze, JournalEntry, LedgerRequest, Merge
from tests.factories.ledger import for_a_certificate, recognized, what
from tests.factories.people import NOW, a_curator, a_learner, an_organization

WHY = {"reason": "Ghi nhầm", "authority": "Biên bản số 12"}
ENTRIES = """
    SELECT e.reason, e.learner_id, coalesce(sum(p.amount_minor) FILTER (WHERE s.unit = 'CREDIT'), 0),
        coalesce(sum(p.amount_minor) FILTER (WHERE s.unit = 'GRAIN'), 0)
    FROM credits_journalentry e JOIN credits_posting p ON p.entry_id = e.id JOIN credits_account s ON s.id = p.source_id
    GROUP BY e.id ORDER BY e.id
"""
LIES = """
    SELECT a.learner_id, p.lot_id, a.purpose, sum(CASE WHEN p.destination_id = a.id THEN 1 ELSE -1 END * p.amount_minor)
    FROM credits_account a JOIN credits_posting p ON a.id IN (p.source_id, p.destination_id)
    WHERE a.learner_id IS NOT NULL GROUP BY a.learner_id, p.lot_id, a.purpose
"""


class Real:
    def __init__(self, people: int) -> None:
        self.people = [a_learner() for _ in range(people)]
        self.issuer = an_organization()
        self.curators = [a_curator(), a_curator()]
        self.now = NOW

    def day(self, number: int) -> datetime:
        return NOW + timedelta(days=number)

    def entry(self, number: int) -> JournalEntry:
        return JournalEntry.objects.select_related("learner").order_by("pk")[number]

    def lots(self, amounts: Mapping[int, int]) -> dict[int, int]:
        return {self.entry(lot).pk: hundredths for lot, hundredths in amounts.items()}

    # What it says, in the model's numbers.

    def entries(self) -> list[tuple[str, int, int, int]]:
        who = {learner.pk: number for number, learner in enumerate(self.people)}
        with connection.cursor() as cursor:
            cursor.execute(ENTRIES)
            return [(reason, who[learner], int(credit), int(grains)) for reason, learner, credit, grains in cursor]

    def lies(self) -> dict[tuple[int, int, str], int]:
        who = {learner.pk: number for number, learner in enumerate(self.people)}
        lots = {
            pk: number for number, pk in enumerate(JournalEntry.objects.order_by("pk").values_list("pk", flat=True))
        }
        with connection.cursor() as cursor:
            cursor.execute(LIES)
            return {(who[learner], lots[lot], place): int(n) for learner, lot, place, n in cursor if n}

    # One person.

    def award(self, key: str, who: int, hundredths: int, valid_days: int | None) -> None:
        ledger.award(
            learner=self.people[who],
            issuer=self.issuer,
            amount_minor=hundredths,
            kind_of_credit=KindOfCredit.COMMUNITY,
            occurred_at=NOW,
            actor=None,
            idempotency_key=key,
            snapshot=what(),
            valid_until=None if valid_days is None else self.day(valid_days).date(),
            now=self.now,
        )

    def hold(self, key: str, who: int, amounts: Mapping[int, int], until: int) -> None:
        holding.hold(
            learner=self.people[who],
            amounts=self.lots(amounts),
            expires_at=self.day(until),
            actor=None,
            idempotency_key=key,
            snapshot=holding.Held(title_vi="Nghề vườn", title_en="Gardening", rule="asked by the learner"),
            now=self.now,
        )

    def release(self, hold: int) -> None:
        holding.release(hold=self.entry(hold), actor=None, now=self.now)

    def apply_hold(self, key: str, hold: int, amounts: Mapping[int, int]) -> None:
        holding.apply_hold(
            hold=self.entry(hold),
            amounts=self.lots(amounts),
            actor=None,
            idempotency_key=key,
            snapshot=for_a_certificate(),
            now=self.now,
        )

    def use(self, key: str, who: int, amounts: Mapping[int, int]) -> None:
        holding.use(
            learner=self.people[who],
            amounts=self.lots(amounts),
            actor=None,
            idempotency_key=key,
            snapshot=for_a_certificate(),
            now=self.now,
        )

    def freeze(self, who: int) -> None:
        freezing.freeze(learner=self.people[who], reason="Khiếu nại", actor=self.curators[0], now=self.now)

    # The clock.

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def lapse_due(self) -> None:
        holding.lapse_due(now=self.now)

    def expire_due(self) -> None:
        expiry.expire_due(now=self.now)

    # Two persons.

    def decide(self, key: str, outcome: str, by: str) -> None:
        request = LedgerRequest.objects.get(idempotency_key=key)
        deciders = {"asker": request.requested_by, "second": self.curators[1], "learner": request.learner}
        if outcome == "APPROVED":
            deciding.approve(request=request, actor=deciders[by], now=self.now)
        elif outcome == "REFUSED":
            deciding.refuse(request=request, actor=deciders[by], note="Chưa đủ giấy tờ", now=self.now)
        else:
            deciding.withdraw(request=request, actor=deciders[by], now=self.now)

    def ask_transfer(self, key: str, who: int, in_hundredths: int, numerator: int, denominator: int) -> None:
        recognition.ask_transfer(
            learner=self.people[who],
            organization=self.issuer,
            kind_of_credit=KindOfCredit.COMMUNITY,
            in_minor=in_hundredths,
            ratio=recognition.Ratio(scheme_code="ECTS", policy_id="2026", numerator=numerator, denominator=denominator),
            recognized=recognized(title_vi=f"Bài học {key}"),  # no two ask for the same
            actor=self.issuer.registered_by,
            idempotency_key=key,
            now=self.now,
            **WHY,
        )

    def ask_prior_learning(self, key: str, who: int, hundredths: int) -> None:
        recognition.ask_prior_learning(
            learner=self.people[who],
            organization=self.issuer,
            kind_of_credit=KindOfCredit.COMMUNITY,
            amount_minor=hundredths,
            recognized=recognized(title_vi=f"Bài học {key}"),  # no two ask for the same
            actor=self.issuer.registered_by,
            idempotency_key=key,
            now=self.now,
            **WHY,
        )

    def ask_reversal(self, key: str, number: int, part: int | None) -> None:
        reversal.ask_reversal(
            entry=self.entry(number),
            amount_minor=part,
            actor=self.curators[0],
            idempotency_key=key,
            now=self.now,
            **WHY,
        )

    def ask_unfreeze(self, key: str, freeze: int) -> None:
        freezing.ask_unfreeze(
            freeze=Freeze.objects.order_by("pk")[freeze],
            actor=self.curators[0],
            idempotency_key=key,
            now=self.now,
            **WHY,
        )

    def ask_merge(self, key: str, kept: int, merged: int) -> None:
        merging.ask_merge(
            kept=self.people[kept],
            merged=self.people[merged],
            actor=self.curators[0],
            idempotency_key=key,
            now=self.now,
            **WHY,
        )

    def ask_undo(self, key: str, number: int) -> None:
        merging.ask_undo(
            merge=Merge.objects.order_by("pk")[number],
            actor=self.curators[0],
            idempotency_key=key,
            now=self.now,
            **WHY,
        )
