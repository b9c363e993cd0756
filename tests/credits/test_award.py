"""Award credit: out of an organisation's account, into a learner's."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest

from credits.actions import ledger
from credits.choices import KindOfCredit
from credits.models import Account, JournalEntry, Posting, chain
from credits.queries import ledger as queries
from tests.factories.ledger import an_award, what
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db


def test_award_moves_credit_from_the_issuer_to_the_learner():
    learner, issuer = a_learner(), an_organization()

    entry = an_award(learner=learner, issuer=issuer, hundredths=12)

    posting = entry.postings.get()
    assert (posting.source.organization, posting.source.balance_min) == (issuer, None)
    assert (posting.destination.learner, posting.destination.balance_min) == (learner, 0)
    assert (posting.source_position, posting.destination_position, posting.destination_balance) == (None, 1, 12)
    assert queries.balance(learner) == queries.Balance(by_kind={"COMMUNITY": 12})
    assert queries.audit() == []


def test_award_twice_posts_once():
    learner, issuer = a_learner(), an_organization()

    first = an_award(learner=learner, issuer=issuer, key="completion:1")
    second = an_award(learner=learner, issuer=issuer, key="completion:1")

    assert second == first
    assert (JournalEntry.objects.count(), Posting.objects.count()) == (1, 1)


def test_who_asks_and_when_is_no_part_of_what_is_asked():
    learner, issuer, instructor = a_learner(), an_organization(), a_learner()
    first = an_award(learner=learner, issuer=issuer, key="completion:1")

    second = ledger.award(
        learner=learner,
        issuer=issuer,
        amount_minor=12,
        kind_of_credit=KindOfCredit.COMMUNITY,
        occurred_at=NOW,
        actor=instructor,
        idempotency_key="completion:1",
        snapshot=what(),
        now=NOW + timedelta(days=1),
    )

    assert (second, second.actor) == (first, None)


@pytest.mark.parametrize(
    "other",
    [
        {"hundredths": 13},
        {"kind_of_credit": KindOfCredit.ACADEMIC},
        {"now": NOW + timedelta(seconds=1)},
        {"title_vi": "Sơ cấp cứu"},
        {"learner": "another"},
        {"issuer": "another"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_same_key_with_other_content_is_refused(other):
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, key="completion:1")
    asked = {"learner": learner, "issuer": issuer, "key": "completion:1"} | other
    if other.get("learner"):
        asked["learner"] = a_learner()
    if other.get("issuer"):
        asked["issuer"] = an_organization()

    with pytest.raises(ledger.KeyReused):
        an_award(**asked)

    assert JournalEntry.objects.count() == 1
    assert queries.audit() == []


@pytest.mark.parametrize("amount", [0, -1, True, 1.0, 0.5, "12", None, 10**12 + 1, float("nan")], ids=repr)
def test_what_is_no_amount_is_an_error(amount):
    learner = a_learner()

    with pytest.raises(ValueError, match="is not an amount"):
        an_award(learner=learner, hundredths=amount)

    assert (JournalEntry.objects.count(), Account.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "evidence",
    [{"score": 0.5}, {"điểm": 5}, {"at": NOW}, {"count": 2**53}],
    ids=["fraction", "key not ASCII", "not JSON", "too large"],
)
def test_evidence_without_canonical_form_is_an_error(evidence):
    with pytest.raises(chain.NotCanonical):
        an_award(learner=a_learner(), snapshot=replace(what(), evidence=evidence))


def test_entries_of_a_learner_form_a_chain_that_others_do_not_touch():
    learner, neighbour, issuer = a_learner(), a_learner(), an_organization()

    first = an_award(learner=learner, issuer=issuer)
    other = an_award(learner=neighbour, issuer=issuer)
    second = an_award(learner=learner, issuer=issuer)

    assert [(entry.sequence, entry.prev_hash) for entry in (first, other, second)] == [
        (1, None),
        (1, None),
        (2, first.hash),
    ]


def test_a_clock_that_runs_behind_does_not_turn_the_book_back():
    learner = a_learner()
    first = an_award(learner=learner, now=NOW)

    second = an_award(learner=learner, now=NOW - timedelta(minutes=2))

    assert second.recorded_at == first.recorded_at
    assert queries.audit() == []


def test_a_known_hash():
    """The canonical form never changes: `sha256sum` gets the same from these bytes."""
    form = {"b": [1, "Lê «Hòa»\n", None, True], "a": {"z": -5, "A": ""}}

    assert chain.canonical(form) == '{"a":{"A":"","z":-5},"b":[1,"Lê «Hòa»\\n",null,true]}'.encode()
    assert chain.link(form, None).hex() == "ec69269b5cf873006782726d74ca15e9bd0ce0c73c33a5d059ae036e4d721b9a"
    assert chain.link(form, b"\1" * 32).hex() == "bffffc64e0c6c90cb620aa891e4625a4b6c98ff1b38cfb2d2b8d425904384514"


def test_every_character_is_written_as_the_verifying_script_writes_it():
    text = "".join(chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000)

    assert (
        chain.canonical({"text": text})
        == json.dumps({"text": text}, ensure_ascii=False, separators=(",", ":")).encode()
    )


@pytest.mark.parametrize(
    "value", ["\ud800", reduce(lambda inner, _level: [inner], range(400), 1)], ids=["half a character", "too deep"]
)
def test_what_the_standard_writer_refuses_has_no_canonical_form(value):
    with pytest.raises(chain.NotCanonical):
        chain.canonical(value)


@pytest.mark.parametrize("done", ["a", "m", "z", "am", "mz", "az", "amz"])
def test_members_written_before_stand_where_they_would(done):
    value = {"z": {"b": None, "a": [1]}, "m": "«Hòa»\t", "a": {}, "n": True}

    assert chain.canonical(value | {name: chain.written(value[name]) for name in done}) == chain.canonical(value)


@pytest.mark.parametrize("value", [{"a": {"b": chain.written(1)}}, [chain.written(1)], {"ă": chain.written(1)}])
def test_what_is_written_is_a_member_of_an_object_and_nothing_else(value):
    with pytest.raises(chain.NotCanonical):
        chain.canonical(value)


def test_award_takes_one_statement(django_assert_num_queries):
    learner, issuer, snapshot = a_learner(), an_organization(), what()
    an_award(learner=learner, issuer=issuer)

    with django_assert_num_queries(1):
        an_award(learner=learner, issuer=issuer, snapshot=snapshot)
