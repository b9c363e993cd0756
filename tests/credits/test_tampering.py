"""
Somebody with the owner's rights and the guards off changes the ledger; nobody's change stays unseen (T11).

A change is naive, or made by somebody who knows how it works: who renumbers, works out the balances and the hashes of
the chain anew, and at last makes all seals anew. The first is found by the audit, the second by the seals, the third
only by strangers who kept a seal. What is not sealed yet is held by its chain and by nothing else: so whoever knows how
it works is given sealed entries to change.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from credits.actions import seal
from credits.choices import Reason
from credits.exports import statement_json
from credits.models import JournalEntry, Lot, Seal, chain
from credits.queries import hashed
from credits.queries import ledger as queries
from credits.queries.invariants.guards import WRITTEN_IN_SQL
from learners.models import Learner
from tests.credits.by_hand import no_guards, owner, run
from tests.credits.test_verify_script import verify
from tests.factories.ledger import a_hold, a_reversal, a_transfer, an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.seals import a_seal
from tests.seed import chance, form

pytestmark = pytest.mark.django_db

ATTACKS = form(short=30, long=200)
NIGHTS = 3


@dataclass(frozen=True, slots=True)
class World:
    """Five learners, three seals kept by a stranger, and a line or two each that no seal covers yet."""

    learners: list[Learner]
    published: list[dict[str, Any]]


@pytest.fixture
def world() -> World:
    issuer, learners = an_organization(), [a_learner() for _ in range(5)]
    for night in range(1, NIGHTS + 2):
        at = NOW + timedelta(days=night, hours=-1)
        for number, learner in enumerate(learners):
            for _ in range(1 + (night + number) % 2):
                an_award(learner=learner, issuer=issuer, now=at)
        newest = JournalEntry.objects.filter(learner=learners[night]).latest("sequence")
        a_reversal(newest, now=at)
        if night == 1:
            brought = a_transfer(learners[0], now=at)
            a_hold(learners[0], {brought.pk: 100}, now=at)
        if night <= NIGHTS:
            a_seal(night)
    with owner():
        foreign_keys_off()
    return World(learners, [each.published for each in Seal.objects.order_by("number")])


# What is done by hand ------------------------------------------------------------------------------------------------


def entries_of(learner: Learner, *, sealed: bool = False) -> list[JournalEntry]:
    entries = list(JournalEntry.objects.filter(learner=learner).order_by("sequence"))
    return [entry for entry in entries if entry.recorded_at < NOW + timedelta(days=NIGHTS)] if sealed else entries


def foreign_keys_off() -> None:
    """Take away what would keep the owner from removing a row that others name; the audit misses none of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid::regclass::text ~ '^credits_' AND conname <> ALL (%s)",
            [list(WRITTEN_IN_SQL)],
        )
        for table, name in cursor.fetchall():
            run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def remove(entry: JournalEntry) -> None:
    """Remove an entry and all that came of it alone."""
    for table in ("posting", "lot", "hold", "conversion"):
        run(f"DELETE FROM credits_{table} WHERE entry_id = %s", [entry.pk])
    run("DELETE FROM credits_journalentry WHERE id = %s", [entry.pk])


def award_among(entries: list[JournalEntry], luck: random.Random) -> JournalEntry:
    return luck.choice([entry for entry in entries if entry.reason == Reason.COURSE_COMPLETION])


def renumber(entries: list[JournalEntry]) -> None:
    """Give the entries the numbers 1 … in the order of the list; the numbers are unique at every statement."""
    for place, entry in enumerate(entries, 1):
        run("UPDATE credits_journalentry SET sequence = %s WHERE id = %s", [100_000 + place, entry.pk])
    run("UPDATE credits_journalentry SET sequence = sequence - 100000 WHERE sequence > 100000")


