"""
Looking back: a statement as recorded until T never changes; one as effective on D is shown with its T.

They differ where something was recorded later than it happened: credit from a university, recognised years later.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from credits.actions import holding
from credits.queries import ledger as queries
from credits.queries.statement import Excerpt
from tests.factories.ledger import a_hold, a_reversal, a_transfer, an_award
from tests.factories.people import NOW, a_curator, a_learner, an_organization

PAGE = "/me/record/"


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 3, 0, tzinfo=UTC)


def told(book):
    """Return all a statement tells, without the moment it was asked."""
    return (
        [
            (line.headline, line.notes, line.hundredths, line.balance, line.is_reversed, line.left_hundredths)
            for line in book.lines
        ],
        book.total,
        book.closing,
        book.holdings,
        book.newest_hash,
        book.newest_number,
    )


@pytest.mark.django_db
def test_as_recorded_until_is_what_was_known_then():
    learner, issuer = a_learner(), an_organization()
    award = an_award(learner=learner, issuer=issuer, now=at(1))
    as_seen_on_the_second = told(queries.statement(learner))
    a_transfer(learner, organization=issuer, now=at(3))  # learned in June 2024
    a_reversal(award, now=at(4))

    then = queries.statement(learner, Excerpt(recorded_until=at(2)))

    assert told(then) == as_seen_on_the_second
    assert [(line.headline, line.is_reversed) for line in then.lines] == [("Sơ cấp cứu tại nhà", False)]


@pytest.mark.django_db
def test_what_was_set_aside_then_had_not_come_back_yet():
    learner = a_learner()
    hold = a_hold(learner, {an_award(learner=learner, now=at(1)).pk: 5}, now=at(2))
    as_seen_on_the_third = told(queries.statement(learner))
    holding.release(hold=hold, actor=learner, now=at(4))

    then = queries.statement(learner, Excerpt(recorded_until=at(3)))

    assert told(then) == as_seen_on_the_third
    assert "trả lại ngày 2/12/2026 nếu chưa dùng" in then.lines[0].notes
    assert queries.statement(learner).lines[1].notes == ["Cộng đồng và văn hóa"]


@pytest.mark.django_db
def test_as_effective_on_is_what_had_happened_by_then():
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, now=at(1))
    a_transfer(learner, organization=issuer, now=at(3), learned_until=date(2024, 6, 30))

    before = queries.statement(learner, Excerpt(effective_on=date(2024, 6, 29)))
    after = queries.statement(learner, Excerpt(effective_on=date(2024, 6, 30)))
    by_what_was_known = queries.statement(learner, Excerpt(effective_on=date(2024, 6, 30), recorded_until=at(2)))

    assert (before.lines, before.total) == ([], 0)
    assert [(line.headline, line.balance) for line in after.lines] == [("Chuyển tín chỉ vào: Thực vật học", 300)]
    assert (after.total, after.by_kind) == (300, {"VOCATIONAL": 300})
    assert (by_what_was_known.lines, by_what_was_known.total) == ([], 0)


@pytest.mark.django_db
def test_the_last_day_counts_whole_and_is_that_of_viet_nam():
    learner = a_learner()
    just_before_midnight = datetime(2026, 11, 1, 16, 59, 59, tzinfo=UTC)
    an_award(learner=learner, now=just_before_midnight)
    an_award(learner=learner, now=just_before_midnight + timedelta(seconds=1))

    excerpt = Excerpt(effective_on=date(2026, 11, 1))

    assert queries.statement(learner, excerpt).total == 12
    assert queries.statement(learner, replace(excerpt, effective_on=date(2026, 11, 2))).total == 24


THEN = {"on_day": "31", "on_month": "12", "on_year": "2025"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "offered"),
    [
        ({}, ["2026"]),
        (THEN, []),
        (THEN | {"view": "effective"}, ["2024"]),
        (THEN | {"view": "effective", "on_year": "2026", "on_month": "6"}, ["2026", "2024"]),
        (THEN | {"view": "effective", "on_year": "2023"}, []),
        (THEN | {"view": "effective", "on_year": "20x5"}, ["2026", "2024"]),
        (THEN | {"view": "effective", "on_year": "9" * 5000}, ["2026", "2024"]),
        ({"view": "effective"}, ["2026"]),
    ],
    ids=str,
)
def test_the_years_offered_are_those_there_is_something_of(learner_client, time_machine, chosen, offered):
    """Recorded in 2026: a course of 2026, and what was learned in June 2024."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, now=at(1))
    a_transfer(learner, organization=issuer, now=at(3))
    time_machine.move_to(NOW)

    page = learner_client(learner).get(PAGE, chosen)

    periods = [value for value, _words in page.context["form"].fields["period"].choices]
    assert periods == ["", "3m", *offered, "all"]
    assert re.findall(r'period=(\d{4})"', page.content.decode()) == offered


