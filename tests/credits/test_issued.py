"""Credit an organisation gave, at its desk: found, and a reversal asked for."""

import pytest

from credits.models import JournalEntry, LedgerAccess, LedgerRequest
from learners.choices import Role
from tests.factories.ledger import a_reversal, a_transfer, an_award, approved
from tests.factories.people import a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
WHY = {"reason": "Ghi trùng ngày 24/10", "authority": "Biên bản số 12/BB-TTHTCĐ"}


@pytest.fixture
def issuer():
    return an_organization()


@pytest.fixture
def desk(learner_client, issuer):
    return learner_client(issuer.registered_by)


def list_of(issuer):
    return f"/organizations/{issuer.public_id}/credit/"


def form_of(issuer, entry):
    return f"{list_of(issuer)}{entry.public_id}/reversal/"


def test_the_list_shows_what_was_given_newest_first_and_nobody_elses(desk, issuer):
    first = an_award(learner=a_learner(full_name="Đinh Văn Kín"), issuer=issuer, title_vi="Trồng rau")
    second = an_award(learner=a_learner(), issuer=issuer, title_vi="Đan lát", hundredths=30)
    an_award(learner=a_learner(), title_vi="Của đơn vị khác")
    a_reversal(first, hundredths=6)

    answer = desk.get(list_of(issuer))

    page = answer.content.decode()
    assert [(lot.entry, lot.reversed_minor) for lot in answer.context["page"]] == [(second, 0), (first, 6)]
    assert "Đinh Văn Kín: Trồng rau" in page
    assert "15 giờ, 0,30 tín chỉ" in page
    assert "đã đảo 3 giờ" in page
    assert "Của đơn vị khác" not in page


def test_credit_transferred_in_is_there_too(desk, issuer):
    entry = a_transfer(a_learner(), organization=issuer)

    assert [lot.entry for lot in desk.get(list_of(issuer)).context["page"]] == [entry]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("dinh van", ["Trồng rau"]),
        ("TRỒNG", ["Trồng rau"]),
        ("trong rau", ["Trồng rau"]),
        ("lát", ["Đan lát"]),
        ("  ", ["Đan lát", "Trồng rau"]),
        ("100%", []),
        ("_", ["Đan lát", "Trồng rau"]),  # as good as nothing
        ("\0", ["Đan lát", "Trồng rau"]),
        ("x" * 101, ["Đan lát", "Trồng rau"]),
    ],
)
def test_a_line_is_found_by_learner_or_course(desk, issuer, words, found):
    an_award(learner=a_learner(full_name="Đinh Văn Kín"), issuer=issuer, title_vi="Trồng rau")
    an_award(learner=a_learner(), issuer=issuer, title_vi="Đan lát")

    answer = desk.get(list_of(issuer), {"q": words})

    assert answer.status_code == 200
    assert [lot.entry.title for lot in answer.context["page"]] == found


def test_words_are_looked_for_among_the_newest_lines_and_the_page_says_so(desk, issuer, monkeypatch):
    monkeypatch.setattr("credits.queries.issued.LOTS_SEARCHED_MAX", 2)
    for title in ("Đan lát cơ bản", "Đan lát nâng cao", "Đan lát mây tre"):
        an_award(learner=a_learner(), issuer=issuer, title_vi=title)
    an_award(learner=a_learner(), title_vi="Đan lát nơi khác")

    found, everything = desk.get(list_of(issuer), {"q": "dan lat"}), desk.get(list_of(issuer))

    assert [lot.entry.title for lot in found.context["page"]] == ["Đan lát mây tre", "Đan lát nâng cao"]
    assert "Đã tìm trong 2 dòng mới nhất." in found.content.decode()
    assert (len(everything.context["page"]), "Đã tìm trong" in everything.content.decode()) == (3, False)


def test_only_who_is_shown_was_read(desk, issuer):
    shown, hidden = a_learner(full_name="Đinh Văn Kín"), a_learner()
    an_award(learner=shown, issuer=issuer)
    an_award(learner=hidden, issuer=issuer)

    desk.get(list_of(issuer), {"q": "kin"})

    (written,) = LedgerAccess.objects.all()
    assert (written.learner, written.reader, written.organization, written.what) == (
        shown,
        issuer.registered_by,
        issuer,
        "SEARCH",
    )


def test_the_empty_list(desk, issuer):
    assert "Đơn vị chưa ghi tín chỉ cho ai" in desk.get(list_of(issuer)).content.decode()


@pytest.mark.parametrize("awards", [1, 12])
def test_the_list_costs_the_same_for_one_line_and_for_twelve(desk, issuer, awards, django_assert_num_queries):
    for _ in range(awards):
        an_award(learner=a_learner(), issuer=issuer)

    # session, learner, organization, role, count, the list, the readings (4), whether they work for an organisation
    with django_assert_num_queries(11):
        desk.get(list_of(issuer))


