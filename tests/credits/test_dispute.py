"""A learner says that a line is wrong: it is opened, taken back, answered, and goes up when it is overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from credits.actions import dispute
from credits.choices import Complaint, DisputeOutcome, DisputeState
from credits.models import Dispute
from credits.queries import dispute as queries
from credits.rules import DISPUTES_OPEN_MAX, DISPUTES_PER_ENTRY_MAX
from learners.actions import holiday
from learners.choices import Role
from learners.models import Membership, Message
from tests.credits.by_hand import owner, run
from tests.factories.disputes import WORDS, a_dispute, answered
from tests.factories.ledger import a_merge, an_award, an_undoing
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
DUE_ON = date(2026, 12, 11)  # 15 working days after Saturday 21 November
OVERDUE = datetime(2026, 12, 11, 17, 1, tzinfo=UTC)  # 0:01 on 12 December in Viet Nam


def letters(kind):
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def test_a_report_has_a_number_a_date_and_a_letter():
    learner, issuer = a_learner(), an_organization()
    entry = an_award(learner=learner, issuer=issuer)

    case = dispute.open_dispute(learner=learner, entry=entry, complaint=Complaint.WRONG_AMOUNT, text=WORDS, now=NOW)

    assert case.case_number == f"BS-2026-{case.pk:06}"
    assert (case.state, case.due_on, case.organization, case.escalated_at) == (DisputeState.OPEN, DUE_ON, issuer, None)
    (told,) = letters("DISPUTE_OPENED")
    assert (told.recipient, told.data["case"], told.data["deadline"]) == (
        learner,
        case.case_number,
        "thứ Sáu 11/12/2026",
    )
    (asked,) = letters("DISPUTE_TO_ANSWER")
    assert asked.recipient == issuer.registered_by
    assert learner.full_name not in str(asked.data) + case.case_number
    assert WORDS not in str(asked.data)


def test_the_promised_day_stays_when_the_calendar_changes():
    case = a_dispute()

    holiday.enter(day=date(2026, 11, 24), name_vi="Ngày Văn hóa", name_en="", source="Luật")

    case.refresh_from_db()
    assert case.due_on == DUE_ON


def test_the_same_report_twice_is_one():
    learner = a_learner()
    entry = an_award(learner=learner)
    first = a_dispute(entry=entry)

    second = a_dispute(entry=entry, now=NOW + timedelta(minutes=1))

    assert second == first
    assert len(letters("DISPUTE_OPENED")) == 1


def test_a_line_has_one_open_report():
    entry = an_award(learner=a_learner())
    a_dispute(entry=entry)

    with pytest.raises(dispute.AlreadyReported, match="BS-2026-"):
        a_dispute(entry=entry, text="Tôi nghĩ lại rồi.")

    assert Dispute.objects.count() == 1


def test_nobody_reports_a_line_of_somebody_else():
    entry = an_award(learner=a_learner())

    with pytest.raises(dispute.NotYourLine):
        a_dispute(learner=a_learner(), entry=entry)

    assert not Dispute.objects.exists()


def test_a_learner_has_so_many_open_reports_at_most():
    learner, issuer = a_learner(), an_organization()
    cases = [a_dispute(learner=learner, issuer=issuer) for _ in range(DISPUTES_OPEN_MAX)]

    with pytest.raises(dispute.TooManyOpen):
        a_dispute(learner=learner, issuer=issuer)
    dispute.withdraw(dispute=cases[0], learner=learner, now=NOW)

    assert a_dispute(learner=learner, issuer=issuer).state == DisputeState.OPEN


def test_one_line_is_reported_so_often_at_most(settings):
    curator, entry = a_curator(), an_award(learner=a_learner())
    for _ in range(DISPUTES_PER_ENTRY_MAX):
        answered(a_dispute(entry=entry), by=curator)

    with pytest.raises(dispute.ReportedTooOften, match="Muốn nói thêm"):
        a_dispute(entry=entry)
    settings.HELPLINE = "1800 0000"
    with pytest.raises(dispute.ReportedTooOften, match="Gọi 1800 0000"):
        a_dispute(entry=entry)


def test_what_was_taken_back_may_be_reported_again_tomorrow_and_managers_hear_of_it_once_a_day():
    learner = a_learner()
    entry = an_award(learner=learner, issuer=an_organization())
    for _ in range(DISPUTES_PER_ENTRY_MAX):
        dispute.withdraw(dispute=a_dispute(entry=entry), learner=learner, now=NOW)

    with pytest.raises(dispute.ReportedTooOften, match="Ngày mai"):
        a_dispute(entry=entry)
    told_today = len(letters("DISPUTE_TO_ANSWER"))
    a_dispute(entry=entry, now=NOW + timedelta(days=1))

    assert (told_today, len(letters("DISPUTE_TO_ANSWER"))) == (1, 2)


def test_where_nobody_but_the_learner_could_answer_the_curators_have_it_at_once():
    manager = a_learner()
    issuer = an_organization(manager=manager)

    case = a_dispute(learner=manager, issuer=issuer)

    assert case.escalated_at == NOW
    assert letters("DISPUTE_TO_ANSWER") == []
    assert "quản trị nội dung" in letters("DISPUTE_OPENED")[0].data["org"]


def test_taken_back_twice_is_once():
    case = a_dispute()

    first = dispute.withdraw(dispute=case, learner=case.learner, now=NOW)
    second = dispute.withdraw(dispute=case, learner=case.learner, now=NOW + timedelta(days=1))

    assert (first.state, second.withdrawn_at) == (DisputeState.WITHDRAWN, NOW)


def test_only_its_learner_takes_it_back_and_only_before_the_answer():
    case = a_dispute()

    with pytest.raises(dispute.UnableToWithdraw):
        dispute.withdraw(dispute=case, learner=a_learner(), now=NOW)
    answered(case, by=case.organization.registered_by)
    with pytest.raises(dispute.UnableToWithdraw):
        dispute.withdraw(dispute=case, learner=case.learner, now=NOW)

    assert Dispute.objects.get().state == DisputeState.ANSWERED


def test_a_manager_answers_and_the_learner_is_told():
    issuer = an_organization()
    case = a_dispute(issuer=issuer)
    later = NOW + timedelta(days=3)  # Tuesday: two working days

    done = answered(case, by=issuer.registered_by, outcome=DisputeOutcome.PARTLY, text="Thiếu một buổi.", now=later)

    assert (done.state, done.outcome, done.answer) == (DisputeState.ANSWERED, DisputeOutcome.PARTLY, "Thiếu một buổi.")
    assert (done.answered_by, done.answered_for, done.answered_after_days) == (issuer.registered_by, issuer, 2)
    (told,) = letters("DISPUTE_ANSWERED")
    assert (told.recipient, told.data["reason"]) == (case.learner, "Thiếu một buổi.")
    assert (told.data["person"], told.data["org"]) == (issuer.registered_by.full_name, issuer.name)


def test_a_curator_answers_in_the_portals_name():
    case = a_dispute()

    done = answered(case, by=a_curator())

    assert (done.state, done.answered_for) == (DisputeState.ANSWERED, None)


def test_the_same_answer_twice_is_one_and_another_is_refused():
    case = a_dispute()
    manager = case.organization.registered_by
    answered(case, by=manager)

    again = answered(case, by=manager, now=NOW + timedelta(days=1))
    with pytest.raises(dispute.NotWaiting):
        answered(case, by=manager, text="Khác.")

    assert again.answered_at == NOW
    assert len(letters("DISPUTE_ANSWERED")) == 1


def a_member(case, role):
    member = a_learner()
    a_membership(organization=case.organization, learner=member, role=role)
    return member


@pytest.mark.parametrize(
    "who",
    [
        lambda case: a_learner(),
        lambda case: case.learner,
        lambda case: an_organization().registered_by,
        lambda case: a_member(case, Role.INSTRUCTOR),
        lambda case: a_member(case, Role.ASSESSOR),
    ],
    ids=["a stranger", "the learner", "a manager elsewhere", "an instructor", "an assessor"],
)
def test_nobody_else_answers(who):
    case = a_dispute()

    with pytest.raises(dispute.NotYoursToAnswer):
        answered(case, by=who(case))

    assert Dispute.objects.get().state == DisputeState.OPEN


def test_nobody_answers_about_their_own_record():
    curator, manager = a_curator(), a_learner()
    issuer = an_organization(manager=manager)
    colleague = a_learner()
    a_membership(organization=issuer, learner=colleague, role=Role.MANAGER)
    own_as_curator, own_as_manager = a_dispute(learner=curator), a_dispute(learner=manager, issuer=issuer)

    for case, person in ((own_as_curator, curator), (own_as_manager, manager)):
        with pytest.raises(dispute.NotYoursToAnswer, match="sổ của chính bạn"):
            answered(case, by=person)

    assert answered(own_as_manager, by=colleague).answered_for == issuer


def test_a_curator_who_belongs_to_the_organization_leaves_it_to_another():
    curator = a_curator()
    case = a_dispute()
    a_membership(organization=case.organization, learner=curator, role=Role.VOLUNTEER)

    with pytest.raises(dispute.NotYoursToAnswer):
        answered(case, by=curator)


def test_an_answer_says_something():
    case = a_dispute()

    with pytest.raises(dispute.AnswerMissing):
        answered(case, by=a_curator(), text="  ")


@pytest.mark.parametrize(
    ("now", "taken_over"),
    [(OVERDUE - timedelta(minutes=2), 0), (OVERDUE, 1)],
    ids=["on the last day", "the day after"],
)
def test_what_is_overdue_goes_to_the_curators(now, taken_over):
    case = a_dispute()

    assert dispute.escalate_due(now=now) == taken_over

    case.refresh_from_db()
    assert case.escalated_at == (now if taken_over else None)


def test_going_up_happens_once_and_only_to_what_waits():
    waiting, done, back = a_dispute(), a_dispute(), a_dispute()
    answered(done, by=a_curator())
    dispute.withdraw(dispute=back, learner=back.learner, now=NOW)

    counts = [dispute.escalate_due(now=OVERDUE), dispute.escalate_due(now=OVERDUE + timedelta(days=1))]

    assert counts == [1, 0]
    assert Dispute.objects.get(escalated_at__isnull=False) == waiting
    assert Dispute.objects.get(pk=waiting.pk).escalated_at == OVERDUE


def test_what_went_up_is_answered_by_a_curator():
    case = a_dispute()
    dispute.escalate_due(now=OVERDUE)

    with pytest.raises(dispute.NotYoursToAnswer):
        answered(case, by=case.organization.registered_by, now=OVERDUE)
    done = answered(case, by=a_curator(), now=OVERDUE)

    assert (done.answered_for, done.answered_after_days) == (None, 15)  # Saturday 12 December is none


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


def test_statistics_of_nothing():
    figures = queries.statistics(now=NOW)

    assert (figures.opened, figures.percent_in_time, figures.median_working_days) == (0, None, None)


def test_statistics(django_assert_num_queries):
    curator = a_curator()
    in_time, late, overdue, back = (a_dispute() for _ in range(4))
    a_dispute(now=NOW + timedelta(days=30))
    answered(in_time, by=curator, now=NOW + timedelta(days=3))
    answered(late, by=curator, outcome=DisputeOutcome.NOT_UPHELD, now=OVERDUE + timedelta(days=2))
    dispute.withdraw(dispute=back, learner=back.learner, now=NOW)

    with django_assert_num_queries(1):
        figures = queries.statistics(now=OVERDUE + timedelta(days=9))

    assert (figures.opened, figures.answered, figures.withdrawn, figures.waiting) == (5, 2, 1, 2)
    assert (figures.overdue, figures.answered_in_time, figures.upheld, figures.judged) == (1, 1, 1, 3)
    assert figures.percent_in_time == 33
    assert figures.median_working_days == 9  # 2 and 16
    assert queries.statistics(now=OVERDUE, since=date(2026, 12, 1)).opened == 1
    assert overdue.state == DisputeState.OPEN
