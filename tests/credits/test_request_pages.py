"""What an organisation asks the curators for: transfers, recognition, and how each request stands."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from credits.actions import asking, deciding
from credits.models import Conversion, LedgerAccess, LedgerRequest
from credits.queries import entry as entries
from learners.choices import OrganizationKind, Role
from tests.factories.ledger import a_reversal, an_award, approved, asked_reversal, asked_transfer
from tests.factories.people import a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
WHAT = {
    "title_vi": "Thực vật học",
    "title_en": "Botany",
    "provider_vi": "Đại học Cần Thơ",
    "learned_until": "30/6/2024",
    "field_code": "05",
    "level": "6",
    "kind_of_credit": "ACADEMIC",
    "evidence": "bảng điểm gốc",
    "rule": "kết quả học tập tương đương",
    "rule_source": "Quy chế kèm Thông tư 08/2021/TT-BGDĐT, điều 13",
    "reason": "Đã đối chiếu bảng điểm",
    "authority": "Quyết định số 7",
}
TRANSFER = {
    **WHAT,
    "amount": "5",
    "scheme_code": "ECTS",
    "numerator": "3",
    "denominator": "5",
    "policy_id": "QĐ 3/2026",
}
PRIOR = {**WHAT, "kind_of_credit": "VOCATIONAL", "amount": "60", "level": ""}


@pytest.fixture
def organization():
    return an_organization(kind=OrganizationKind.UNIVERSITY)


@pytest.fixture
def desk(learner_client, organization):
    return learner_client(organization.registered_by)


def at(organization, page):
    return f"/organizations/{organization.public_id}/{page}/"


def test_a_transfer_is_asked_for_and_recorded_once_approved(desk, organization):
    learner = a_learner()

    answer = desk.post(at(organization, "transfers/new"), {**TRANSFER, "learner": learner.ledger_number}, follow=True)

    asked = LedgerRequest.objects.get()
    page = answer.content.decode()
    for words in ("Thực vật học", "5,00 ECTS", "150 giờ, 3,00 tín chỉ", "bảng điểm gốc", "Toán và khoa học tự nhiên"):
        assert words in page
    entry = approved(asked)
    assert (entry.learner, entry.lot.issuer, entry.lot.amount_minor) == (learner, organization, 300)
    assert (entry.snapshot["field_vi"], entry.snapshot["field_en"]) == (
        "Toán và khoa học tự nhiên",
        "Natural sciences, mathematics and statistics",
    )
    assert Conversion.objects.get(entry=entry).in_minor == 500


def test_prior_learning_is_asked_for_in_hours(desk, organization):
    learner = a_learner()

    desk.post(at(organization, "recognitions/new"), {**PRIOR, "learner": learner.ledger_number})

    asked = LedgerRequest.objects.get()
    assert (asked.kind, asked.body["amount_minor"], asked.body["recognized"]["level"]) == ("PRIOR_LEARNING", 120, None)
    entry = approved(asked)
    assert entry.lot.earned_on == date(2024, 6, 30)
    assert entries.detail(entry, reader=learner).evidence == "bảng điểm gốc"  # the learner reads what was seen


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"learner": ""}, {"learner"}),
        ({"learner": "0912 345 678"}, {"learner"}),
        ({"learner": "5f0c9f0e-3c1b-4a51-9a51-0d4a4a7d2f10"}, {"learner"}),
        ({"title_vi": " "}, {"title_vi"}),
        ({"title_vi": "x" * 201}, {"title_vi"}),
        ({"learned_until": "31/6/2024"}, {"learned_until"}),
        ({"learned_until": "1/1/1900"}, {"learned_until"}),
        ({"learned_until": "1/1/2099"}, {"learned_until"}),
        ({"field_code": "77"}, {"field_code"}),
        ({"level": "9"}, {"level"}),
        ({"kind_of_credit": ""}, {"kind_of_credit"}),
        ({"amount": "0,001"}, {"amount"}),
        ({"amount": "1001"}, {"amount"}),
        ({"amount": "1.000"}, {"amount"}),
        ({"amount": "200,02"}, {"amount"}),  # 120.01 credits: more than a bachelor's programme
        ({"numerator": "4", "denominator": "1"}, {"numerator"}),  # a credit there is never worth four here
        ({"numerator": "101", "denominator": "50"}, {"numerator"}),
        ({"numerator": "0"}, {"numerator"}),
        ({"denominator": "13"}, {"denominator"}),
        ({"denominator": "105"}, {"denominator"}),  # goes into the grains, yet is too high
        ({"amount": "0,01", "numerator": "1", "denominator": "2"}, {"__all__"}),  # less than a hundredth
    ],
    ids=str,
)
def test_what_is_wrong_with_a_transfer_is_said_and_what_was_typed_is_kept(desk, organization, said, fields):
    typed = {**TRANSFER, "learner": str(a_learner().ledger_number), **said}

    answer = desk.post(at(organization, "transfers/new"), typed)

    page = answer.content.decode()
    assert (answer.status_code, set(answer.context["form"].errors)) == (200, fields)
    assert typed["authority"] in page
    assert typed["rule_source"] in page
    assert not LedgerRequest.objects.exists()


@pytest.mark.parametrize(("hours", "errors"), [("6000", set()), ("6000,5", {"amount"}), ("6.000", {"amount"})])
def test_prior_learning_is_at_most_a_bachelors_programme(desk, organization, hours, errors):
    typed = {**PRIOR, "learner": a_learner().ledger_number, "amount": hours}

    answer = desk.post(at(organization, "recognitions/new"), typed)

    assert set(answer.context["form"].errors if answer.context else ()) == errors
    assert LedgerRequest.objects.exists() is not bool(errors)


def test_academic_credit_is_not_for_every_organization_to_recognise(learner_client):
    centre = an_organization()
    client = learner_client(centre.registered_by)
    typed = {**TRANSFER, "learner": a_learner().ledger_number}

    offered = client.get(at(centre, "transfers/new")).context["form"].fields["kind_of_credit"].choices
    answer = client.post(at(centre, "transfers/new"), typed)

    assert [kind for kind, _label in offered] == ["", "VOCATIONAL", "COMMUNITY"]
    assert set(answer.context["form"].errors) == {"kind_of_credit"}
    assert not LedgerRequest.objects.exists()


def test_an_organization_that_is_not_verified_is_told(learner_client):
    provider = an_organization(verified=False)
    client = learner_client(provider.registered_by)

    answer = client.post(at(provider, "recognitions/new"), {**PRIOR, "learner": a_learner().ledger_number})

    assert "xác minh" in answer.context["form"].non_field_errors()[0]
    assert not LedgerRequest.objects.exists()


@pytest.mark.parametrize("page", ["transfers/new", "recognitions/new"])
def test_an_organization_that_is_not_verified_is_told_before_it_fills_the_form(learner_client, page):
    provider = an_organization(verified=False)

    answer = learner_client(provider.registered_by).get(at(provider, page))

    assert "form" not in answer.context
    assert "xác minh" in answer.content.decode()
    assert 'name="rule_source"' not in answer.content.decode()


def test_back_and_send_again_leads_to_the_first_request(desk, organization):
    typed = {**PRIOR, "learner": str(a_learner().ledger_number), "once": str(uuid4())}
    desk.post(at(organization, "recognitions/new"), typed)
    first = LedgerRequest.objects.get()

    other = {**typed, "amount": "30", "is_another": "on", "learned_until": "1/7/2024"}
    again = desk.post(at(organization, "recognitions/new"), other)
    sent = desk.post(at(organization, "recognitions/new"), {**other, "once": again.context["form"]["once"].value()})

    page = again.content.decode()
    assert f'<a href="{at(organization, f"requests/{first.public_id}")}">' in page
    assert 'value="30"' in page
    assert typed["once"] not in page
    assert sent.status_code == 302
    assert LedgerRequest.objects.count() == 2


def test_the_same_is_not_asked_for_twice(desk, organization):
    typed = {**PRIOR, "learner": a_learner().ledger_number}
    desk.post(at(organization, "recognitions/new"), typed)
    first = LedgerRequest.objects.get()

    warned = desk.post(at(organization, "recognitions/new"), {**typed, "title_vi": "THỰC vật học"})
    insisted = desk.post(at(organization, "recognitions/new"), {**typed, "is_another": "on"})

    assert set(warned.context["form"].errors) == {"is_another"}
    assert 'name="is_another"' in warned.content.decode()
    assert at(organization, f"requests/{first.public_id}") in insisted.content.decode()
    assert LedgerRequest.objects.count() == 1


def test_what_differs_is_asked_for_once_that_is_said(desk, organization):
    typed = {**PRIOR, "learner": a_learner().ledger_number}
    desk.post(at(organization, "recognitions/new"), typed)

    desk.post(at(organization, "recognitions/new"), {**typed, "learned_until": "30/6/2020", "is_another": "on"})

    assert LedgerRequest.objects.count() == 2


def test_what_was_taken_back_or_reversed_is_asked_for_anew(desk, organization):
    typed = {**PRIOR, "learner": a_learner().ledger_number}
    desk.post(at(organization, "recognitions/new"), typed)
    deciding.withdraw(request=LedgerRequest.objects.get(), actor=organization.registered_by, now=timezone.now())

    desk.post(at(organization, "recognitions/new"), typed)
    a_reversal(approved(LedgerRequest.objects.latest("pk")))
    desk.post(at(organization, "recognitions/new"), typed)

    assert LedgerRequest.objects.filter(kind="PRIOR_LEARNING").count() == 3


def test_nobody_asks_for_themselves(desk, organization):
    own = {**PRIOR, "learner": organization.registered_by.ledger_number}

    answer = desk.post(at(organization, "recognitions/new"), own)

    assert "sửa sổ của mình" in answer.context["form"].non_field_errors()[0]
    assert not LedgerRequest.objects.exists()


def test_rules_and_evidence_are_put_into_words(desk, organization):
    asked = asked_transfer(
        a_learner(),
        organization=organization,
        evidence={"type": "attendance", "sessions_attended": 3, "sessions_total": 4},
        rule="attendance_percent_min=75 and all_units",
        rule_source="portal policy, 2026-11-21",
    )

    page = desk.get(at(organization, f"requests/{asked.public_id}")).content.decode()

    assert "attendance" not in page
    assert "all_units" not in page
    assert "portal policy" not in page


def test_the_list_and_how_each_stands(desk, organization):
    waiting = asked_transfer(a_learner(full_name="Đinh Văn Kín"), organization=organization)
    refused = asked_transfer(a_learner(), organization=organization)
    asked_transfer(a_learner())
    deciding.refuse(request=refused, actor=a_curator(), note="Thiếu bảng điểm.", now=timezone.now())

    answer = desk.get(at(organization, "requests"))

    assert list(answer.context["page"]) == [waiting, refused]
    page = answer.content.decode()
    assert "Đinh Văn Kín" in page
    assert "Không đồng ý" in page
    one = desk.get(at(organization, f"requests/{refused.public_id}")).content.decode()
    assert "Thiếu bảng điểm." in one
    assert set(LedgerAccess.objects.values_list("learner", "what")) == {
        (waiting.learner_id, "LIST"),
        (refused.learner_id, "LIST"),
        (refused.learner_id, "REQUEST"),
    }


def test_the_empty_list(desk, organization):
    assert "Đơn vị chưa có đề nghị nào" in desk.get(at(organization, "requests")).content.decode()


def test_who_asked_takes_it_back(desk, organization):
    asked = asked_transfer(a_learner(), organization=organization)

    page = desk.post(at(organization, f"requests/{asked.public_id}"), follow=True).content.decode()

    assert LedgerRequest.objects.get().decision.outcome == "WITHDRAWN"
    assert "Đã rút lại" in page


def test_a_colleague_reads_it_and_does_not_take_it_back(learner_client, organization):
    asked, colleague = asked_transfer(a_learner(), organization=organization), a_learner()
    a_membership(organization=organization, learner=colleague, role=Role.MANAGER)
    client = learner_client(colleague)

    page = client.get(at(organization, f"requests/{asked.public_id}")).content.decode()
    answer = client.post(at(organization, f"requests/{asked.public_id}"), follow=True)

    assert "Rút lại đề nghị" not in page
    assert "Chỉ người đề nghị mới rút lại được." in answer.content.decode()
    assert not hasattr(LedgerRequest.objects.get(), "decision")


@pytest.mark.parametrize("page", ["requests", "transfers/new", "recognitions/new"])
@pytest.mark.parametrize(
    ("who", "status"),
    [(lambda o: a_learner(), 404), (lambda o: a_curator(), 404), (lambda o: a_member(o, Role.INSTRUCTOR), 403)],
    ids=["a learner", "a curator", "an instructor"],
)
def test_nobody_else_comes_near(learner_client, organization, page, who, status):
    client = learner_client(who(organization))

    assert client.get(at(organization, page)).status_code == status
    assert client.post(at(organization, "transfers/new"), TRANSFER).status_code == status


def a_member(organization, role):
    member = a_learner()
    a_membership(organization=organization, learner=member, role=role)
    return member


def test_a_request_of_another_organization_is_not_there(desk, organization):
    other = asked_transfer(a_learner())

    assert desk.get(at(organization, f"requests/{other.public_id}")).status_code == 404
    assert desk.post(at(organization, f"requests/{other.public_id}")).status_code == 404
    assert not LedgerAccess.objects.exists()


@pytest.mark.parametrize("requests", [1, 6])
def test_the_list_costs_the_same_for_one_and_for_six(desk, organization, requests, django_assert_num_queries):
    for _ in range(requests):
        asked_reversal(an_award(learner=a_learner(), issuer=organization), by=organization.registered_by)

    with django_assert_num_queries(11):
        desk.get(at(organization, "requests"))


def test_so_many_requests_wait_at_most_and_what_was_typed_is_kept(desk, organization, monkeypatch):
    monkeypatch.setattr(asking, "REQUESTS_OPEN_MAX", 2)
    one, _two = (asked_transfer(a_learner(), organization=organization) for _ in range(2))
    typed = {**TRANSFER, "learner": a_learner().ledger_number}

    refused = desk.post(at(organization, "transfers/new"), typed).content.decode()
    deciding.withdraw(request=one, actor=organization.registered_by, now=timezone.now())
    taken = desk.post(at(organization, "transfers/new"), typed)

    assert f"{organization.name} đang có 2 đề nghị chờ quản trị nội dung" in refused
    assert "Thực vật học" in refused
    assert taken.status_code == 302
    assert LedgerRequest.objects.filter(decision__isnull=True).count() == 2


def test_the_limit_holds_for_reversals_and_for_no_curator_and_for_no_request_sent_again(organization, monkeypatch):
    monkeypatch.setattr(asking, "REQUESTS_OPEN_MAX", 1)
    entries = [an_award(learner=a_learner(), issuer=organization) for _ in range(2)]
    manager = organization.registered_by
    of_curator = asked_reversal(entries[0], hundredths=1)
    first = asked_reversal(entries[0], hundredths=1, by=manager, key="first")

    assert asked_reversal(entries[0], hundredths=1, by=manager, key="first") == first
    with pytest.raises(asking.TooManyWait, match="1 đề nghị"):
        asked_reversal(entries[1], by=manager)
    assert asked_reversal(entries[1]).pk > first.pk > of_curator.pk
