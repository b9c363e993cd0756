"""Award credit to many at once: what awarding one by one would have written, in a few statements."""

from datetime import date, timedelta

import pytest
from django.db import connection

from credits.actions import batch, ledger
from credits.models import Account, JournalEntry, Lot, Posting
from credits.queries import ledger as queries
from tests.factories.ledger import an_award, asked, what
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db


def test_a_class_is_awarded_in_one_batch():
    issuer, learners = an_organization(), [a_learner() for _ in range(5)]

    entries = batch.award_many(awards=[asked(learner=learner, issuer=issuer) for learner in learners], now=NOW)

    assert [entry.learner for entry in entries] == learners
    assert [queries.balance(learner).total for learner in learners] == [12] * 5
    assert (JournalEntry.objects.count(), Lot.objects.count(), Posting.objects.count()) == (5, 5, 5)
    assert Account.objects.count() == 6
    assert queries.audit() == []


def rows_of(learner) -> list[tuple]:
    """All that was written for a learner but numbers, keys and hashes."""
    entries = learner.journal_entries.order_by("sequence").values_list(
        "reason", "sequence", "occurred_at", "recorded_at", "actor", "snapshot", "reverses", "ends", "request"
    )
    lots = learner.credit_lots.order_by("entry__sequence").values_list(
        "issuer", "kind_of_credit", "source", "field_code", "level", "amount_minor", "earned_on", "valid_until",
        "course_key",
    )  # fmt: skip
    postings = Posting.objects.filter(entry__learner=learner).order_by("entry__sequence").values_list(
        "source", "source_position", "source_balance", "destination__purpose", "destination__kind_of_credit",
        "destination_position", "destination_balance", "amount_minor",
    )  # fmt: skip
    return [*entries, *lots, *postings]


def test_a_batch_writes_what_awards_one_by_one_would_have_written():
    issuer, other = an_organization(), an_organization()
    at_once, one_by_one = a_learner(), a_learner()
    an_award(learner=at_once, issuer=issuer)
    an_award(learner=one_by_one, issuer=issuer)
    course = {"issuer": other, "hundredths": 50, "valid_until": date(2031, 11, 21), "snapshot": what(level=3)}

    def several(learner) -> list[batch.Asked]:
        return [
            asked(learner=learner, issuer=issuer, hundredths=4),
            asked(learner=learner, kind_of_credit="VOCATIONAL", **course),
            asked(learner=learner, issuer=issuer, hundredths=8),
        ]

    batch.award_many(awards=several(at_once), now=NOW)
    for award in several(one_by_one):
        ledger.award(**{name: getattr(award, name) for name in batch.Asked.__slots__}, now=NOW)

    assert rows_of(at_once) == rows_of(one_by_one)
    assert queries.audit() == []


@pytest.mark.parametrize("title", ["NULL", "{a,b}", 'a"b', "a\\b", "a\nb", "\t", "\\."], ids=repr)
def test_no_title_means_anything_to_the_array_it_travels_in(title):
    """A batch goes to the database as arrays of texts, in which some characters say where a text ends."""
    issuer = an_organization()
    at_once, one_by_one = a_learner(), a_learner()
    said = what(title_vi=title, title_en=title, provider_vi=title, evidence={"note": title})

    batch.award_many(awards=[asked(learner=at_once, issuer=issuer, key=title, snapshot=said)], now=NOW)
    an_award(learner=one_by_one, issuer=issuer, key=f"{title}:1", snapshot=said)

    entry = at_once.journal_entries.get()
    assert (entry.idempotency_key, entry.snapshot["title_vi"]) == (title, title)
    assert rows_of(at_once) == rows_of(one_by_one)
    assert queries.audit() == []


def test_what_comes_back_is_what_was_written():
    [entry] = batch.award_many(awards=[asked(learner=a_learner(), issuer=an_organization())], now=NOW)

    written = JournalEntry.objects.get()
    names = [field.attname for field in JournalEntry._meta.concrete_fields if field.attname != "xact_id"]
    as_bytes = {"body_hash", "prev_hash", "hash"}
    for name in names:
        value = getattr(written, name)
        assert getattr(entry, name) == (bytes(value) if name in as_bytes and value is not None else value), name


