"""Reports of mistakes at the curators' desk: what is overdue, and the answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credits.actions import dispute
from credits.choices import DisputeOutcome
from credits.models import Dispute, LedgerAccess
from learners.choices import Role
from learners.models import Message
from tests.factories.disputes import a_dispute, answered
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
LIST = "/admin/credits/dispute/"
ANSWER = {"outcome": "NOT_UPHELD", "answer": "Đủ ba buổi trong sổ điểm danh."}


@pytest.fixture
def curator():
    return a_curator()


@pytest.fixture
def desk(learner_client, curator):
    return learner_client(curator)


def test_the_list_begins_with_what_went_up(desk):
    issuer = an_organization()
    done = answered(a_dispute(issuer=issuer), by=a_curator())
    waiting = a_dispute(issuer=issuer)
    went_up = a_dispute(issuer=issuer, now=NOW - timedelta(days=60))
    dispute.escalate_due(now=NOW)

    page = desk.get(LIST)

    assert list(page.context["cl"].result_list) == [went_up, waiting, done]
    assert went_up.learner.full_name not in page.content.decode()


def test_the_front_page_leads_to_what_is_with_the_curators(desk):
    went_up = a_dispute(now=NOW - timedelta(days=60))
    a_dispute()
    dispute.escalate_due(now=NOW)

    waiting = {words: (number, where) for words, number, where in desk.get("/admin/").context["waiting"]}
    number, where = waiting["Ý kiến báo sai đã chuyển cho quản trị nội dung"]

    assert number == 1
    assert list(desk.get(where).context["cl"].result_list) == [went_up]


def test_a_case_is_found_by_its_number_in_full(desk):
    case = a_dispute()
    a_dispute()

    for words, found in ((case.case_number, [case]), (str(case.learner.ledger_number), [case]), ("BS-2026", [])):
        assert list(desk.get(LIST, {"q": words}).context["cl"].result_list) == found


def test_the_page_shows_the_report_by_number_and_writes_the_reading(desk, curator):
    case = a_dispute()

    page = desk.get(f"{LIST}{case.pk}/change/").content.decode()

    assert case.text in page
    assert str(case.learner.ledger_number) in page
    assert case.learner.full_name not in page
    assert [(row.learner, row.reader, row.organization, row.what) for row in LedgerAccess.objects.all()] == [
        (case.learner, curator, None, "DISPUTE")
    ]


def test_a_curator_answers(desk, curator):
    case = a_dispute()

    sent = desk.post(reverse("admin:credits_dispute_answer", args=[case.pk]), ANSWER)

    case.refresh_from_db()
    assert sent.status_code == 302
    assert (case.state, case.answered_by, case.answered_for) == ("ANSWERED", curator, None)
    assert Message.objects.get(kind="DISPUTE_ANSWERED").recipient == case.learner


def test_what_is_wrong_is_said_at_the_field_and_kept(desk):
    case = a_dispute()

    page = desk.post(reverse("admin:credits_dispute_answer", args=[case.pk]), {"answer": "Đủ ba buổi."})

    assert set(page.context["form"].errors) == {"outcome"}
    assert "Đủ ba buổi." in page.content.decode()
    assert Dispute.objects.get().state == "OPEN"


def test_an_answer_after_somebody_elses_is_told_and_what_was_typed_is_kept(desk):
    case = a_dispute(now=NOW - timedelta(days=60))
    dispute.escalate_due(now=NOW)
    opened = desk.get(f"{LIST}{case.pk}/change/").content.decode()
    other = a_learner(full_name="Hồ Thị Nhanh", is_staff=True, is_superuser=True)
    first = dispute.answer(
        dispute=case, actor=other, outcome=DisputeOutcome.UPHELD, text="Ghi thiếu một buổi.", now=timezone.now()
    )

    page = desk.post(reverse("admin:credits_dispute_answer", args=[case.pk]), ANSWER).content.decode()

    assert "<textarea" in opened
    assert "Đã có người trả lời ý kiến này trong lúc bạn viết" in page
    for kept in ("Hồ Thị Nhanh", first.answer, "Phần đã viết nhưng chưa gửi đến ai", ANSWER["answer"]):
        assert kept in page
    assert "<textarea" not in page
    assert Dispute.objects.get().answer == first.answer


def test_an_answer_to_what_was_taken_back_is_told_and_kept(desk):
    case = a_dispute(now=NOW - timedelta(days=60))
    dispute.escalate_due(now=NOW)
    dispute.withdraw(dispute=case, learner=case.learner, now=timezone.now())

    page = desk.post(reverse("admin:credits_dispute_answer", args=[case.pk]), ANSWER).content.decode()

    assert "đã rút ý kiến này trong lúc bạn viết" in page
    assert ANSWER["answer"] in page


def test_a_curator_of_the_organization_leaves_it_to_another(desk, curator):
    case = a_dispute()
    a_membership(organization=case.organization, learner=curator, role=Role.MANAGER)
    dispute.escalate_due(now=NOW + timedelta(days=60))

    page = desk.get(f"{LIST}{case.pk}/change/").content.decode()
    sent = desk.post(reverse("admin:credits_dispute_answer", args=[case.pk]), ANSWER)

    assert "để quản trị nội dung khác trả lời" in page
    assert "người ngoài đơn vị" in sent.content.decode()
    assert Dispute.objects.get().state == "OPEN"


def test_without_the_right_to_answer_it_is_read_only(client):
    case = a_dispute()
    reader = a_learner(is_staff=True)
    client.force_login(reader)

    assert client.get(f"{LIST}{case.pk}/change/").status_code == 404
    assert client.post(reverse("admin:credits_dispute_answer", args=[case.pk]), ANSWER).status_code == 403
    assert not LedgerAccess.objects.exists()


@pytest.mark.parametrize("number", ["999999", "9" * 30, "x"])
def test_a_case_that_is_not_there(desk, number):
    assert desk.get(f"{LIST}{number}/change/").status_code == 404


@pytest.mark.parametrize("cases", [1, 8])
def test_the_list_costs_the_same_for_one_and_for_eight(desk, django_assert_num_queries, cases):
    issuer = an_organization()
    for _ in range(cases):
        a_dispute(issuer=issuer)

    with django_assert_num_queries(9):
        desk.get(LIST)
