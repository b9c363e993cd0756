"""What else the database refuses to have written: odd rows, past every action. The attacks are in test_attacks.py."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from credits.choices import Purpose, Reason, Unit
from credits.models import Account, JournalEntry, Posting
from credits.queries import ledger as queries
from credits.rules import ALLOWED_ROUTES, BOUNDS
from tests.credits.by_hand import BACK, REVERSAL, entry, posting, refused, run
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


def test_sql_that_breaks_no_rule_is_accepted(held):
    """The control of all refusals below: the same statements, nothing changed."""
    learner, _issuer = held

    run(entry())
    run(posting())
    run("SET CONSTRAINTS ALL IMMEDIATE")

    assert queries.balance(learner).total == 24
    assert [finding.invariant for finding in queries.audit()] == ["L09"]  # whoever writes past us has no hash


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([entry(), posting(xact_id="1")], "not a way amounts may move"),
        ([entry(), posting(amount_minor="'NaN'")], "bigint"),
        ([entry(), posting(amount_minor=2**63)], "out of range"),
        ([entry(), posting(entry_id=999_999)], "not a way amounts may move"),
        ([entry(), posting(source_id=999_999)], "not a way amounts may move"),
        ([entry(), posting(destination_position=1)], "posting_destination_position"),
        ([entry(), posting(destination_position=1, destination_balance=12)], "posting_destination_position"),
        ([entry(), posting(destination_balance="NULL")], "posting_destination_position_with_balance"),
        ([entry(), posting(source_balance=0)], "posting_source_position_with_balance"),
        ([entry(), posting(source_position=1, source_balance=-24)], "not a way amounts may move"),
        ([entry(), posting(**BACK)], "not a way amounts may move"),
        ([entry(**REVERSAL), posting(**BACK, amount_minor=13)], "bounds or its order"),
        ([entry(**REVERSAL), posting(**BACK | {"source_balance": -1}, amount_minor=13)], "bounds or its order"),
        ([entry(reason="'REVERSAL'"), posting(**BACK)], "journal_entry_reversal_names_entry"),
        ([entry(**REVERSAL | {"reversal_part": "NULL"}), posting(**BACK)], "journal_entry_reversal_names_entry"),
        ([entry(sequence="NULL"), posting()], "journal_entry_sequence_when_learner"),
        ([entry(recorded_at=f"'{NOW - timedelta(hours=1)}'"), posting()], "journal_entry_recorded_after"),
    ],
)
def test_sql_that_breaks_a_rule_is_refused(held, statements, answer):
    learner, _issuer = held

    assert answer in refused(*statements)

    assert (JournalEntry.objects.count(), Posting.objects.count(), queries.balance(learner).total) == (1, 1, 12)
    assert queries.audit() == []


@pytest.fixture
def reversed_once(held):
    run(entry(**REVERSAL))
    run(posting(**BACK))
    return {"sequence": 3, "prev_hash": "sha256('second')", "hash": "sha256('third')"}


def test_a_position_is_not_taken_again_from_the_other_side(reversed_once):
    """The second posting took credit away; one that brings some does not stand at the second place as well."""
    assert "bounds or its order" in refused(entry(**reversed_once), posting())


def test_credit_of_one_learner_is_not_taken_back_in_an_entry_of_another(held):
    _learner, issuer = held
    neighbour = a_learner()
    theirs = an_award(learner=neighbour, issuer=issuer)
    forged = entry(
        **REVERSAL | {"reverses_id": theirs.pk},
        learner_id=neighbour.pk,
        prev_hash=f"(SELECT hash FROM credits_journalentry WHERE id = {theirs.pk})",
    )

    assert "have not agreed" in refused(forged, posting(**BACK))


def test_kinds_of_credit_do_not_mix(held):
    learner, issuer = held
    an_award(learner=learner, issuer=issuer, kind_of_credit="ACADEMIC")
    academic = f"(SELECT id FROM credits_account WHERE kind_of_credit = 'ACADEMIC' AND learner_id = {learner.pk})"
    mixed = posting(destination_id=academic)

    assert "not a way" in refused(
        entry(sequence=3, prev_hash="(SELECT hash FROM credits_journalentry ORDER BY id DESC LIMIT 1)"), mixed
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"balance_min": -1},
        {"balance_min": None},
        {"balance_max": 5},
        {"purpose": Purpose.ISSUED},
        {"kind_of_credit": ""},
        {"unit": Unit.VND},
        {"purpose": "GIFTS"},
        {"learner": None},
        {"kind_of_credit": "COMMUNITY"},
    ],
    ids=repr,
)
def test_an_account_that_fits_no_purpose_is_refused(held, columns):
    learner, _issuer = held
    whole = {
        "learner": learner,
        "unit": Unit.CREDIT,
        "purpose": Purpose.EARNED,
        "kind_of_credit": "ACADEMIC",
        "balance_min": 0,
        "opened_at": NOW,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(**whole | columns)

    Account.objects.create(**whole)


def test_the_database_allows_the_routes_of_the_rules_and_no_other():
    purposes, reasons = [*Purpose.values, "OTHER", ""], [*Reason.values, "OTHER", ""]
    allowed = {(str(row.reason), str(row.unit), str(row.from_purpose), str(row.to_purpose)) for row in ALLOWED_ROUTES}

    with connection.cursor() as cursor:
        for route in product(reasons, Unit.values, purposes, purposes):
            cursor.execute("SELECT credits_route_is_allowed(%s, %s, %s, %s)", route)
            assert cursor.fetchone() == (route in allowed,), route


def test_every_purpose_has_bounds():
    assert set(BOUNDS) == set(Purpose)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "forged", [{}, {"xact_id": "(SELECT xact_id FROM credits_journalentry)"}], ids=["plain", "forged"]
)
def test_no_posting_is_added_to_an_entry_of_an_earlier_transaction(forged):
    an_award(learner=a_learner())

    assert "not a way" in refused(posting(**forged))

    assert queries.audit() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_the_ledger_is_not_written_under_an_older_snapshot(level):
    an_award(learner=a_learner())

    assert "READ COMMITTED only" in refused(f"SET TRANSACTION ISOLATION LEVEL {level}", entry(), posting())
