"""
A year of a librarian's learning: the statement after every line, in words and figures.

Lê Thị Mai works at a ward library. She takes classes, studies online, brings credit along from a university, has her
experience recognised, sets credit aside for a certificate, uses it, loses some to a time limit and once to a mistake.
"""

from datetime import UTC, date, datetime

import pytest

from credits.actions import expiry, holding, ledger
from credits.choices import KindOfCredit, LotSource
from credits.queries import ledger as queries
from learners.models import Learner
from tests.factories.ledger import (
    a_hold,
    a_reversal,
    a_transfer,
    an_award,
    for_a_certificate,
    prior_learning,
    what,
)
from tests.factories.people import a_learner, an_organization

pytestmark = pytest.mark.django_db


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 3, 0, tzinfo=UTC)


def newest(learner: Learner) -> tuple[str, int, int]:
    """Return the newest line of her statement: its words, its change and the balance after it."""
    line = queries.statement(learner).lines[0]
    return line.headline, line.hundredths, line.balance


def elsewhere(learner: Learner) -> dict[str, int]:
    return dict(queries.statement(learner).holdings.elsewhere)


def test_a_year_of_a_librarians_learning() -> None:
    mai, library = a_learner(full_name="Lê Thị Mai"), an_organization()

    # January: a class in first aid at the health station, six hours.
    first_aid = an_award(learner=mai, issuer=library, now=at(1, 10))
    assert newest(mai) == ("Sơ cấp cứu tại nhà", 12, 12)

    # February: an online course on cataloguing, twenty hours, valid for one year only: the rules change often.
    ledger.award(
        learner=mai,
        issuer=library,
        amount_minor=40,
        kind_of_credit=KindOfCredit.VOCATIONAL,
        occurred_at=at(2, 14),
        actor=None,
        idempotency_key="cataloguing",
        snapshot=what(title_vi="Biên mục tài liệu số", source=LotSource.ONLINE),
        now=at(2, 14),
        valid_until=date(2026, 8, 31),
    )
    assert newest(mai) == ("Biên mục tài liệu số", 40, 52)

    # March: five ECTS of botany from Can Tho University, recognised as three credits; learned in 2024.
    botany = a_transfer(mai, now=at(3, 2))
    assert newest(mai) == ("Chuyển tín chỉ vào: Thực vật học", 300, 352)

    # April: 32 years of gardening, recognised as sixty hours' worth.
    prior_learning(mai, now=at(4, 20))
    assert newest(mai) == ("Công nhận: 32 năm làm vườn", 120, 472)

    # May: she sets two credits of botany aside for a certificate; what she can use falls, nothing is lost.
    hold = a_hold(mai, {botany.pk: 200}, now=at(5, 5))
    assert newest(mai) == ("Tạm giữ cho: Chứng chỉ Nông nghiệp", -200, 272)
    assert elsewhere(mai) == {"Đang tạm giữ": 200}

    # Still May: the certificate needs only one and a half; the hold ends, that much is used, the rest is back.
    holding.apply_hold(
        hold=hold,
        amounts={botany.pk: 150},
        actor=mai,
        idempotency_key="certificate",
        snapshot=for_a_certificate(),
        now=at(5, 20),
    )
    assert [(line.headline, line.hundredths, line.balance) for line in queries.statement(mai).lines[:2]] == [
        ("Dùng cho: Chứng chỉ Nông nghiệp", -150, 322),
        ("Lấy từ phần tạm giữ cho: Chứng chỉ Nông nghiệp", 200, 472),
    ]
    assert elsewhere(mai) == {"Đã dùng": 150}

    # June: half of the first aid was counted twice; the health station has it taken back.
    a_reversal(first_aid, hundredths=6, reason="Một buổi ghi hai lần", now=at(6, 1))
    assert newest(mai) == ("Ghi đảo: Sơ cấp cứu tại nhà", -6, 316)

    # July: she sets credit aside once more, and forgets about it; it comes back by itself.
    a_hold(mai, {botany.pk: 100}, title_vi="Chứng chỉ Thư viện", now=at(7, 1), days=30)
    assert newest(mai) == ("Tạm giữ cho: Chứng chỉ Thư viện", -100, 216)
    holding.lapse_due(now=at(8, 2))
    assert newest(mai) == ("Trả lại vì hết hạn tạm giữ cho: Chứng chỉ Thư viện", 100, 316)

    # September: the online course was valid until the end of August.
    expiry.expire_due(now=at(9, 1))
    assert newest(mai) == ("Hết hạn: Biên mục tài liệu số", -40, 276)
    assert elsewhere(mai) == {"Đã dùng": 150, "Hết hạn": 40}

    # The year as a whole: what she can use, by kind and by field, and where the rest is.
    book = queries.statement(mai)
    assert book.by_kind == {"ACADEMIC": 150, "COMMUNITY": 6, "VOCATIONAL": 120}
    assert [(total.name, total.hundredths) for total in book.by_field] == [("Sinh học", 270), ("Sức khỏe", 6)]
    assert elsewhere(mai) == {"Đã dùng": 150, "Hết hạn": 40}
    assert (book.total, book.closing, book.lines_count) == (276, 276, 11)
    assert queries.audit() == []


def test_the_small_print_of_a_librarians_lines() -> None:
    mai, library = a_learner(), an_organization(name_vi="Thư viện phường Ninh Kiều")
    first_aid = an_award(learner=mai, issuer=library, now=at(1, 10))
    botany = a_transfer(mai, now=at(3, 2))
    a_hold(mai, {botany.pk: 200}, now=at(5, 5))
    a_reversal(first_aid, hundredths=6, reason="Một buổi ghi hai lần", now=at(6, 1))

    back, hold, transfer, award = queries.statement(mai).lines

    assert award.notes == [
        "Trạm Y tế phường Ninh Kiều",
        "Sức khỏe",
        "Cộng đồng và văn hóa",
        "còn lại 0,06 tín chỉ",
    ]
    assert transfer.notes == ["từ Đại học Cần Thơ (5 ECTS × 3/5)", "Sinh học", "Học thuật", "học xong ngày 30/6/2024"]
    assert hold.notes == ["Học thuật", "trả lại ngày 4/6/2026 nếu chưa dùng"]
    assert back.notes == [
        "Một buổi ghi hai lần",
        "giấy tờ: Biên bản số 12/BB-TTHTCĐ",
        "một người của cổng đề nghị, người khác duyệt ngày 1/6/2026",
    ]
    assert (award.is_reversed, award.is_partly_reversed, award.left_hundredths) == (False, True, 6)