@pytest.mark.django_db
def test_a_period_that_is_looked_back_from_says_so(learner_client):
    an_award(learner=(learner := a_learner()), now=at(1))

    page = learner_client(learner).get(PAGE, THEN | {"view": "effective"}).content.decode()

    assert "12 tháng tính đến ngày đó" in page
    assert "12 tháng gần đây" not in page


class History(TestCase):
    """Whatever is done later, what was recorded until a moment stays what it was then."""

    @settings(max_examples=12, deadline=None)
    @given(acts=st.lists(st.sampled_from(["award", "transfer", "reverse", "part", "hold", "release"]), max_size=7))
    def test_as_recorded_until_never_changes(self, acts):
        learner, issuer, curators = a_learner(), an_organization(), [a_curator(), a_curator()]
        now, seen, awards, holds = NOW, [], [an_award(learner=learner, issuer=issuer, now=NOW)], []
        for act in acts:
            seen.append((now + timedelta(seconds=1), told(queries.statement(learner))))
            now += timedelta(minutes=1)
            if act == "award":
                awards.append(an_award(learner=learner, issuer=issuer, now=now))
            elif act == "transfer":
                a_transfer(learner, organization=issuer, title_vi=f"Bài {len(seen)}", now=now)
            elif act in {"reverse", "part"} and awards and not holds:
                entry = awards[-1] if act == "part" else awards.pop()
                line = next(line for line in queries.statement(learner).lines if line.public_id == entry.public_id)
                if act == "reverse" or line.left_hundredths > 1:
                    a_reversal(entry, hundredths=1 if act == "part" else None, by=curators[0], now=now)
            elif act == "hold" and awards and not holds:
                holds.append(a_hold(learner, {awards[-1].pk: 1}, now=now))
            elif act == "release" and holds:
                holding.release(hold=holds.pop(), actor=learner, now=now)

        assert [told(queries.statement(learner, Excerpt(recorded_until=moment))) for moment, _told in seen] == [
            then for _moment, then in seen
        ]


@pytest.fixture
def in_november(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.django_db
def test_the_page_as_recorded_says_so(learner_client, in_november):
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, now=at(1))
    an_award(learner=learner, issuer=issuer, now=at(10), title_vi="Muộn hơn")

    page = learner_client(learner).get(PAGE, {"on_day": "5", "on_month": "11", "on_year": "2026"}).content.decode()

    assert "Sổ như đã ghi đến hết ngày 5/11/2026. Những gì ghi sau đó không có ở đây." in page
    assert ("Muộn hơn" in page, "Số dư ngày 5/11/2026" in page) == (False, True)


@pytest.mark.django_db
def test_the_page_as_effective_says_what_it_was_computed_from(learner_client, in_november):
    learner = a_learner()
    a_transfer(learner, now=at(10))

    page = learner_client(learner).get(
        PAGE, {"on_day": "31", "on_month": "12", "on_year": "2024", "view": "effective", "period": "all"}
    )

    text = page.content.decode()
    assert "Những gì đã diễn ra đến hết ngày 31/12/2024, theo điều đã ghi đến thứ Bảy 21/11/2026, 10:00." in text
    assert "Chuyển tín chỉ vào: Thực vật học" in text
    assert page.context["book"].total == 300