def rebalance() -> None:
    """Work out all positions and balances anew, in the order of the chains."""
    run("UPDATE credits_posting SET source_position = source_position + 100000 WHERE source_position IS NOT NULL")
    run(
        "UPDATE credits_posting SET destination_position = destination_position + 100000 WHERE destination_position > 0"
    )
    legs = """
        WITH leg AS (
            SELECT p.id, p.source_id AS account, -p.amount_minor AS change, e.sequence
                FROM credits_posting p JOIN credits_journalentry e ON e.id = p.entry_id
                WHERE p.source_position IS NOT NULL
            UNION ALL
            SELECT p.id, p.destination_id, p.amount_minor, e.sequence
                FROM credits_posting p JOIN credits_journalentry e ON e.id = p.entry_id
                WHERE p.destination_position IS NOT NULL
        ), walked AS (
            SELECT id, account, row_number() OVER w AS position, sum(change) OVER w AS balance
            FROM leg WINDOW w AS (PARTITION BY account ORDER BY sequence, id)
        )
        UPDATE credits_posting p SET {side}_position = walked.position, {side}_balance = walked.balance
        FROM walked WHERE walked.id = p.id AND walked.account = p.{side}_id
    """
    run(legs.format(side="source"))
    run(legs.format(side="destination"))


def rehash(learner: Learner) -> None:
    """Work out the hashes of the whole chain anew."""
    run("UPDATE credits_journalentry SET prev_hash = sha256(id::text::bytea) WHERE learner_id = %s", [learner.pk])
    before = None
    for entry in hashed.chain_of(learner):
        after = chain.link(entry.form, before)
        run("UPDATE credits_journalentry SET prev_hash = %s, hash = %s WHERE id = %s", [before, after, entry.id])
        before = after


def reseal(world: World) -> None:
    """Throw all seals away and make as many anew over what the ledger says now."""
    for table in ("ledgercheck", "sealnode", "sealleaf", "seal"):
        run(f"DELETE FROM credits_{table}")
    run("SET CONSTRAINTS ALL DEFERRED")  # a tree is written before its seal
    for published in world.published:
        seal.seal(now=NOW + timedelta(days=published["number"]))


# The attacks: each changes something, and leaves the rest to whoever covers the traces --------------------------------

Attack = Callable[[World, Learner, list[JournalEntry], random.Random], None]


