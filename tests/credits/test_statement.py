"""The statement: a learner's own book, its lines and its balances."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from credits.choices import LotSource
from credits.queries import ledger as queries
from credits.queries import statement as statements
from credits.queries.line import WORDS
from credits.queries.running import page_of_book, whole_book
from credits.queries.statement import Excerpt
from credits.queries.timeline import LEARNED
from tests.credits.book import OCTOBER, a_book
from tests.factories.ledger import a_hold, a_transfer, an_award
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # 0:30 on 1 January 2027 in Viet Nam


@pytest.fixture(autouse=True)
def in_november(time_machine):
    """Pages ask the real clock."""
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)


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
