"""Once a day all records are sealed: one tree over the newest hash of each, of which only what changed is written."""

import hashlib
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from credits.actions import seal
from credits.models import JournalEntry, Seal, SealLeaf, SealNode
from credits.queries import ledger as queries
from tests.credits.by_hand import refused, run
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.seals import a_seal, root_of_heads

pytestmark = pytest.mark.django_db

ALMOST_MIDNIGHT = datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Viet Nam
MIDNIGHT = ALMOST_MIDNIGHT + timedelta(seconds=1)


def test_a_seal_covers_every_record():
    learners = [a_learner() for _ in range(3)]
    for learner, count in zip(learners, (1, 3, 2), strict=True):
        for _ in range(count):
            an_award(learner=learner)
    a_learner()  # has no record yet

    first = a_seal()

    assert (first.number, first.size, first.entries, first.prev_hash) == (1, 3, 6, None)
    assert bytes(first.tree_root) == root_of_heads()
    assert list(SealNode.objects.filter(level=0).order_by("index").values_list("sequence", flat=True)) == [1, 3, 2]
    assert queries.audit() == []


@pytest.mark.parametrize("size", range(10))
def test_the_tree_is_that_of_the_rfc_whatever_its_size(size):
    issuer = an_organization()
    for _ in range(size):
        an_award(learner=a_learner(), issuer=issuer)

    sealed = a_seal()

    assert (sealed.size, bytes(sealed.tree_root)) == (size, root_of_heads())


def test_the_tree_grows_and_changes_night_by_night():
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, issuer, learners = random.Random(seed), an_organization(), []
    for night in range(1, 16):
        learners += [a_learner() for _ in range(chance.choice([0, 0, 1, 2, 5]))]
        for learner in chance.sample(learners, k=min(len(learners), chance.choice([0, 1, 3]))):
            an_award(learner=learner, issuer=issuer)

        sealed = a_seal(night)

        assert bytes(sealed.tree_root) == root_of_heads()
        assert sealed.entries == JournalEntry.objects.count()
    assert Seal.objects.count() == 15
    assert queries.audit() == []


def test_only_what_has_changed_is_written():
    issuer, learners = an_organization(), [a_learner() for _ in range(8)]
    for learner in learners:
        an_award(learner=learner, issuer=issuer)
    a_seal(1)
    an_award(learner=learners[2], issuer=issuer)

    a_seal(2)

    written = SealNode.objects.filter(seal=2).order_by("level").values_list("level", "index", "sequence")
    assert list(written) == [(0, 2, 2), (1, 1, None), (2, 0, None), (3, 0, None)]
    assert SealLeaf.objects.filter(first_seal=1).count() == 8


def test_a_day_without_entries_is_sealed_as_well():
    an_award(learner=a_learner())
    first = a_seal(1)

    second = a_seal(2)

    assert (second.number, bytes(second.tree_root), second.entries) == (2, bytes(first.tree_root), 1)
    assert bytes(second.hash) != bytes(first.hash)
    assert bytes(second.prev_hash) == bytes(first.hash)
    assert not SealNode.objects.filter(seal=2).exists()


def test_a_portal_without_entries_is_sealed_as_well():
    sealed = a_seal()

    assert (sealed.size, sealed.entries, bytes(sealed.tree_root)) == (0, 0, hashlib.sha256().digest())
    assert queries.audit() == []


def test_a_day_is_sealed_once():
    learner = a_learner()
    an_award(learner=learner)
    first = seal.seal(now=NOW)
    an_award(learner=learner)

    again = seal.seal(now=ALMOST_MIDNIGHT)
    next_day = seal.seal(now=MIDNIGHT)

    assert again == first
    assert (again.entries, next_day.number, next_day.entries) == (1, 2, 2)
    assert [str(day) for day in Seal.objects.order_by("number").values_list("day", flat=True)] == [
        "2026-11-21",
        "2026-11-22",
    ]


def test_a_day_that_was_missed_stays_missed():
    a_seal(3)

    with pytest.raises(seal.DayIsOver):
        a_seal(2)

    assert Seal.objects.count() == 1


@pytest.mark.parametrize("records", [1, 20])
def test_a_seal_costs_the_same_number_of_statements_for_each_level(records, django_assert_num_queries):
    issuer = an_organization()
    for _ in range(records):
        an_award(learner=a_learner(), issuer=issuer)
    levels = (records - 1).bit_length()

    # a savepoint opened and closed, patience, the lock, the newest seal, leaves, changes, levels, root, the seal
    with django_assert_num_queries(9 + levels):
        a_seal()


