"""What the database itself refuses about reports of mistakes."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from credits.models import Dispute
from learners.models import Membership
from tests.credits.by_hand import owner, run
from tests.factories.disputes import DUE_ON, WORDS, a_dispute, answered
from tests.factories.ledger import a_merge, an_award, an_undoing
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


def by_sql(case, **columns):
    said = ", ".join(f"{name} = %s" for name in columns)
    with pytest.raises(DatabaseError) as answer, transaction.atomic():
        run(f"UPDATE credits_dispute SET {said} WHERE id = %s", [*columns.values(), case.pk])
    return str(answer.value)


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"text": "Khác"}, "permission denied"),
        ({"due_on": "2030-01-01"}, "permission denied"),
        ({"state": "ANSWERED"}, "not theirs to answer"),
        ({"state": "WITHDRAWN"}, "dispute_facts_of_state"),
        ({"state": "GONE"}, "dispute_facts_of_state"),
        ({"outcome": "UPHELD"}, "dispute_facts_of_state"),
        ({"escalated_at": NOW - timedelta(days=1)}, "dispute_in_order"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_database_refuses_half_an_end(columns, refusal):
    assert refusal in by_sql(a_dispute(), **columns)


def an_answer(by, for_organization=None):
    return {
        "state": "ANSWERED",
        "outcome": "UPHELD",
        "answer": "Đúng.",
        "answered_by_id": by.pk,
        "answered_for_id": for_organization and for_organization.pk,
        "answered_at": NOW,
        "answered_after_days": 0,
    }


def test_the_database_refuses_an_answer_by_who_may_not_give_it():
    case, manager = a_dispute(), a_learner()
    elsewhere = an_organization(manager=manager)
    curator = a_curator()
    own = a_dispute(learner=curator)

    assert "not theirs to answer" in by_sql(case, **an_answer(a_learner()))
    assert "not theirs to answer" in by_sql(case, **an_answer(manager, case.organization))
    assert "dispute_answered_for_its_organization" in by_sql(case, **an_answer(manager, elsewhere))
    assert "dispute_not_answered_by_its_learner" in by_sql(own, **an_answer(curator))


def test_the_database_refuses_a_manager_who_is_none_any_more_or_comes_too_late():
    case = a_dispute()
    issuer, manager = case.organization, case.organization.registered_by
    late = a_dispute(issuer=issuer)
    Dispute.objects.filter(pk=late.pk).update(escalated_at=NOW)

    assert "not theirs to answer" in by_sql(late, **an_answer(manager, issuer))
    Membership.objects.filter(learner=manager).update(ended_at=NOW)
    assert "not theirs to answer" in by_sql(case, **an_answer(manager, issuer))


def test_what_has_ended_stays_and_nothing_is_deleted():
    case = answered(a_dispute(), by=a_curator())
    went_up = a_dispute()
    Dispute.objects.filter(pk=went_up.pk).update(escalated_at=NOW)

    assert "has ended" in by_sql(case, answer="Khác")
    assert "has ended" in by_sql(case, state="OPEN")
    assert "stays as it was reported" in by_sql(went_up, escalated_at=None)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run("DELETE FROM credits_dispute")


def test_the_owner_cannot_delete_or_rewrite_either():
    case = a_dispute()

    with owner():
        for statement, words in (
            ("DELETE FROM credits_dispute", "is refused"),
            ("TRUNCATE credits_dispute", "is refused"),
            ("UPDATE credits_dispute SET text = 'x'", "stays as it was reported"),
        ):
            with pytest.raises(DatabaseError, match=words), transaction.atomic():
                run(statement)

    case.refresh_from_db()
    assert case.text == WORDS


def test_the_database_refuses_a_report_about_somebody_elses_line():
    entry, stranger = an_award(learner=a_learner()), a_learner()
    case = {
        "case_number": "BS-2026-999999",
        "learner": stranger,
        "entry": entry,
        "organization": an_organization(),
        "complaint": "OTHER",
        "text": "x",
        "opened_at": NOW,
        "due_on": DUE_ON,
    }

    for more in ({}, {"learner": entry.learner, "state": "WITHDRAWN", "withdrawn_at": NOW}):
        with pytest.raises(DatabaseError, match="not an open report"), transaction.atomic():
            Dispute.objects.create(**(case | more))
    for more, name in (
        ({"organization": None}, "dispute_has_somebody_to_answer"),
        ({"text": ""}, "dispute_text_length"),
        ({"text": "x" * 2001}, "dispute_text_length"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            Dispute.objects.create(**(case | {"learner": entry.learner} | more))


def test_the_database_takes_a_report_from_where_the_credit_lies_and_no_longer():
    kept, merged = a_learner(), a_learner()
    entry = an_award(learner=merged)
    done = a_merge(kept, merged)
    case = {
        "case_number": "BS-2026-999999",
        "learner": kept,
        "entry": entry,
        "organization": an_organization(),
        "complaint": "OTHER",
        "text": "x",
        "opened_at": NOW,
        "due_on": DUE_ON,
    }

    with transaction.atomic():
        Dispute.objects.create(**case)
        transaction.set_rollback(True)
    an_undoing(done)
    with pytest.raises(DatabaseError, match="not an open report"), transaction.atomic():
        Dispute.objects.create(**case)


def test_the_database_keeps_one_open_report_a_line():
    case = a_dispute()
    fields = {"learner": case.learner, "entry": case.entry, "organization": case.organization, "complaint": "OTHER"}

    with pytest.raises(DatabaseError, match="dispute_one_open_per_entry"), transaction.atomic():
        Dispute.objects.create(case_number="BS-2026-999999", text="x", opened_at=NOW, due_on=DUE_ON, **fields)
