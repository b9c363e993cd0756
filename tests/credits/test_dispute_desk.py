"""The organisation's desk: what is reported about its lines, and the answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credits.actions import dispute
from credits.models import Dispute, LedgerAccess
from learners.choices import Role
from tests.factories.disputes import a_dispute, answered
from tests.factories.ledger import a_reversal
from tests.factories.people import a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
ANSWER = {"outcome": "PARTLY", "answer": "Thiếu một buổi, sẽ ghi thêm."}


def desk_of(organization, case=None):
    return f"/organizations/{organization.public_id}/disputes/" + (f"{case.public_id}/" if case else "")


def readings():
    return list(LedgerAccess.objects.order_by("pk").values_list("learner", "reader", "organization", "what"))


def test_the_list_says_who_what_since_when_and_until_when(learner_client):
    issuer, now = an_organization(), timezone.now()
    later = a_dispute(issuer=issuer, now=now)
    sooner = a_dispute(issuer=issuer, now=now - timedelta(days=3))
    other = a_dispute()

    page = learner_client(issuer.registered_by).get(desk_of(issuer)).content.decode()

    assert page.index(sooner.case_number) < page.index(later.case_number)
    assert "3 ngày trước" in page
    assert "Lê Văn Hòa" in page
    assert other.case_number not in page


def test_what_is_with_the_curators_and_what_has_ended_stands_below(learner_client):
    issuer, now = an_organization(), timezone.now()
    went_up = a_dispute(issuer=issuer, now=now - timedelta(days=60))
    done = answered(a_dispute(issuer=issuer, now=now), by=issuer.registered_by, now=now)
    waiting = a_dispute(issuer=issuer, now=now)
    dispute.escalate_due(now=now)

    listed = learner_client(issuer.registered_by).get(desk_of(issuer)).context["page"]

    assert list(listed) == [waiting, went_up, done]


def test_every_reading_is_written_before_it_is_shown(learner_client):
    issuer = an_organization()
    manager = issuer.registered_by
    first, second = a_dispute(issuer=issuer), a_dispute(issuer=issuer)
    client = learner_client(manager)

    client.get(desk_of(issuer))
    client.get(desk_of(issuer, first))

    assert readings() == [
        (first.learner_id, manager.pk, issuer.pk, "LIST"),
        (second.learner_id, manager.pk, issuer.pk, "LIST"),
        (first.learner_id, manager.pk, issuer.pk, "DISPUTE"),
    ]


def test_the_page_leads_to_asking_for_a_reversal_of_what_was_awarded(learner_client):
    issuer = an_organization()
    award = a_dispute(issuer=issuer)
    reversal = a_dispute(entry=a_reversal(award.entry))
    client = learner_client(issuer.registered_by)

    pages = [client.get(desk_of(issuer, case)).content.decode() for case in (award, reversal)]

    assert [f"/credit/{award.entry.public_id}/reversal/" in page for page in pages] == [True, False]
    assert "/reversal/" not in pages[1]


def test_an_answer_is_sent(learner_client):
    issuer = an_organization()
    case = a_dispute(issuer=issuer)

    answer = learner_client(issuer.registered_by).post(desk_of(issuer, case), ANSWER, follow=True)

    case.refresh_from_db()
    assert answer.redirect_chain == [(desk_of(issuer), 302)]
    assert f"Trả lời của bạn cho {case.case_number} đã đến người học." in answer.content.decode()
    assert (case.state, case.outcome, case.answered_for) == ("ANSWERED", "PARTLY", issuer)


@pytest.mark.parametrize(
    ("said", "fields"),
    [({}, {"outcome", "answer"}), ({"outcome": "UPHELD", "answer": "x" * 2001}, {"answer"})],
    ids=["nothing", "too long"],
)
def test_what_is_wrong_is_said_at_the_field(learner_client, said, fields):
    issuer = an_organization()
    case = a_dispute(issuer=issuer)

    answer = learner_client(issuer.registered_by).post(desk_of(issuer, case), said)

    assert set(answer.context["form"].errors) == fields
    assert Dispute.objects.get().state == "OPEN"


def test_what_went_up_meanwhile_is_refused_with_a_word(learner_client):
    issuer = an_organization()
    case = a_dispute(issuer=issuer)
    dispute.escalate_due(now=case.opened_at + timedelta(days=60))
    client = learner_client(issuer.registered_by)

    answer = client.post(desk_of(issuer, case), ANSWER)

    assert "đã chuyển cho quản trị nội dung" in answer.content.decode()
    assert answer.context["may_answer"] is False
    assert Dispute.objects.get().state == "OPEN"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda issuer: a_learner(), 404),
        (lambda issuer: an_organization().registered_by, 404),
        (lambda issuer: a_curator(), 404),
        (lambda issuer: a_member(issuer, Role.INSTRUCTOR), 403),
        (lambda issuer: a_member(issuer, Role.ASSESSOR), 403),
    ],
    ids=["a learner", "a manager elsewhere", "a curator", "an instructor", "an assessor"],
)
def test_who_else_comes_sees_nothing_and_nothing_is_written(learner_client, who, status):
    issuer = an_organization()
    case = a_dispute(issuer=issuer)
    client = learner_client(who(issuer))

    answers = [
        client.get(desk_of(issuer)),
        client.get(desk_of(issuer, case)),
        client.post(desk_of(issuer, case), ANSWER),
    ]

    assert {answer.status_code for answer in answers} == {status}
    assert readings() == []
    assert Dispute.objects.get().state == "OPEN"


def a_member(organization, role):
    member = a_learner()
    a_membership(organization=organization, learner=member, role=role)
    return member


def test_a_manager_does_not_meet_their_own_report_there(learner_client):
    issuer = an_organization()
    own = a_dispute(learner=a_member(issuer, Role.MANAGER), issuer=issuer)
    client = learner_client(own.learner)

    assert list(client.get(desk_of(issuer)).context["page"]) == []
    assert client.post(desk_of(issuer, own), ANSWER).status_code == 404


def test_a_case_of_another_organization_is_not_there(learner_client):
    issuer = an_organization()

    assert learner_client(issuer.registered_by).get(desk_of(issuer, a_dispute())).status_code == 404


def test_the_empty_list(learner_client):
    issuer = an_organization()

    assert "Chưa ai báo sai" in learner_client(issuer.registered_by).get(desk_of(issuer)).content.decode()


@pytest.mark.parametrize("cases", [1, 8])
def test_the_list_costs_the_same_for_one_and_for_eight(learner_client, django_assert_num_queries, cases):
    issuer = an_organization()
    for _ in range(cases):
        a_dispute(issuer=issuer)
    client = learner_client(issuer.registered_by)

    # session, learner, organization, role, count, the list, the readings (4), whether they work for an organisation
    with django_assert_num_queries(11):
        client.get(desk_of(issuer))


def test_an_answer_that_is_too_long_is_told_so_in_figures_as_they_are_written(learner_client):
    issuer = an_organization()
    client = learner_client(issuer.registered_by)

    page = client.post(desk_of(issuer, a_dispute(issuer=issuer)), {**ANSWER, "answer": "a" * 2345}).content.decode()

    assert "2.000" in page
    assert "2.345" in page


def test_an_answer_that_comes_too_late_is_said_and_kept(learner_client):
    issuer = an_organization()
    case, client = a_dispute(issuer=issuer), learner_client(issuer.registered_by)
    answered(case, by=issuer.registered_by, now=timezone.now())

    page = client.post(desk_of(issuer, case), ANSWER).content.decode()

    assert "Đã có người trả lời ý kiến này" in page
    assert ANSWER["answer"] in page
    assert Dispute.objects.get().answer != ANSWER["answer"]
