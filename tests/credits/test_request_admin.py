"""Requests at the curators' desk: read whole, decided by a second person; what a curator asks for."""

from uuid import uuid4

import pytest
from django.urls import reverse

from credits.actions import freezing
from credits.models import JournalEntry, LedgerAccess, LedgerDecision, LedgerRequest, Merge
from learners.actions import curator as curators
from learners.choices import Role
from tests.factories.ledger import a_reversal, a_use, an_award, asked_reversal, asked_transfer
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
LIST = "/admin/credits/ledgerrequest/"
WHY = {"reason": "Một người, hai tài khoản", "authority": "Đơn ngày 1/11/2026"}
APPROVE, REFUSE = {"approve": "1"}, {"refuse": "1", "note": "Thiếu văn bản."}


@pytest.fixture
def curator():
    return curators.appoint(address="ha@hocsuotdoi.example", full_name="Phạm Thu Hà", now=NOW)


@pytest.fixture
def desk(learner_client, curator):
    return learner_client(curator)


def decide(desk, asked, said):
    return desk.post(reverse("admin:credits_ledgerrequest_decide", args=[asked.pk]), said)


def test_what_waits_comes_first_and_the_front_page_counts_it(desk, curator):
    entry = an_award(learner=a_learner())
    a_reversal(entry, hundredths=2)
    waiting = asked_reversal(entry)

    waits = {words: (number, where) for words, number, where in desk.get("/admin/").context["waiting"]}
    number, where = waits["Đề nghị chờ người thứ hai quyết định"]

    assert (number, where) == (1, f"{LIST}?waits=me")
    assert next(iter(desk.get(LIST).context["cl"].result_list)) == waiting


def test_what_one_may_not_decide_is_not_counted_as_waiting(desk, curator):
    for asked_about in (about_the_curator, by_the_curator, by_an_organization_of_theirs):
        asked_about(curator)
    waiting = asked_transfer(a_learner())

    numbers = {where: number for _words, number, where in desk.get("/admin/").context["waiting"]}
    listed = desk.get(f"{LIST}?waits=me").context["cl"].result_list

    assert numbers[f"{LIST}?waits=me"] == 1
    assert list(listed) == [waiting]
    assert len(desk.get(f"{LIST}?waits=anyone").context["cl"].result_list) == 4


def test_the_page_says_all_that_will_be_done_and_the_reading_is_written(desk, curator):
    issuer = an_organization()
    entry = an_award(learner=a_learner(full_name="Đinh Văn Kín"), issuer=issuer)
    asked = asked_reversal(entry, hundredths=4, by=issuer.registered_by)

    page = desk.get(f"{LIST}{asked.pk}/change/").content.decode()

    for words in ("Đinh Văn Kín", "Sơ cấp cứu tại nhà", "2 giờ, 0,04 tín chỉ", asked.reason, asked.authority):
        assert words in page
    assert f"người đề nghị: {issuer.registered_by.full_name}" in page
    (written,) = LedgerAccess.objects.all()
    assert (written.learner, written.reader, written.what) == (entry.learner, curator, "REQUEST")


def test_approving_does_it_and_names_both(desk, curator):
    issuer = an_organization()
    entry = an_award(learner=a_learner(), issuer=issuer)
    asked = asked_reversal(entry, by=issuer.registered_by)

    answer = decide(desk, asked, APPROVE)

    done = JournalEntry.objects.get(reverses=entry)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert (done.snapshot["requested_by"], done.snapshot["approved_by"]) == (
        str(issuer.registered_by.ledger_number),
        str(curator.ledger_number),
    )
    assert LedgerDecision.objects.get().decided_by == curator