@pytest.mark.django_db
def test_a_day_that_is_none_is_kept_in_the_box_with_a_word(learner_client, in_november):
    learner = a_learner()
    an_award(learner=learner, now=at(1))

    page = learner_client(learner).get(PAGE, {"on_day": "31", "on_month": "2", "on_year": "2026"}).content.decode()

    assert ('name="on_day" value="31"' in page, "Ngày này không có trên lịch." in page) == (True, True)
    assert '<details class="more-box" open>' in page


WRONG = {"on_day": "31", "on_month": "2", "on_year": "2026", "view": "effective", "source": "ONLINE"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "more"),
    [("/me/record.pdf", {}), ("/me/record.csv", {}), (PAGE, {"print": "1"})],
    ids=["pdf", "csv", "print"],
)
@pytest.mark.parametrize("wrong", [WRONG, {"source": "HOME"}, {"period": "1999"}], ids=["day", "source", "period"])
def test_no_document_of_another_part_than_was_asked_for(learner_client, in_november, path, more, wrong):
    learner = a_learner()
    an_award(learner=learner, now=at(1))

    answer = learner_client(learner).get(path, {**wrong, **more})

    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?{urlencode(wrong)}")


@pytest.mark.django_db
def test_the_buttons_beside_a_wrong_day_are_without_it_and_the_choice_stays(learner_client, in_november):
    learner = a_learner()
    an_award(learner=learner, now=at(1))

    page = learner_client(learner).get(PAGE, WRONG).content.decode()

    for button in ("/me/record.pdf?", "/me/record.csv?", "?"):
        assert f'href="{button}view=effective&amp;source=ONLINE' in page
    assert re.search(r'<input[^>]*value="effective"[^>]*checked', page)


@pytest.mark.django_db
def test_one_of_the_two_ways_to_look_back_is_always_chosen(learner_client, in_november):
    learner = a_learner()
    an_award(learner=learner, now=at(1))

    page = learner_client(learner).get(PAGE, {"on_day": "99"}).content.decode()

    assert re.search(r'<input[^>]*value="recorded"[^>]*checked', page)


@pytest.mark.django_db
def test_as_it_happened_is_listed_by_when_it_happened(learner_client, in_november):
    learner, issuer = a_learner(), an_organization()
    award = an_award(learner=learner, issuer=issuer, now=at(1))
    a_transfer(learner, organization=issuer, now=at(3), learned_until=date(2026, 6, 30))
    a_reversal(award, hundredths=12, now=at(10))

    answer = learner_client(learner).get(
        PAGE, {"on_day": "5", "on_month": "11", "on_year": "2026", "view": "effective"}
    )

    book, page = answer.context["book"], answer.content.decode()
    assert [(month.first_on, month.hundredths) for month in book.months] == [
        (date(2026, 11, 1), 12),
        (date(2026, 6, 1), 300),
    ]
    assert [(line.headline, line.balance) for line in book.lines] == [
        ("Sơ cấp cứu tại nhà", 312),
        ("Chuyển tín chỉ vào: Thực vật học", 300),
    ]
    assert "về sau, ngày 10/11/2026, ghi đảo 0,12 tín chỉ" in book.lines[0].notes
    assert "ghi ngày 3/11/2026" in book.lines[1].notes
    assert ("Ghi từ ngày" in page, "Ghi vào sổ từ ngày" in page, "Diễn ra" in page) == (False, False, True)


@pytest.mark.django_db
def test_the_check_value_says_what_it_covers(learner_client, in_november):
    learner = a_learner()
    an_award(learner=learner, now=at(1))

    page = learner_client(learner).get(PAGE, {"source": "MUSEUM"}).content.decode()

    assert "Dấu này tính từ mọi dòng của cả cuốn sổ đến bút toán ấy, kể cả những dòng không có ở đây." in page
