"""The statement: a learner's own book, on a page and on paper."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from credits.choices import LotSource
from credits.forms.statement import StatementForm
from credits.models import Freeze
from credits.queries import ledger as queries
from credits.queries import statement as statements
from credits.queries.line import WORDS
from credits.queries.running import page_of_book, whole_book
from credits.queries.statement import Excerpt, Outline
from credits.queries.timeline import LEARNED
from tests.factories.ledger import a_hold, a_reversal, a_transfer, an_award
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
IN_2026 = Outline(lines_count=1, years=[2026], years_happened=[2026], frozen_because="")
PAGE = "/me/record/"
OCTOBER = datetime(2026, 10, 24, 3, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # 0:30 on 1 January 2027 in Viet Nam


@pytest.fixture(autouse=True)
def in_november(time_machine):
    """Pages ask the real clock."""
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)


def a_book(learner):
    """October: first aid, by mistake twice, one reversed. November: English, online, in the field of languages."""
    issuer = an_organization()
    an_award(learner=learner, issuer=issuer, now=OCTOBER - timedelta(days=7), key="1")
    twice = an_award(learner=learner, issuer=issuer, now=OCTOBER, key="2")
    a_reversal(twice, reason="Ghi trùng ngày 17/10", now=OCTOBER + timedelta(days=3))
    an_award(
        learner=learner,
        issuer=issuer,
        hundredths=30,
        now=NOW,
        title_vi="Tiếng Anh cho chuyến đi",
        title_en="English for a journey",
        source=LotSource.ONLINE,
        field_code="0231",
        field_vi="Ngoại ngữ",
        field_en="Languages",
    )


def test_statement_by_month_with_running_balance():
    learner = a_learner()
    a_book(learner)

    book = queries.statement(learner)

    assert [
        (month.first_on, month.hundredths, [(line.headline, line.hundredths, line.balance) for line in month.lines])
        for month in book.months
    ] == [
        (date(2026, 11, 1), 30, [("Tiếng Anh cho chuyến đi", 30, 42)]),
        (
            date(2026, 10, 1),
            12,
            [
                ("Ghi đảo: Sơ cấp cứu tại nhà", -12, 12),
                ("Sơ cấp cứu tại nhà", 12, 24),
                ("Sơ cấp cứu tại nhà", 12, 12),
            ],
        ),
    ]
    assert [line.is_reversed for line in book.lines] == [False, False, True, False]
    assert [(total.name, total.hundredths) for total in book.by_field] == [("Ngoại ngữ", 30), ("Sức khỏe", 12)]
    assert (book.total, book.by_kind, queries.outline(learner).years) == (42, {"COMMUNITY": 42}, [2026])


def test_a_line_for_each_kind_of_credit_in_an_entry():
    learner = a_learner()
    community, academic = an_award(learner=learner), a_transfer(learner)
    a_hold(learner, {community.pk: 5, academic.pk: 100})

    lines = queries.statement(learner).lines

    assert [(line.sequence, line.kind_of_credit, line.hundredths, line.balance) for line in lines] == [
        (3, "COMMUNITY", -5, 207),
        (3, "ACADEMIC", -100, 212),
        (2, "ACADEMIC", 300, 312),
        (1, "COMMUNITY", 12, 12),
    ]


def test_months_and_years_are_those_of_viet_nam():
    learner = a_learner()
    an_award(learner=learner, now=NEW_YEAR)

    book = queries.statement(learner)

    assert (queries.outline(learner).years, book.months[0].first_on) == ([2027], date(2027, 1, 1))
    before = queries.statement(learner, Excerpt(until=date(2026, 12, 31)))
    assert (before.lines, before.closing, before.total) == ([], 0, 12)
    after = queries.statement(learner, Excerpt(since=date(2027, 1, 1)))
    assert (after.lines_count, after.has_earlier, after.closing) == (1, False, 12)


def test_a_part_of_the_book_keeps_its_balances():
    learner = a_learner()
    a_book(learner)

    november = queries.statement(learner, Excerpt(since=date(2026, 11, 1)))
    october = queries.statement(learner, Excerpt(since=date(2026, 10, 18), until=date(2026, 10, 31)))
    online = queries.statement(learner, Excerpt(source=LotSource.ONLINE))
    second = queries.statement(learner, limit=1, offset=1)

    assert (november.opening, november.has_earlier, [line.balance for line in november.lines]) == (12, True, [42])
    assert (october.opening, october.closing, october.total, october.lines_count) == (12, 12, 42, 2)
    assert [(line.headline, line.balance) for line in online.lines] == [("Tiếng Anh cho chuyến đi", 42)]
    assert (online.opening, online.closing, online.total) == (0, 42, 42)
    assert ([line.balance for line in second.lines], second.lines_count) == ([12], 4)


def test_the_sum_of_a_month_counts_every_line_of_the_part():
    learner = a_learner()
    a_book(learner)

    by_pages = [queries.statement(learner, limit=2, offset=offset).months for offset in (0, 2)]
    (of_a_source,) = queries.statement(learner, Excerpt(source=LotSource.CLASS)).months
    (of_a_part,) = queries.statement(learner, Excerpt(since=date(2026, 10, 18), until=date(2026, 10, 31))).months

    assert [[(month.first_on.month, month.hundredths) for month in page] for page in by_pages] == [
        [(11, 30), (10, 12)],
        [(10, 12)],
    ]
    assert (len(of_a_source.lines), of_a_source.hundredths) == (3, 12)
    assert (len(of_a_part.lines), of_a_part.hundredths) == (2, 0)


def test_posted_between_for_many_learners_in_one_query(django_assert_num_queries):
    learner, neighbour, stranger = a_learner(), a_learner(), a_learner()
    a_book(learner)
    an_award(learner=neighbour, now=OCTOBER)
    an_award(learner=stranger, now=NOW)

    with django_assert_num_queries(1):
        posted = queries.posted_between(
            since=OCTOBER, until=NOW, learner_ids=[learner.pk, neighbour.pk]
        )  # NOW is left out, OCTOBER is not

    assert {learner_id: [line.hundredths for line in lines] for learner_id, lines in posted.items()} == {
        learner.pk: [12, -12],
        neighbour.pk: [12],
    }


def test_balances_of_many_learners_in_one_query(django_assert_num_queries):
    learner, neighbour, newcomer = a_learner(), a_learner(), a_learner()
    a_book(learner)
    an_award(learner=neighbour, kind_of_credit="ACADEMIC")

    with django_assert_num_queries(1):
        held = queries.balances([learner.pk, neighbour.pk, newcomer.pk])

    assert {key: balance.by_kind for key, balance in held.items()} == {
        learner.pk: {"COMMUNITY": 42},
        neighbour.pk: {"ACADEMIC": 12},
    }


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


BOOK, FILE = page_of_book(as_it_happened=False), whole_book(as_it_happened=False)


@pytest.mark.parametrize("query", [BOOK, FILE, statements.SUMS, statements.OUTLINE, LEARNED])
def test_indexes_lead_to_a_learners_book(query):
    """With ten million postings a page costs what the learner's own cost; the planner is asked with all ways open."""
    learner = a_learner()
    a_book(learner)
    values = {
        **WORDS,
        **statements.values_of(learner, Excerpt()),
        **{"limit": 200, "offset": 0, "year": None, "zone": "Asia/Ho_Chi_Minh"},
    }

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + query, values)
        plan = "\n".join(step for (step,) in cursor.fetchall())

    assert "Seq Scan on credits_journalentry" not in plan
    assert "Seq Scan on credits_posting" not in plan
    assert "Index Scan" in plan


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
