"""Reporting a mistake, step by step, as a learner sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credits.actions import dispute
from credits.models import Dispute
from tests.factories.disputes import WORDS, a_dispute, answered
from tests.factories.ledger import a_merge, an_award, an_undoing
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
LIST, NUMBERS = "/me/record/disputes/", "/ledger/disputes/"
LATE = NOW + timedelta(days=60)
SAID = {"complaint": "WRONG_AMOUNT", "text": WORDS}


def page_of(case):
    return f"{LIST}{case.public_id}/"


def form_of(entry):
    return f"/me/record/{entry.public_id}/dispute/"


@pytest.mark.parametrize(
    ("prefix", "words"),
    [("", ["Báo dòng này ghi sai", "Sơ cấp cứu tại nhà", "+6 giờ, 0,12 tín chỉ", "Số giờ hoặc số tín chỉ chưa đúng"]),
     ("/en", ["Report a mistake in this line", "First aid at home", "+6 hours, 0.12 credits"])],
    ids=["vi", "en"],
)  # fmt: skip
def test_the_form_names_the_line(learner_client, prefix, words):
    entry = an_award(learner=a_learner())

    page = learner_client(entry.learner).get(prefix + form_of(entry)).content.decode()

    assert [word for word in words if word not in page] == []


def test_a_report_is_sent_and_confirmed_with_its_number_and_day(learner_client):
    entry = an_award(learner=a_learner())

    answer = learner_client(entry.learner).post(form_of(entry), SAID, follow=True)

    case = Dispute.objects.get()
    assert answer.redirect_chain == [(page_of(case), 302)]
    page = answer.content.decode()
    assert page.count(case.case_number) >= 2  # in the confirmation and as the heading
    assert (case.complaint, case.text) == ("WRONG_AMOUNT", WORDS)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, {"complaint", "text"}),
        ({"complaint": "RUBBISH", "text": WORDS}, {"complaint"}),
        ({"complaint": "OTHER", "text": " \u200b \n"}, {"text"}),
        ({"complaint": "OTHER", "text": "x" * 2001}, {"text"}),
        ({"complaint": "OTHER", "text": "a\0b"}, {"text"}),
    ],
    ids=["nothing", "no such choice", "nothing to read", "too long", "NUL"],
)
def test_what_is_wrong_is_said_at_the_field_and_kept(learner_client, said, fields):
    entry = an_award(learner=a_learner())

    answer = learner_client(entry.learner).post(form_of(entry), said)

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == fields
    assert said.get("text", "").strip("\0 \u200b\n")[:100] in answer.content.decode()
    assert not Dispute.objects.exists()


def test_markup_in_a_report_stays_text(learner_client):
    entry = an_award(learner=a_learner())
    client = learner_client(entry.learner)

    client.post(form_of(entry), {"complaint": "OTHER", "text": "<script>alert(1)</script>"})
    page = client.get(page_of(Dispute.objects.get())).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_line_already_reported_leads_to_its_case(learner_client):
    case = a_dispute()
    client = learner_client(case.learner)

    asked = client.get(form_of(case.entry))
    sent = client.post(form_of(case.entry), {"complaint": "OTHER", "text": "Còn nữa."})

    assert (asked.status_code, asked["Location"]) == (302, page_of(case))
    assert case.case_number in sent.context["form"].non_field_errors()[0]
    assert Dispute.objects.count() == 1


def test_the_same_form_sent_twice_is_one_case(learner_client):
    entry = an_award(learner=a_learner())
    client = learner_client(entry.learner)

    answers = [client.post(form_of(entry), SAID) for _ in range(2)]

    assert {answer["Location"] for answer in answers} == {page_of(Dispute.objects.get())}


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_line_and_case_are_not_there(learner_client, method):
    case, entry = a_dispute(), an_award(learner=a_learner())
    client = learner_client(a_learner())

    assert getattr(client, method)(form_of(entry)).status_code == 404
    assert getattr(client, method)(page_of(case)).status_code == 404
    assert Dispute.objects.get().state == "OPEN"


def test_a_case_is_taken_back(learner_client):
    case = a_dispute()

    answer = learner_client(case.learner).post(page_of(case), follow=True)

    assert Dispute.objects.get().state == "WITHDRAWN"
    assert "Đã rút lại" in answer.content.decode()


def test_an_answered_case_is_not_taken_back(learner_client):
    case = answered(a_dispute(), by=a_curator(), text="Đã xem sổ điểm danh.")

    page = learner_client(case.learner).post(page_of(case), follow=True).content.decode()

    assert "Ý kiến này vừa có trả lời." in page
    assert "Đã xem sổ điểm danh." in page
    assert Dispute.objects.get().state == "ANSWERED"


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (lambda case: None, ["đang xem", "trả lời chậm nhất"]),
        (lambda case: dispute.escalate_due(now=LATE), ["Quá hẹn", "đã quá hẹn và chuyển"]),
        (lambda case: answered(case, by=case.organization.registered_by), ["Dòng ghi sai, đúng như đã báo", "Nguyễn"]),
        (lambda case: answered(case, by=a_curator()), ["quản trị nội dung của cổng", "Phạm Thu Hà"]),
    ],
    ids=["waiting", "overdue", "answered by a manager", "answered by a curator"],
)  # fmt: skip
def test_the_page_says_how_the_case_stands(learner_client, happens, words):
    case = a_dispute()
    happens(case)

    page = learner_client(case.learner).get(page_of(case)).content.decode()

    assert [word for word in words if word not in page] == []


def test_the_list(learner_client):
    learner = a_learner()
    first, second = a_dispute(learner=learner), a_dispute(learner=learner)
    other = a_dispute()

    page = learner_client(learner).get(LIST).content.decode()

    assert page.index(second.case_number) < page.index(first.case_number)
    assert other.case_number not in page


def test_the_empty_list(learner_client):
    page = learner_client(a_learner()).get(LIST).content.decode()

    assert "Bạn chưa báo sai lần nào" in page


@pytest.mark.parametrize("path", [LIST, "/me/record/readers/"])
def test_a_stranger_signs_in_first(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/sign-in/")


@pytest.mark.parametrize("cases", [1, 9])
def test_the_pages_cost_the_same_for_one_case_and_for_nine(learner_client, django_assert_num_queries, cases):
    learner, issuer = a_learner(), an_organization()
    made = [a_dispute(learner=learner, issuer=issuer) for _ in range(cases)]
    client = learner_client(learner)

    with django_assert_num_queries(5):  # session, learner, count, the list; whether they work for an organisation
        client.get(LIST)
    with django_assert_num_queries(5):  # ... the case and its line
        client.get(page_of(made[0]))


def test_the_numbers_before_the_first_report(client):
    page = client.get(NUMBERS).content.decode()

    assert "Chưa có ý kiến báo sai nào" in page
    assert "%" not in page.split("<main")[1].split("</main>")[0]


def test_the_numbers_for_everybody(client, learner_client):
    now = timezone.now()
    for case in (a_dispute(now=now), a_dispute(now=now - timedelta(days=1))):
        answered(case, by=a_curator(), now=now)
    a_dispute(now=now - timedelta(days=800))

    page = client.get(NUMBERS).content.decode().split("<main")[1]

    assert "100% (2 trên 2)" in page  # of the last twelve months
    assert "66% (2 trên 3)" in page  # since the beginning: one is overdue
    assert "Lê Văn Hòa" not in page


def test_the_numbers_when_nothing_was_due_yet(client):
    a_dispute(now=timezone.now())

    page = client.get(NUMBERS).content.decode()

    assert "chưa có ý kiến nào đến hẹn" in page
    assert "chưa có trả lời nào" in page


def test_every_line_of_the_statement_leads_to_its_form(learner_client):
    learner = a_learner()
    entries = [an_award(learner=learner), an_award(learner=learner)]
    client = learner_client(learner)

    page = client.get("/me/record/").content.decode()

    assert [form_of(entry) in page for entry in entries] == [True, True]
    assert (LIST in page, "/me/record/readers/" in page) == (True, True)


def test_a_line_that_came_with_a_merge_is_reported_by_who_has_it_now(learner_client):
    kept, merged = a_learner(), a_learner()
    award = an_award(learner=merged)
    done = a_merge(kept, merged)
    client = learner_client(kept)
    assert form_of(award) in client.get(f"/me/record/{award.public_id}/").content.decode()

    answer = client.post(form_of(award), SAID, follow=True)

    case = Dispute.objects.get()
    assert (case.learner, case.entry, answer.status_code) == (kept, award, 200)
    manager = case.organization.registered_by
    desk = learner_client(manager).get(f"/organizations/{case.organization.public_id}/disputes/{case.public_id}/")
    assert desk.status_code == 200
    answered(case, by=a_curator(), now=case.opened_at)
    an_undoing(done)
    page = learner_client(kept).get(page_of(case))
    assert (page.status_code, form_of(award) in page.content.decode()) == (200, False)
    assert learner_client(kept).get(form_of(award)).status_code == 404


def test_two_accounts_of_a_person_do_not_report_a_line_twice():
    kept, merged = a_learner(), a_learner()
    award = an_award(learner=merged)
    case = a_dispute(entry=award)
    a_merge(kept, merged)

    with pytest.raises(dispute.AlreadyReported):
        dispute.open_dispute(learner=kept, entry=award, complaint=case.complaint, text=case.text, now=NOW)
