"""The statement: a learner's own book on a page, and on a page to print."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from credits.models import Freeze
from credits.queries import ledger as queries
from tests.credits.book import a_book
from tests.factories.ledger import a_hold, an_award
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
PAGE = "/me/record/"


@pytest.fixture(autouse=True)
def in_november(time_machine):
    """Pages ask the real clock."""
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)


@pytest.mark.parametrize(
    ("prefix", "language", "words"),
    [
        ("", "vi", ["Tiếng Anh cho chuyến đi", "Ngoại ngữ", "Tháng 11 năm 2026", "0,42", "Ghi trùng ngày 17/10"]),
        ("/en", "en", ["English for a journey", "Languages", "November 2026", "0.42", "Reversal: First aid at home"]),
    ],
)
def test_the_page_in_both_languages(learner_client, prefix, language, words):
    learner = a_learner()
    a_book(learner)

    answer = learner_client(learner).get(prefix + PAGE)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert [word for word in words if word not in page] == []
    with translation.override(language):
        assert reverse("credits:statement") == prefix + PAGE


def test_the_page_shows_a_reversed_line_struck_through_and_the_check_value(learner_client):
    learner = a_learner()
    a_book(learner)

    page = learner_client(learner).get(PAGE).content.decode()

    assert page.count('<tr class="is-void">') == 1
    assert queries.statement(learner).newest_hash in page


def test_the_page_links_each_line_to_all_about_it(learner_client):
    learner = a_learner()
    a_book(learner)

    page = learner_client(learner).get(PAGE).content.decode()

    assert [
        line.public_id
        for line in queries.statement(learner).lines
        if f'href="{reverse("credits:entry", args=[line.public_id])}"' not in page
    ] == []


def test_the_page_says_where_the_rest_is(learner_client):
    learner = a_learner()
    a_hold(learner, {an_award(learner=learner).pk: 5})

    page = learner_client(learner).get(PAGE).content.decode()

    assert "Không tính vào số dư: đang tạm giữ <b>0,05</b>." in page


def test_the_page_says_that_the_record_is_frozen_and_why(learner_client):
    learner = a_learner()
    an_award(learner=learner)
    Freeze.objects.create(learner=learner, frozen_at=NOW, frozen_by=a_curator(), reason="Đang xét một khiếu nại")

    assert "Đang xét một khiếu nại" in learner_client(learner).get(PAGE).content.decode()


def test_the_page_to_print_has_the_same_lines_and_nothing_around_them(learner_client):
    learner = a_learner(full_name="Lê Văn Hòa")
    a_book(learner)

    page = learner_client(learner).get(PAGE, {"print": "1"}).content.decode()

    assert page.count('class="ledger__what"') == 4
    assert ("Lê Văn Hòa" in page, "<nav" in page, "<form" in page) == (True, False, False)


def test_what_paper_holds_is_said_on_the_page_and_on_the_paper(learner_client, monkeypatch):
    learner = a_learner()
    a_book(learner)
    client = learner_client(learner)
    whole = client.get(PAGE).content.decode()
    monkeypatch.setattr("credits.views.statement.LINES_ON_PAPER_MAX", 3)

    page = client.get(PAGE).content.decode()
    paper = client.get(PAGE, {"print": "1"}).content.decode()
    document = Pdf(client.get("/me/record.pdf").content).text

    assert "chỉ có 3 dòng mới nhất trong 4 dòng này" in page
    assert "dòng mới nhất trong" not in whole
    for said in (paper, document):
        assert "Đây là 3 dòng mới nhất trong 4 dòng. Chọn từng năm" in " ".join(said.split())
    assert len(client.get("/me/record.csv").getvalue().splitlines()) == 5


def test_an_empty_book(learner_client):
    answer = learner_client(a_learner()).get(PAGE)

    page = answer.content.decode()
    assert (answer.status_code, 'class="empty"' in page, "<table" in page) == (200, True, False)
    assert learner_client(a_learner()).get(PAGE, {"print": "1"}).status_code == 200


def test_a_stranger_signs_in_first(client):
    answer = client.get(PAGE)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={PAGE}")


def test_each_sees_their_own_book(learner_client):
    learner, neighbour = a_learner(), a_learner()
    an_award(learner=learner, title_vi="Của tôi")
    an_award(learner=neighbour, title_vi="Của người khác")

    page = learner_client(learner).get(PAGE).content.decode()

    assert ("Của tôi" in page, "Của người khác" in page) == (True, False)


@pytest.mark.parametrize("awards", [1, 30])
def test_the_page_costs_the_same_for_one_line_and_for_thirty(learner_client, django_assert_num_queries, awards):
    learner, issuer = a_learner(), an_organization()
    for number in range(awards):
        an_award(learner=learner, issuer=issuer, now=NOW - timedelta(days=number), key=str(number))
    client = learner_client(learner)

    # Session, learner; how long the book is, its lines, its sums, other schemes; whether they work for an organisation.
    with django_assert_num_queries(7):
        client.get(PAGE)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_is_read_only(learner_client, method):
    assert getattr(learner_client(a_learner()), method)(PAGE).status_code == 405


@pytest.mark.parametrize(
    "path", [PAGE, "/me/record/readers/", "/me/record/disputes/", "/ledger/seals/", "/me/timeline/"]
)
def test_a_page_that_is_not_there(learner_client, path):
    learner = a_learner()
    an_award(learner=learner)

    assert learner_client(learner).get(path, {"page": "999"}).status_code == 404


def test_on_a_narrow_screen_each_line_says_its_credits(learner_client):
    learner = a_learner()
    an_award(learner=learner, hundredths=30)

    assert (
        '<span class="slim"> · 0,30 tín chỉ · Số dư: 15 giờ</span>'
        in learner_client(learner).get(PAGE).content.decode()
    )
