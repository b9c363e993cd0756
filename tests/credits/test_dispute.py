"""A learner says that a line is wrong: it is opened, told, limited, and taken back."""

from datetime import date, timedelta

import pytest

from credits.actions import dispute
from credits.choices import Complaint, DisputeState
from credits.models import Dispute
from credits.rules import DISPUTES_OPEN_MAX, DISPUTES_PER_ENTRY_MAX
from learners.actions import holiday
from tests.factories.disputes import DUE_ON, WORDS, a_dispute, answered, letters
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


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
