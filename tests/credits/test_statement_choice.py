"""Which part of the book is read, and as of which day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from credits.forms.statement import StatementForm
from credits.queries.statement import Excerpt, Outline
from tests.credits.book import OCTOBER, a_book
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
IN_2026 = Outline(lines_count=1, years=[2026], years_happened=[2026], frozen_because="")
PAGE = "/me/record/"


@pytest.fixture(autouse=True)
def in_november(time_machine):
    """Pages ask the real clock."""
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)


@pytest.mark.parametrize(
    ("chosen", "lines", "brought_forward", "closing", "wrong"),
    [
        ({}, 4, None, 42, []),
        ({"period": "3m"}, 4, None, 42, []),
        ({"period": "2026"}, 4, None, 42, []),
        ({"period": "all"}, 4, None, 42, []),
        ({"period": "1999"}, 4, None, 42, ["period"]),  # nothing was written then: as if not chosen, with a word
        ({"period": "'; --"}, 4, None, 42, ["period"]),
        ({"source": "ONLINE"}, 1, None, 42, []),
        ({"source": "MUSEUM"}, 0, None, 42, []),
        ({"source": "HOME"}, 4, None, 42, ["source"]),
        ({"on_day": "20", "on_month": "10", "on_year": "2026"}, 1, None, 12, []),
        ({"on_day": "25", "on_month": "10", "on_year": "2026", "view": "effective"}, 2, None, 24, []),
        ({"on_day": "22", "on_month": "11", "on_year": "2026"}, 4, None, 42, ["on"]),  # tomorrow
        ({"on_day": "31", "on_month": "2", "on_year": "2026"}, 4, None, 42, ["on"]),
        ({"on_day": "1", "on_month": "1", "on_year": "1899"}, 4, None, 42, ["on"]),
        ({"on_day": "20", "on_month": "10", "on_year": "2026", "view": "x"}, 1, None, 12, ["view"]),
        ({"page": "x"}, 4, None, 42, []),
    ],
    ids=str,
)
def test_the_page_of_what_is_chosen(learner_client, chosen, lines, brought_forward, closing, wrong):
    learner = a_learner()
    a_book(learner)

    answer = learner_client(learner).get(PAGE, chosen)

    book, page = answer.context["book"], answer.content.decode()
    assert (answer.status_code, len(book.lines), book.closing) == (200, lines, closing)
    assert sorted(answer.context["form"].errors) == wrong
    assert ("Số dư mang sang" in page) == (brought_forward is not None)
    assert all(message in page for messages in answer.context["form"].errors.values() for message in messages)


def test_a_book_older_than_a_year_is_read_on_by_year(learner_client):
    learner = a_learner()
    an_award(learner=learner, hundredths=50, now=datetime(2021, 5, 1, 3, 0, tzinfo=UTC))
    an_award(learner=learner, now=OCTOBER)

    client = learner_client(learner)
    lately, then = client.get(PAGE), client.get(PAGE, {"period": "2021"})

    page = lately.content.decode()
    assert ([line.balance for line in lately.context["book"].lines], lately.context["book"].opening) == ([62], 50)
    assert ("Số dư mang sang" in page, 'href="?period=2021"' in page) == (True, True)
    assert [line.hundredths for line in then.context["book"].lines] == [50]
    assert "Số dư ngày 31/12/2021" in then.content.decode()


def test_a_long_book_has_pages(learner_client, monkeypatch):
    monkeypatch.setattr("credits.views.statement.LINES_PER_PAGE_MAX", 3)
    learner = a_learner()
    a_book(learner)

    client = learner_client(learner)
    pages = [client.get(PAGE, {"period": "all", "page": number}) for number in (1, 2, 3)]

    assert [[line.balance for line in page.context["book"].lines] for page in pages[:2]] == [[42, 12, 24], [12]]
    assert [page.status_code for page in pages] == [200, 200, 404]
    assert 'href="?period=all&amp;page=2"' in pages[0].content.decode()
    assert ["Số dư ngày 21/11/2026</th>" in page.content.decode() for page in pages[:2]] == [True, False]


@pytest.mark.parametrize(
    ("chosen", "excerpt"),
    [
        ({}, Excerpt(since=date(2025, 11, 20))),
        ({"period": "3m"}, Excerpt(since=date(2026, 8, 21))),
        ({"period": "2026"}, Excerpt(since=date(2026, 1, 1), until=date(2026, 12, 31))),
        ({"period": "2025"}, Excerpt(since=date(2025, 11, 20))),
        ({"period": "all"}, Excerpt()),
        (
            {"on_day": "31", "on_month": "3", "on_year": "2026", "period": "3m"},
            Excerpt(since=date(2025, 12, 29), recorded_until=datetime(2026, 3, 31, 17, 0, tzinfo=UTC)),
        ),
        (
            {"on_day": "31", "on_month": "3", "on_year": "2026", "view": "effective", "period": "all"},
            Excerpt(effective_on=date(2026, 3, 31)),
        ),
        # Today is not over: what is known of it is known until now.
        (
            {"on_day": "21", "on_month": "11", "on_year": "2026", "period": "all"},
            Excerpt(recorded_until=NOW),
        ),
    ],
    ids=str,
)
def test_the_reading_of_what_is_chosen(chosen, excerpt):
    form = StatementForm(chosen, outline=IN_2026, now=NOW)

    assert form.excerpt() == excerpt


TODAY = {"on_day": "21", "on_month": "11", "on_year": "2026"}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (TODAY, "đã ghi tính đến Thứ Bảy 21/11/2026, 11:00"),
        (TODAY | {"view": "effective"}, "đã diễn ra tính đến Thứ Bảy 21/11/2026, 11:00"),
        (TODAY | {"on_day": "20"}, "đã ghi đến hết ngày 20/11/2026"),
    ],
    ids=str,
)
def test_a_day_that_is_not_over_is_read_up_to_the_moment_of_asking(learner_client, chosen, said):
    learner = a_learner()
    a_book(learner)

    client = learner_client(learner)
    page, paper = client.get(PAGE, chosen), Pdf(client.get("/me/record.pdf", chosen).content)

    flat = " ".join(paper.text.split())
    assert (said.lower() in page.content.decode().lower(), said.lower() in flat.lower()) == (True, True)
    assert ("đến hết ngày 21/11/2026" in page.content.decode(), "đến hết ngày 21/11/2026" in flat) == (False, False)