def test_the_hash_of_a_seal_is_of_what_is_published():
    an_award(learner=a_learner())
    sealed = a_seal()
    published = Seal.objects.get(pk=sealed.pk).published

    said = published.pop("hash")

    text = (
        f'{{"day":"2026-11-22","entries":1,"number":1,"prev_hash":null,"sealed_at":"2026-11-22T03:00:00.000000Z",'
        f'"size":1,"tree_root":"{bytes(sealed.tree_root).hex()}","type":"seal","version":1}}'
    )
    assert said == hashlib.sha256(text.encode()).hexdigest()
    assert published == {**published, "number": 1, "type": "seal"}


# What the database refuses -------------------------------------------------------------------------------------------

SEAL = """
    INSERT INTO credits_seal (number, day, sealed_at, size, entries, tree_root, prev_hash, hash)
    SELECT {number}, {day}, {sealed_at}, {size}, {entries}, {tree_root}, {prev_hash}, sha256('forged')
    FROM credits_seal WHERE number = 1
"""
NEXT = {
    "number": "number + 1",
    "day": "day + 1",
    "sealed_at": "sealed_at + interval '1 day'",
    "size": "size",
    "entries": "entries",
    "tree_root": "tree_root",
    "prev_hash": "hash",
}


@pytest.fixture
def sealed():
    learner = a_learner()
    an_award(learner=learner)
    a_seal()
    return learner


def test_a_seal_that_continues_the_one_before_it_is_taken(sealed):
    """The control of the refusals below; what it says of itself is for the audit to find."""
    run(SEAL.format(**NEXT))

    assert [finding.detail for finding in queries.audit()] == ["seal 2: its hash is not that of what it says"]


@pytest.mark.parametrize(
    ("columns", "answer"),
    [
        ({"number": "number + 2"}, "does not continue"),
        ({"number": "number", "prev_hash": "NULL"}, "duplicate key"),
        ({"number": "0"}, "seal_follows_one_unless_first"),
        ({"day": "day"}, "credits_seal_day_key"),
        ({"day": "day - 1"}, "does not continue"),
        ({"sealed_at": "sealed_at"}, "does not continue"),
        ({"size": "size + 1"}, "seal_entry_for_each_record"),
        ({"size": "size + 1", "entries": "entries + 1"}, "not of the tree that stands"),
        ({"size": "0"}, "not of the tree that stands"),
        ({"size": "0", "entries": "0"}, "does not continue"),
        ({"tree_root": "sha256('x')"}, "not of the tree that stands"),
        ({"prev_hash": "sha256('x')"}, "does not continue"),
        ({"prev_hash": "NULL"}, "seal_follows_one_unless_first"),
    ],
    ids=str,
)
def test_a_seal_that_does_not_continue_is_refused(sealed, columns, answer):
    assert answer in refused(SEAL.format(**NEXT | columns))

    assert Seal.objects.count() == 1


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("INSERT INTO credits_sealnode (level, index, seal_id, hash) VALUES (1, 0, 1, sha256('x'))", "next seal only"),
        ("INSERT INTO credits_sealnode (level, index, seal_id, hash) VALUES (1, 0, 3, sha256('x'))", "next seal only"),
        ("INSERT INTO credits_sealnode (level, index, seal_id, hash) VALUES (1, 0, 2, sha256('x'))", "foreign key"),
        ("INSERT INTO credits_sealleaf (index, learner_id, first_seal_id) VALUES (1, {other}, 1)", "at the end"),
        ("INSERT INTO credits_sealleaf (index, learner_id, first_seal_id) VALUES (2, {other}, 2)", "at the end"),
        ("INSERT INTO credits_sealleaf (index, learner_id, first_seal_id) VALUES (0, {other}, 2)", "duplicate key"),
        ("INSERT INTO credits_sealleaf (index, learner_id, first_seal_id) VALUES (1, {same}, 2)", "duplicate key"),
        ("INSERT INTO credits_sealleaf (index, learner_id, first_seal_id) VALUES (1, {other}, 2)", "foreign key"),
    ],
)
def test_nothing_is_slipped_into_the_tree_of_a_seal(sealed, statement, answer):
    assert answer in refused(statement.format(same=sealed.pk, other=a_learner().pk))

    assert queries.audit() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_no_seal_is_made_under_an_older_snapshot(level):
    an_award(learner=a_learner())

    assert "READ COMMITTED only" in refused(
        f"SET TRANSACTION ISOLATION LEVEL {level}",
        "INSERT INTO credits_seal VALUES (1, '2026-11-22', now(), 0, 0, sha256(''), NULL, sha256(''))",
    )


def test_the_oldest_forms_of_the_tree_stay_what_they_were(sealed):
    an_award(learner=sealed)
    a_seal(2)

    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_id, sequence FROM credits_sealnode WHERE level = 0 ORDER BY seal_id")
        assert cursor.fetchall() == [(1, 1), (2, 2)]