@pytest.mark.parametrize(("hours", "minor"), [("", None), ("2", 4), ("1,5", 3), ("6", 12)])
def test_a_reversal_is_asked_for_and_nothing_changes_yet(desk, issuer, hours, minor):
    entry = an_award(learner=a_learner(), issuer=issuer)

    answer = desk.post(form_of(issuer, entry), {"amount": hours, **WHY}, follow=True)

    asked = LedgerRequest.objects.get()
    assert (asked.entry, asked.amount_minor, asked.requested_by) == (entry, minor, issuer.registered_by)
    assert (asked.reason, asked.authority) == (WHY["reason"], WHY["authority"])
    page = answer.content.decode()
    assert "Chờ quản trị nội dung" in page
    assert "Nguyễn Thị Bảy" in page  # who asked
    assert JournalEntry.objects.count() == 1


def test_approved_it_names_both_persons(desk, issuer):
    entry = an_award(learner=a_learner(), issuer=issuer)
    desk.post(form_of(issuer, entry), WHY)
    curator = a_curator()

    answer = approved(LedgerRequest.objects.get(), by=curator)

    assert answer.reverses == entry
    assert answer.snapshot["requested_by"] == str(issuer.registered_by.ledger_number)
    assert answer.snapshot["approved_by"] == str(curator.ledger_number)
    page = desk.get(f"/organizations/{issuer.public_id}/requests/{answer.request.public_id}/").content.decode()
    assert "Phạm Thu Hà" in page


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"amount": "2"}, {"reason", "authority"}),
        ({**WHY, "amount": "7"}, {"amount"}),
        ({**WHY, "amount": "0"}, {"amount"}),
        ({**WHY, "amount": "-1"}, {"amount"}),
        ({**WHY, "amount": "0,25"}, {"amount"}),
        ({**WHY, "amount": "NaN"}, {"amount"}),
        ({**WHY, "amount": "1e999999"}, {"amount"}),
        ({**WHY, "amount": "hai giờ"}, {"amount"}),
        ({**WHY, "reason": "x" * 1001}, {"reason"}),
        ({**WHY, "authority": "x" * 501}, {"authority"}),
    ],
    ids=lambda value: str(sorted(value)),  # a set has no order of its own
)
def test_what_is_wrong_is_said_at_the_field_and_kept(desk, issuer, said, fields):
    entry = an_award(learner=a_learner(), issuer=issuer)

    answer = desk.post(form_of(issuer, entry), said)

    assert (answer.status_code, set(answer.context["form"].errors)) == (200, fields)
    assert not LedgerRequest.objects.exists()


def test_the_same_page_sent_twice_is_one_request(desk, issuer):
    entry = an_award(learner=a_learner(), issuer=issuer)
    once = {"once": "9f0c8b0e-0000-4000-8000-000000000001", **WHY}

    for _ in range(2):
        desk.post(form_of(issuer, entry), once)

    assert LedgerRequest.objects.count() == 1


def test_nobody_asks_about_their_own_record(desk, issuer):
    entry = an_award(learner=issuer.registered_by, issuer=issuer)

    page = desk.post(form_of(issuer, entry), WHY).content.decode()

    assert "sửa sổ của mình" in page
    assert not LedgerRequest.objects.exists()


def test_a_line_taken_back_whole_offers_nothing_more(desk, issuer):
    entry = an_award(learner=a_learner(), issuer=issuer)
    a_reversal(entry)

    page = desk.get(form_of(issuer, entry)).content.decode()

    assert "đã được đảo hết" in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_line_of_another_organization_is_not_there(desk, issuer, method):
    entry = an_award(learner=a_learner())

    assert getattr(desk, method)(form_of(issuer, entry), WHY).status_code == 404
    assert not LedgerAccess.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda issuer: a_learner(), 404),
        (lambda issuer: an_organization().registered_by, 404),
        (lambda issuer: a_curator(), 404),
        (lambda issuer: a_member(issuer, Role.INSTRUCTOR), 403),
    ],
    ids=["a learner", "a manager elsewhere", "a curator", "an instructor"],
)
def test_nobody_else_comes_near(learner_client, issuer, who, status):
    entry = an_award(learner=a_learner(), issuer=issuer)
    client = learner_client(who(issuer))

    answers = [
        client.get(list_of(issuer)),
        client.get(form_of(issuer, entry)),
        client.post(form_of(issuer, entry), WHY),
    ]

    assert {answer.status_code for answer in answers} == {status}
    assert not LedgerAccess.objects.exists()
    assert not LedgerRequest.objects.exists()


def a_member(organization, role):
    member = a_learner()
    a_membership(organization=organization, learner=member, role=role)
    return member