def test_several_awards_of_one_learner_chain_in_the_order_asked():
    learner, issuer = a_learner(), an_organization()
    keys = ["completion:9", "completion:1", "completion:5"]

    batch.award_many(awards=[asked(learner=learner, issuer=issuer, key=key) for key in keys], now=NOW)

    in_order = learner.journal_entries.order_by("sequence")
    assert list(in_order.values_list("idempotency_key", flat=True)) == keys
    assert queries.audit() == []


def test_a_batch_twice_posts_once():
    issuer = an_organization()
    awards = [asked(learner=a_learner(), issuer=issuer) for _ in range(3)]

    first = batch.award_many(awards=awards, now=NOW)
    second = batch.award_many(awards=awards, now=NOW + timedelta(days=1))

    assert second == first
    assert JournalEntry.objects.count() == 3
    assert queries.audit() == []


def test_what_was_awarded_singly_is_answered_and_the_rest_is_posted():
    learner, other, issuer = a_learner(), a_learner(), an_organization()
    already = an_award(learner=learner, issuer=issuer, key="completion:1")

    outcomes = batch.award_many(
        awards=[
            asked(learner=learner, issuer=issuer, key="completion:1"),
            asked(learner=other, issuer=issuer, key="completion:2"),
        ],
        now=NOW,
    )

    assert outcomes == [already, other.journal_entries.get()]
    assert JournalEntry.objects.count() == 2


@pytest.mark.parametrize("is_there_before", [True, False], ids=["posted before", "in the same batch"])
def test_a_key_with_other_content_is_refused_and_the_rest_is_posted(is_there_before):
    learner, other, issuer = a_learner(), a_learner(), an_organization()
    first = asked(learner=learner, issuer=issuer, key="completion:1")
    if is_there_before:
        batch.award_many(awards=[first], now=NOW)

    entry, refusal, third = batch.award_many(
        awards=[
            first,
            asked(learner=learner, issuer=issuer, hundredths=99, key="completion:1"),
            asked(learner=other, issuer=issuer, key="completion:2"),
        ],
        now=NOW,
    )

    assert (type(entry), type(refusal), type(third)) == (JournalEntry, ledger.KeyReused, JournalEntry)
    assert (queries.balance(learner).total, queries.balance(other).total) == (12, 12)
    assert queries.audit() == []


def test_a_mistake_in_one_award_posts_none():
    issuer = an_organization()
    awards = [asked(learner=a_learner(), issuer=issuer), asked(learner=a_learner(), issuer=issuer, hundredths=0)]

    with pytest.raises(ValueError, match="0 is not an amount"):
        batch.award_many(awards=awards, now=NOW)

    assert not JournalEntry.objects.exists()


def test_nothing_asked_is_nothing_done(django_assert_num_queries):
    with django_assert_num_queries(2):  # savepoint and its release
        assert batch.award_many(awards=[], now=NOW) == []


@pytest.mark.parametrize("count", [1, 30])
def test_as_many_statements_for_one_as_for_thirty(django_assert_num_queries, count):
    issuer, learners = an_organization(), [a_learner() for _ in range(count)]
    batch.award_many(awards=[asked(learner=learner, issuer=issuer) for learner in learners], now=NOW)

    with django_assert_num_queries(11):
        batch.award_many(awards=[asked(learner=learner, issuer=issuer) for learner in learners], now=NOW)


def accounts_read_from_end_to_end() -> int:
    """How often this transaction has read the whole table of accounts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_numscans('credits_account'::regclass)")
        return cursor.fetchone()[0]


def test_an_award_after_a_batch_does_not_read_all_accounts():
    """A session keeps the plans of the guards, and the first they were made for were many rows (decision 0143)."""
    issuer, learners = an_organization(), [a_learner() for _ in range(40)]
    batch.award_many(awards=[asked(learner=learner, issuer=issuer) for learner in learners], now=NOW)
    before = accounts_read_from_end_to_end()

    for learner in learners[:3]:
        an_award(learner=learner, issuer=issuer)

    assert accounts_read_from_end_to_end() == before