def test_approving_twice_is_once(desk):
    asked = asked_reversal(an_award(learner=a_learner()))

    answers = [decide(desk, asked, APPROVE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert JournalEntry.objects.filter(reverses__isnull=False).count() == 1


def test_refusing_takes_a_note(desk):
    asked = asked_transfer(a_learner())

    silent = decide(desk, asked, {"refuse": "1", "note": ""})
    said = decide(desk, asked, REFUSE)

    assert "để người đề nghị biết" in silent.content.decode()
    assert said.status_code == 302
    assert (LedgerDecision.objects.get().outcome, LedgerDecision.objects.get().note) == ("REFUSED", "Thiếu văn bản.")
    assert not JournalEntry.objects.exists()


def about_the_curator(curator):
    return asked_reversal(an_award(learner=curator), by=a_curator())


def by_the_curator(curator):
    return asked_reversal(an_award(learner=a_learner()), by=curator)


def by_an_organization_of_theirs(curator):
    issuer = an_organization()
    a_membership(organization=issuer, learner=curator, role=Role.VOLUNTEER)
    return asked_reversal(an_award(learner=a_learner(), issuer=issuer), by=issuer.registered_by)


@pytest.mark.parametrize(
    ("asked_about", "words"),
    [
        (about_the_curator, "sổ của chính mình"),
        (by_the_curator, "người thứ hai"),
        (by_an_organization_of_theirs, "đơn vị"),
    ],
)
@pytest.mark.parametrize("said", [APPROVE, REFUSE], ids=["approve", "refuse"])
def test_who_is_not_the_second_person_is_told_and_nothing_is_decided(desk, curator, asked_about, words, said):
    asked = asked_about(curator)

    page = desk.get(f"{LIST}{asked.pk}/change/").content.decode()
    answer = decide(desk, asked, said)

    assert "Đồng ý và ghi sổ" not in page
    assert words in answer.content.decode()
    assert not LedgerDecision.objects.exists()


def test_a_curator_takes_back_what_they_asked_for_and_nothing_else(desk, curator):
    own, others = by_the_curator(curator), asked_transfer(a_learner())

    page = desk.get(f"{LIST}{own.pk}/change/").content.decode()
    where = [reverse("admin:credits_ledgerrequest_withdraw", args=[asked.pk]) for asked in (own, others)]
    answers = [desk.post(each, follow=True).content.decode() for each in where]

    assert where[0] in page
    assert where[1] not in desk.get(f"{LIST}{others.pk}/change/").content.decode()
    assert "Đã rút lại" in answers[0]
    assert "Chỉ người đề nghị mới rút lại được." in answers[1]
    assert LedgerDecision.objects.get().request == own
    assert desk.get(where[0]).status_code == 405


def test_what_cannot_be_done_any_more_is_said_and_stays_open(desk):
    learner = a_learner()
    entry = an_award(learner=learner)
    asked = asked_reversal(a_use(learner, {entry.pk: 4}))
    a_reversal(entry)  # takes back the use on its way

    answer = decide(desk, asked, APPROVE)

    assert answer.status_code == 200
    assert "còn ít hơn số ấy" in answer.content.decode()
    assert not LedgerDecision.objects.filter(request=asked).exists()


def test_without_the_right_nothing_is_seen_or_decided(client):
    asked = asked_reversal(an_award(learner=a_learner()))
    client.force_login(a_learner(is_staff=True))

    assert client.get(f"{LIST}{asked.pk}/change/").status_code == 404
    assert decide(client, asked, APPROVE).status_code == 403
    assert client.post(reverse("admin:credits_ledgerrequest_withdraw", args=[asked.pk])).status_code == 403
    assert client.get(f"{LIST}merge/").status_code == 403
    assert not LedgerAccess.objects.exists()


@pytest.mark.parametrize("number", ["999999", "9" * 30])
def test_a_request_that_is_not_there(desk, number):
    assert desk.get(f"{LIST}{number}/change/").status_code == 404


def test_a_merge_is_asked_for_and_done_by_another(desk, learner_client, curator):
    kept, merged = a_learner(), a_learner()
    an_award(learner=merged)
    accounts = {"kept": kept.ledger_number, "merged": merged.ledger_number}

    answer = desk.post(f"{LIST}merge/", {**accounts, **WHY}, follow=True)
    asked = LedgerRequest.objects.get()
    own = decide(desk, asked, APPROVE)
    decide(learner_client(a_curator()), asked, APPROVE)

    assert "Một quản trị nội dung khác quyết định" in answer.content.decode()
    assert "người thứ hai" in own.content.decode()
    assert Merge.objects.get().merged == merged
    assert set(LedgerAccess.objects.filter(reader=curator).values_list("learner", flat=True)) == {kept.pk, merged.pk}


@pytest.mark.parametrize(
    ("accounts", "fields"),
    [
        (lambda learner, curator: (learner, learner), {"__all__"}),
        (lambda learner, curator: (learner, curator), {"__all__"}),
        (lambda learner, curator: (learner, None), {"merged"}),
    ],
    ids=["one account", "one's own", "nobody's"],
)
def test_a_merge_that_cannot_be_asked_for(desk, curator, accounts, fields):
    kept, merged = accounts(a_learner(), curator)
    said = {"kept": kept.ledger_number, "merged": merged.ledger_number if merged else "x", **WHY}

    answer = desk.post(f"{LIST}merge/", said)

    assert set(answer.context["form"].errors) == fields
    assert WHY["authority"] in answer.content.decode()
    assert not LedgerRequest.objects.exists()


def test_a_curator_asks_for_a_reversal_from_the_entry(desk, curator):
    entry = an_award(learner=a_learner())
    where = reverse("admin:credits_reversal_ask", args=[entry.pk])

    page = desk.get(f"/admin/credits/journalentry/{entry.pk}/change/").content.decode()
    shown = desk.get(where)
    asked = desk.post(where, {"amount": "1", **WHY})

    assert where in page
    assert "Sơ cấp cứu tại nhà" in shown.content.decode()
    assert asked.status_code == 302
    assert (LedgerRequest.objects.get().requested_by, LedgerRequest.objects.get().amount_minor) == (curator, 2)


def test_a_reversal_is_not_reversed(desk):
    back = a_reversal(an_award(learner=a_learner()))
    where = reverse("admin:credits_reversal_ask", args=[back.pk])

    page = desk.get(f"/admin/credits/journalentry/{back.pk}/change/").content.decode()
    answer = desk.post(where, WHY)

    assert where not in page
    assert answer.context["form"].non_field_errors()


def test_a_page_sent_again_with_other_words_leads_to_the_first_request(desk):
    where = reverse("admin:credits_reversal_ask", args=[an_award(learner=a_learner()).pk])
    once = str(uuid4())
    desk.post(where, {"amount": "1", "once": once, **WHY})

    again = desk.post(where, {"amount": "2", "once": once, **WHY})
    sent = desk.post(where, {"amount": "2", "once": again.context["form"]["once"].value(), **WHY})

    assert f"{LIST}{LedgerRequest.objects.first().pk}/change/" in again.content.decode()
    assert sent.status_code == 302
    assert [asked.amount_minor for asked in LedgerRequest.objects.order_by("pk")] == [2, 4]


def test_a_frozen_ledger_is_not_merged(desk):
    frozen, other = a_learner(), a_learner()
    freezing.freeze(learner=frozen, reason="Nghi mất tài khoản", actor=a_curator(), now=NOW)

    for kept, merged in ((frozen, other), (other, frozen)):
        said = {"kept": kept.ledger_number, "merged": merged.ledger_number, **WHY}
        assert desk.post(f"{LIST}merge/", said).context["form"].non_field_errors()

    assert not LedgerRequest.objects.exists()


@pytest.mark.parametrize("requests", [1, 6])
def test_the_list_costs_the_same_for_one_and_for_six(desk, requests, django_assert_num_queries):
    for _ in range(requests):
        asked_transfer(a_learner())

    with django_assert_num_queries(10):
        desk.get(LIST)
