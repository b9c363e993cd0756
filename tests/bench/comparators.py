"""
The same award written by hand, to compare the action with: one SQL statement, and the plain ORM.

The statement is given everything ready: it works nothing out and looks nothing up. It writes the same rows as the
action (entry, lot, posting), past the same constraints and triggers.
"""

import json
import os
import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from credits.models import Account, JournalEntry, Lot, Posting, chain
from learners.models import Learner, Organization
from tests.factories.ledger import what
from tests.factories.people import NOW

AMOUNT_MINOR = 12
KIND = "COMMUNITY"
SNAPSHOT = {**what().content, "valid_until": None}

ONE_STATEMENT = """
    WITH entry AS (
        INSERT INTO credits_journalentry
            (public_id, reason, learner_id, sequence, occurred_at, recorded_at, idempotency_key, body_hash, snapshot,
             prev_hash, hash)
        VALUES (%s, 'COURSE_COMPLETION', %s, %s, %s, %s, %s, %s, %s, %s, %s)
        RETURNING id
    ), lot AS (
        INSERT INTO credits_lot
            (entry_id, learner_id, issuer_id, kind_of_credit, source, field_code, amount_minor, earned_on, course_key)
        SELECT id, %s, %s, 'COMMUNITY', 'CLASS', '09', %s, %s, 'course:1' FROM entry
        RETURNING entry_id
    )
    INSERT INTO credits_posting
        (entry_id, lot_id, source_id, destination_id, amount_minor, destination_position, destination_balance)
    SELECT entry_id, entry_id, %s, %s, %s, %s, %s FROM lot
"""


class ByHand:
    """Awards to one learner by the one statement; all it needs is made before the clock starts."""

    def __init__(self, learner: Learner, issuer: Organization) -> None:
        self.learner, self.issuer = learner, issuer
        self.snapshot = json.dumps(SNAPSHOT, ensure_ascii=False)
        self.issued = Account.objects.get(purpose="ISSUED", kind_of_credit=KIND, organization=issuer).pk
        self.earned = Account.objects.get(purpose="EARNED", kind_of_credit=KIND, learner=learner).pk

    def prepare(self, count: int) -> list[list[Any]]:
        """Return the values of the learner's next ``count`` awards."""
        last = JournalEntry.objects.filter(learner=self.learner).latest("sequence")
        top = Posting.objects.filter(destination=self.earned).latest("destination_position")
        sequence, last_hash = last.sequence or 0, bytes(last.hash)
        position, balance = top.destination_position or 0, top.destination_balance or 0
        values = []
        for number in range(1, count + 1):
            new_hash = os.urandom(32)
            values.append(
                [
                    uuid.uuid4(), self.learner.pk, sequence + number, NOW, NOW, f"by-hand:{uuid.uuid4()}", new_hash,
                    self.snapshot, last_hash, new_hash, self.learner.pk, self.issuer.pk, AMOUNT_MINOR, NOW.date(),
                    self.issued, self.earned, AMOUNT_MINOR, position + number, balance + number * AMOUNT_MINOR,
                ]
            )  # fmt: skip
            last_hash = new_hash
        return values


def post(values: list[Any]) -> None:
    """One round trip; the statement is a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_STATEMENT, values)


LOCK = "SELECT id FROM credits_account WHERE id = %s FOR NO KEY UPDATE"
LOCKED_STATEMENT = """
    WITH last AS (
        SELECT e.sequence, e.hash, p.destination_position, p.destination_balance
        FROM (SELECT sequence, hash FROM credits_journalentry WHERE learner_id = %(learner)s
              ORDER BY sequence DESC LIMIT 1) e,
             (SELECT destination_position, destination_balance FROM credits_posting WHERE destination_id = %(earned)s
              ORDER BY destination_position DESC LIMIT 1) p
    ), entry AS (
        INSERT INTO credits_journalentry
            (public_id, reason, learner_id, sequence, occurred_at, recorded_at, idempotency_key, body_hash, snapshot,
             prev_hash, hash)
        SELECT %(public_id)s, 'COURSE_COMPLETION', %(learner)s, sequence + 1, %(now)s, %(now)s, %(key)s, %(hash)s,
            %(snapshot)s, hash, %(hash)s
        FROM last
        RETURNING id
    ), lot AS (
        INSERT INTO credits_lot
            (entry_id, learner_id, issuer_id, kind_of_credit, source, field_code, amount_minor, earned_on, course_key)
        SELECT id, %(learner)s, %(issuer)s, 'COMMUNITY', 'CLASS', '09', %(amount)s, %(today)s, 'course:1' FROM entry
        RETURNING entry_id
    )
    INSERT INTO credits_posting
        (entry_id, lot_id, source_id, destination_id, amount_minor, destination_position, destination_balance)
    SELECT entry_id, entry_id, %(issued)s, %(earned)s, %(amount)s, destination_position + 1,
        destination_balance + %(amount)s
    FROM lot, last
"""


@transaction.atomic
def post_under_lock(by_hand: ByHand) -> None:
    """The least SQL that many writers of one account can use: lock it, then add to what is there by then."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [by_hand.earned])
        cursor.execute(
            LOCKED_STATEMENT,
            {
                "learner": by_hand.learner.pk,
                "issuer": by_hand.issuer.pk,
                "issued": by_hand.issued,
                "earned": by_hand.earned,
                "public_id": uuid.uuid4(),
                "now": NOW,
                "today": NOW.date(),
                "key": f"by-hand:{uuid.uuid4()}",
                "hash": os.urandom(32),
                "snapshot": by_hand.snapshot,
                "amount": AMOUNT_MINOR,
            },
        )


@transaction.atomic
def award_by_orm(*, learner: Learner, issuer: Organization, idempotency_key: str, now: datetime) -> JournalEntry:
    """The award as one would write it first: locks, questions and rows by the ORM, one after the other."""
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    issued, _ = Account.objects.get_or_create(
        organization=issuer, unit="CREDIT", purpose="ISSUED", kind_of_credit=KIND, defaults={"opened_at": now}
    )
    earned = Account.objects.select_for_update(no_key=True).get(learner=learner, purpose="EARNED", kind_of_credit=KIND)
    existing = JournalEntry.objects.filter(idempotency_key=idempotency_key).first()
    if existing is not None:
        return existing
    last = JournalEntry.objects.filter(learner=learner).order_by("-sequence").first()
    top = Posting.objects.filter(destination=earned).order_by("-destination_position").first()
    sequence = (last.sequence or 0) + 1 if last else 1
    entry = JournalEntry.objects.create(
        reason="COURSE_COMPLETION",
        learner=learner,
        sequence=sequence,
        occurred_at=now,
        recorded_at=now,
        idempotency_key=idempotency_key,
        body_hash=chain.digest(SNAPSHOT),
        snapshot=SNAPSHOT,
        prev_hash=bytes(last.hash) if last else None,
        hash=chain.digest({"before": last and bytes(last.hash).hex(), "snapshot": SNAPSHOT}),
    )
    lot = Lot.objects.create(
        entry=entry,
        learner=learner,
        issuer=issuer,
        kind_of_credit=KIND,
        source="CLASS",
        field_code="09",
        amount_minor=AMOUNT_MINOR,
        earned_on=timezone.localdate(now),
        course_key="course:1",
    )
    Posting.objects.create(
        entry=entry,
        lot=lot,
        source=issued,
        destination=earned,
        amount_minor=AMOUNT_MINOR,
        destination_position=(top.destination_position or 0) + 1 if top else 1,
        destination_balance=((top.destination_balance or 0) if top else 0) + AMOUNT_MINOR,
    )
    return entry