def edit_entry(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    other = luck.choice([each for each in world.learners if each != learner])
    change = luck.choice(
        [
            ("""snapshot = snapshot || '{"title_vi": "Tiến sĩ"}'""", []),
            ("""snapshot = snapshot || '{"notional_minutes": 36000}'""", []),
            ("snapshot = snapshot - 'rule_source'", []),  # which every snapshot has
            ("occurred_at = occurred_at - interval '1 day'", []),
            ("recorded_at = recorded_at + interval '1 microsecond'", []),
            ("actor_id = %s", [other.pk]),
            ("idempotency_key = 'completion:' || id", []),
            ("body_hash = sha256('x')", []),
            ("public_id = gen_random_uuid()", []),
        ]
    )
    run(f"UPDATE credits_journalentry SET {change[0]} WHERE id = %s", [*change[1], luck.choice(entries).pk])


def edit_amount(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    entry, more = award_among(entries, luck), luck.choice([1, 99])
    for table in ("posting", "lot"):
        run(f"UPDATE credits_{table} SET amount_minor = amount_minor + %s WHERE entry_id = %s", [more, entry.pk])


def delete(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    remove(luck.choice(entries))


def insert(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    """A copy of an entry, with a posting, stands right before it; numbers are made room for."""
    model = award_among(entries, luck)
    run(
        "UPDATE credits_journalentry SET sequence = sequence + 100000 WHERE learner_id = %s AND sequence >= %s",
        [learner.pk, model.sequence],
    )
    run("UPDATE credits_journalentry SET sequence = sequence - 99999 WHERE sequence > 100000")
    forged = JournalEntry.objects.get(pk=model.pk)
    forged.pk = None
    forged.public_id = JournalEntry._meta.get_field("public_id").get_default()
    forged.idempotency_key = f"forged:{luck.random()}"
    forged.sequence, forged.prev_hash, forged.hash = model.sequence, chain.digest("before"), chain.digest("forged")
    forged.save(force_insert=True)
    lot = Lot.objects.get(pk=model.pk)
    lot.entry = forged
    lot.save(force_insert=True)
    for posting in model.postings.all():
        posting.pk, posting.entry, posting.lot = None, forged, lot
        posting.destination_position = 100_000
        posting.save(force_insert=True)


def swap(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    everything = entries_of(learner)
    one, other = sorted(luck.sample(range(len(entries)), 2))
    everything[one], everything[other] = everything[other], everything[one]
    renumber(everything)


def cut_tail(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    everything = entries_of(learner)
    first_cut = luck.randrange(1, len(entries))
    for entry in reversed(everything[first_cut:]):
        remove(entry)


def give_away(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    """Somebody's newest entry becomes somebody else's newest."""
    other = luck.choice([each for each in world.learners if each != learner])
    newest = entries_of(learner)[-1]
    run(
        "UPDATE credits_journalentry SET learner_id = %s, sequence = %s WHERE id = %s",
        [other.pk, len(entries_of(other)) + 1, newest.pk],
    )


def edit_seal(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    number = luck.randint(1, NIGHTS)
    run(
        luck.choice(
            [
                "UPDATE credits_seal SET tree_root = sha256('x') WHERE number = %s",
                "UPDATE credits_seal SET entries = entries + 1 WHERE number = %s",
                "UPDATE credits_seal SET sealed_at = sealed_at + interval '1 second' WHERE number = %s",
                "UPDATE credits_seal SET hash = sha256('x') WHERE number = %s",
                "UPDATE credits_sealnode SET hash = sha256('x') WHERE level = 0 AND index = 2 AND seal_id = %s",
                "UPDATE credits_sealnode SET hash = sha256('x') WHERE level = 2 AND index = 0 AND seal_id = %s",
                "UPDATE credits_sealnode SET sequence = sequence + 1 WHERE level = 0 AND index = 1 AND seal_id = %s",
                "DELETE FROM credits_sealnode WHERE level = 0 AND index = 1 AND seal_id = %s",
                "DELETE FROM credits_sealnode WHERE level = 1 AND index = 1 AND seal_id = %s",
                "INSERT INTO credits_sealnode (level, index, seal_id, hash) VALUES (7, 0, %s, sha256('x'))",
            ]
        ),
        [number],
    )


def swap_places(world: World, learner: Learner, entries: list[JournalEntry], luck: random.Random) -> None:
    one, other = luck.sample(range(5), 2)
    run(
        "UPDATE credits_sealleaf SET index = CASE index WHEN %(a)s THEN 1000 WHEN %(b)s THEN 1001 END "
        "WHERE index IN (%(a)s, %(b)s)",
        {"a": one, "b": other},
    )
    run(
        "UPDATE credits_sealleaf SET index = CASE index WHEN 1000 THEN %(b)s ELSE %(a)s END WHERE index >= 1000",
        {"a": one, "b": other},
    )


NAIVE: list[Attack] = [edit_entry, edit_amount, delete, insert, swap, cut_tail, give_away, edit_seal, swap_places]
CHANGES: list[Attack] = [edit_entry, edit_amount, delete, insert, swap, cut_tail]  # whose traces can be covered


def attack(world: World, luck: random.Random) -> str:
    """Do one thing, and cover its traces well, badly or not at all; return what in words."""
    care = luck.choice(["naive", "chained", "resealed"])
    what = luck.choice(NAIVE if care == "naive" else CHANGES)
    learner = luck.choice(world.learners)
    with no_guards():
        what(world, learner, entries_of(learner, sealed=care != "naive" or what in (delete, cut_tail)), luck)
        if care != "naive":
            renumber(entries_of(learner))
            rebalance()
            rehash(learner)
        if care == "resealed":
            reseal(world)
    return f"{what.__name__}, {care}"


def finder(world: World, folder: Any) -> str:
    """Return who finds that something was changed: the audit, its seals, a stranger, or nobody."""
    findings = {finding.invariant for finding in queries.audit()}
    if findings:
        return "the seals alone" if findings == {"SEAL"} else "the audit"
    for learner in world.learners:
        record = json.loads(statement_json.export(learner, NOW))
        if verify(folder, record, world.published).returncode != 0:
            return "a stranger with a kept seal"
    return ""


def test_a_sound_ledger_raises_no_alarm(world, tmp_path):
    assert finder(world, tmp_path) == ""


def test_every_change_is_found(world, tmp_path):
    luck, found, unseen = chance("tampering"), Counter(), []
    for _ in range(ATTACKS):
        with transaction.atomic():
            done = attack(world, luck)
            by = finder(world, tmp_path)
            transaction.set_rollback(True)
        found[by] += 1
        if not by:
            unseen.append(done)
    print(dict(found))

    assert unseen == []
    assert set(found) == {"the audit", "the seals alone", "a stranger with a kept seal"}
    assert finder(world, tmp_path) == ""
