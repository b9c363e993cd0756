"""A whole life's learning on one page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from credits.actions import expiry, ledger
from credits.choices import LotSource
from credits.queries.timeline import timeline
from tests.browser import open_window
from tests.factories.ledger import a_hold, a_reversal, a_transfer, a_use, an_award, prior_learning, what
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
PAGE = "/me/timeline/"
TITLE = "Chăm sóc người cao tuổi tại nhà"
PROVIDER = "Trung tâm học tập cộng đồng phường Ninh Kiều"
LONG = {"title_vi": f"{TITLE} và sơ cấp cứu khi chờ xe cứu thương", "provider_vi": f"{PROVIDER}, thành phố Cần Thơ"}


def a_life(learner):
    """Class, library, museum and workplace this year; a university and a garden long before the account was opened."""
    issuer = an_organization()
    for number, source in enumerate([LotSource.CLASS, LotSource.LIBRARY, LotSource.MUSEUM, LotSource.WORKPLACE]):
        an_award(
            learner=learner,
            issuer=issuer,
            now=NOW - timedelta(days=30 * number),
            title_vi=f"Bài {number}",
            source=source,
        )
    an_award(learner=learner, issuer=issuer, now=datetime(2025, 3, 1, 3, 0, tzinfo=UTC), source=LotSource.ONLINE)
    a_transfer(learner, organization=issuer, learned_until=date(1998, 6, 30))
    prior_learning(learner, organization=issuer, learned_until=date(2019, 12, 31))


def test_newest_first_by_when_it_was_learned():
    learner = a_learner()
    a_life(learner)

    life = timeline(learner)

    assert [(year.number, [one.title for one in year.learned]) for year in life.by_year] == [
        (2026, ["Bài 0", "Bài 1", "Bài 2", "Bài 3"]),
        (2025, ["Sơ cấp cứu tại nhà"]),
        (2019, ["32 năm làm vườn"]),
        (1998, ["Thực vật học"]),
    ]
    assert life.years == [2026, 2025, 2019, 1998]
    assert set(life.sources) == set(LotSource)
    assert {one.learned_on.year < learner.created_at.year for one in life.learned} == {True, False}


def test_only_what_is_left_and_wherever_it_lies_now():
    learner, issuer = a_learner(), an_organization()
    kept, gone, used, held = (an_award(learner=learner, issuer=issuer, title_vi=name, key=name) for name in "abcd")
    a_reversal(gone)
    a_reversal(kept, hundredths=2)
    a_use(learner, {used.pk: 12})
    a_hold(learner, {held.pk: 3})
    ledger.award(
        learner=learner, issuer=issuer, amount_minor=7, kind_of_credit="COMMUNITY", occurred_at=NOW, actor=None,
        idempotency_key="e", snapshot=what(title_vi="e"), now=NOW, valid_until=date(2026, 11, 30),
    )  # fmt: skip
    expiry.expire_due(now=NOW + timedelta(days=30))

    assert {one.title: one.hundredths for one in timeline(learner).learned} == {"a": 10, "c": 12, "d": 12, "e": 7}


@pytest.mark.parametrize(
    ("chosen", "titles", "wrong"),
    [
        ({}, 7, []),
        ({"source": "MUSEUM"}, 1, []),
        ({"year": "2026"}, 4, []),
        ({"year": "2026", "source": "ONLINE"}, 0, []),
        ({"year": "2001"}, 0, []),
        ({"year": "0"}, 7, ["year"]),
        ({"year": "x", "source": "y"}, 7, ["source", "year"]),
        ({"page": "0"}, 7, []),
    ],
    ids=str,
)
def test_the_page_of_what_is_chosen(learner_client, chosen, titles, wrong):
    learner = a_learner()
    a_life(learner)

    answer = learner_client(learner).get(PAGE, chosen)

    page = answer.content.decode()
    assert (answer.status_code, page.count("<time ")) == (200, titles)
    assert sorted(answer.context["form"].errors) == wrong
    assert ("Xem tất cả" in page) == (titles == 0)
    assert all(message in page for messages in answer.context["form"].errors.values() for message in messages)


def test_each_line_leads_to_all_about_it(learner_client):
    learner = a_learner()
    entry = an_award(learner=learner)

    page = learner_client(learner).get(PAGE).content.decode()

    assert reverse("credits:entry", args=[entry.public_id]) in page


def test_before_anything_was_learned(learner_client):
    page = learner_client(a_learner()).get(PAGE).content.decode()

    assert 'class="empty"' in page


def test_each_sees_their_own_life(learner_client, client):
    an_award(learner=a_learner(), title_vi="Của người khác")

    assert "Của người khác" not in learner_client(a_learner()).get(PAGE).content.decode()
    client.logout()
    assert client.get(PAGE).status_code == 302


def test_more_than_a_page_holds_goes_on_at_the_next(learner_client, monkeypatch):
    monkeypatch.setattr("credits.queries.timeline.LINES_PER_PAGE_MAX", 5)
    learner = a_learner()
    a_life(learner)

    client = learner_client(learner)
    pages = [client.get(PAGE, {"page": number}) for number in (1, 2, 3)]

    assert [page.content.decode().count("<time ") for page in pages[:2]] == [5, 2]
    assert pages[2].status_code == 404


def many(learner, count, title_vi=TITLE, provider_vi=PROVIDER):
    issuer = an_organization()
    for number in range(count):
        an_award(
            learner=learner,
            issuer=issuer,
            now=NOW - timedelta(days=9 * number),
            title_vi=f"{title_vi}, lớp {number}",
            provider_vi=provider_vi,
            source=list(LotSource)[number % 5],
        )


def test_three_hundred_lines_weigh_less_than_a_hundred_kilobytes(learner_client, django_assert_num_queries):
    learner = a_learner()
    many(learner, 300)
    client = learner_client(learner)

    with django_assert_num_queries(4):  # session, learner; the timeline; whether they work for an organisation
        page = client.get(PAGE).content

    assert page.count(b"<time ") == 300
    assert len(page) <= 100_000


@pytest.mark.django_db(transaction=True)
def test_forty_lines_fit_on_one_sheet(chromium, live_server):
    learner = a_learner()
    many(learner, 40, **LONG)
    visitor = open_window(chromium, live_server.url, script=False, learner=learner)
    visitor.open(PAGE)

    sheets = visitor.page.pdf(format="A4")

    assert sheets.count(b"/Type /Page\n") == 1
    visitor.context.close()
