"""The statement: a learner's own book, on a page and on paper."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from credits.forms.period import PeriodForm
from credits.queries import ledger as queries
from tests.factories.ledger import a_reversal, an_award
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
PAGE = "/me/record/"
OCTOBER = datetime(2026, 10, 24, 3, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # 0:30 on 1 January 2027 in Viet Nam


def a_book(learner):
    """October: first aid, by mistake twice, one reversed. November: English, in the field of languages."""
    issuer = an_organization()
    an_award(learner=learner, issuer=issuer, now=OCTOBER - timedelta(days=7), key="1")
    twice = an_award(learner=learner, issuer=issuer, now=OCTOBER, key="2")
    a_reversal(twice, reason="Ghi trùng ngày 17/10", key="3", now=OCTOBER + timedelta(days=3))
    an_award(
        learner=learner,
        issuer=issuer,
        hundredths=30,
        now=NOW,
        title_vi="Tiếng Anh cho chuyến đi",
        title_en="English for a journey",
        field_code="0231",
        field_vi="Ngoại ngữ",
        field_en="Languages",
    )


def test_statement_by_month_with_running_balance():
    learner = a_learner()
    a_book(learner)

    book = queries.statement(learner)

    assert [
        (month.first_on, month.hundredths, [(line.title, line.hundredths, line.balance) for line in month.lines])
        for month in book.months()
    ] == [
        (date(2026, 11, 1), 30, [("Tiếng Anh cho chuyến đi", 30, 42)]),
        (
            date(2026, 10, 1),
            12,
            [("Sơ cấp cứu tại nhà", -12, 12), ("Sơ cấp cứu tại nhà", 12, 24), ("Sơ cấp cứu tại nhà", 12, 12)],
        ),
    ]
    assert [(total.name, total.hundredths) for total in book.by_field] == [("Ngoại ngữ", 30), ("Sức khỏe", 12)]
    assert (book.total, book.by_kind, book.years) == (42, {"COMMUNITY": 42}, [2026])


def test_months_and_years_are_those_of_viet_nam():
    learner = a_learner()
    an_award(learner=learner, now=NEW_YEAR)

    book = queries.statement(learner)

    assert (book.years, book.months()[0].first_on) == ([2027], date(2027, 1, 1))
    assert book.months(until=date(2026, 12, 31)) == []
    assert (book.balance_on(date(2026, 12, 31)), book.balance_on(date(2027, 1, 1))) == (0, 12)


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


def test_the_page_to_print_has_the_same_lines_and_nothing_around_them(learner_client):
    learner = a_learner(full_name="Lê Văn Hòa")
    a_book(learner)

    page = learner_client(learner).get(PAGE, {"print": "1"}).content.decode()

    assert page.count('class="ledger__what"') == 4
    assert ("Lê Văn Hòa" in page, "<nav" in page, "<form" in page) == (True, False, False)


@pytest.mark.parametrize(
    ("period", "lines", "opening", "closing"),
    [
        ("", 4, None, 42),
        ("2026", 4, 0, 42),
        ("1999", 4, None, 42),  # nothing was written then: the whole book, and a word at the field
        ("'; --", 4, None, 42),
    ],
)
def test_the_page_of_a_period(learner_client, period, lines, opening, closing):
    learner = a_learner()
    a_book(learner)

    answer = learner_client(learner).get(PAGE, {"period": period})

    shown = answer.context
    assert answer.status_code == 200
    assert sum(len(month.lines) for month in shown["months"]) == lines
    assert (shown["brought_forward"], shown["closing_balance"]) == (opening, closing)
    assert bool(shown["form"].errors) == (period in {"1999", "'; --"})


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("", (None, None)),
        ("3m", (date(2026, 8, 21), None)),
        ("2026", (date(2026, 1, 1), date(2026, 12, 31))),
        ("2025", (None, None)),
    ],
)
def test_the_days_of_a_period(period, days):
    form = PeriodForm({"period": period}, years=[2026])

    assert form.days(today=date(2026, 11, 21)) == days


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
        an_award(learner=learner, issuer=issuer, now=NOW + timedelta(days=number))
    client = learner_client(learner)

    with django_assert_num_queries(4):  # session, learner, statement; whether they work for an organisation
        client.get(PAGE)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_is_read_only(learner_client, method):
    assert getattr(learner_client(a_learner()), method)(PAGE).status_code == 405
