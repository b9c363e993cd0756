"""The statement as a table: numbers a program reads, texts no spreadsheet runs."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from credits.choices import KindOfCredit
from credits.exports import statement_csv
from credits.queries import ledger
from credits.queries import line as lines
from credits.queries.statement import Excerpt
from learners.choices import OrganizationKind
from tests.factories.ledger import a_reversal, a_transfer, an_award
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
FILE = "/me/record.csv"
HEADINGS = [
    "Số thứ tự trong sổ",
    "Ngày ghi",
    "Ngày diễn ra",
    "Loại bút toán",
    "Nội dung",
    "Đơn vị dạy",
    "Lĩnh vực",
    "Mã lĩnh vực (ISCED-F)",
    "Bậc",
    "Nhóm tín chỉ",
    "Cách học",
    "Phần trăm tín chỉ",
    "Tín chỉ",
    "Số dư, phần trăm tín chỉ",
    "Số dư tín chỉ",
    "Đã ghi đảo, phần trăm tín chỉ",
    "Có giá trị đến",
    "Quy định",
    "Căn cứ",
    "Lý do ghi đảo",
    "Giấy tờ",
    "Mã bút toán",
    "Ghi đảo về sau, phần trăm tín chỉ",
    "Tính đến",
    "Tính lúc",
]


@pytest.fixture(autouse=True)
def at_noon(time_machine):
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)


def rows(answer):
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_file(learner_client):
    learner, issuer = a_learner(), an_organization()
    award = an_award(learner=learner, issuer=issuer)
    a_reversal(award, hundredths=5, reason="Một buổi; ghi hai lần")

    answer = learner_client(learner).get(FILE)

    heading, first, second = rows(answer)
    assert heading == HEADINGS
    assert dict(zip(heading, first, strict=True)) | {"Mã bút toán": ""} == {
        "Số thứ tự trong sổ": "1",
        "Ngày ghi": "2026-11-21T10:00:00+07:00",
        "Ngày diễn ra": "2026-11-21",
        "Loại bút toán": "Hoàn thành chương trình",
        "Nội dung": "Sơ cấp cứu tại nhà",
        "Đơn vị dạy": "Trạm Y tế phường Ninh Kiều",
        "Lĩnh vực": "Sức khỏe",
        "Mã lĩnh vực (ISCED-F)": "09",
        "Bậc": "",
        "Nhóm tín chỉ": "Cộng đồng và văn hóa",
        "Cách học": "Lớp học",
        "Phần trăm tín chỉ": "12",
        "Tín chỉ": "0.12",
        "Số dư, phần trăm tín chỉ": "12",
        "Số dư tín chỉ": "0.12",
        "Đã ghi đảo, phần trăm tín chỉ": "5",
        "Có giá trị đến": "",
        "Quy định": "attendance ≥ 75 %",
        "Căn cứ": "course version 1",
        "Lý do ghi đảo": "",
        "Giấy tờ": "",
        "Mã bút toán": "",
        "Ghi đảo về sau, phần trăm tín chỉ": "0",
        "Tính đến": "2026-11-21",
        "Tính lúc": "2026-11-21T11:00:00+07:00",
    }
    assert second[11:15] == ["-5", "-0.05", "7", "0.07"]
    assert (second[19], first[21]) == ("Một buổi; ghi hai lần", str(award.public_id))


def test_the_bytes_are_those_of_rfc_4180(learner_client):
    learner = a_learner()
    an_award(learner=learner, title_vi='Nói "xin chào", cười; rồi học', hundredths=1250)

    content = learner_client(learner).get(FILE).getvalue()

    assert content.startswith(b'\xef\xbb\xbf"')
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    assert '"Nói ""xin chào"", cười; rồi học"'.encode() in content
    assert b",1250,12.50,1250,12.50,0," in content


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r'=1"),
        (" =1", "' =1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ("1 = 1; a-b", "1 = 1; a-b"),
        ("C#", "C#"),
    ],
    ids=repr,
)
def test_no_text_is_a_formula(learner_client, typed, written):
    learner = a_learner()
    an_award(learner=learner, title_vi=typed)

    (_heading, line) = rows(learner_client(learner).get(FILE))

    assert line[4] == written


def test_a_number_below_zero_stays_a_number(learner_client):
    learner = a_learner()
    a_reversal(an_award(learner=learner))

    line = rows(learner_client(learner).get(FILE))[2]

    assert (int(line[11]), Decimal(line[12])) == (-12, Decimal("-0.12"))


def test_the_headings_are_in_the_language_of_the_page(learner_client):
    learner = a_learner()
    an_award(learner=learner)

    heading, line = rows(learner_client(learner).get("/en" + FILE))

    assert (heading[0], heading[12], line[4], line[12]) == (
        "Number in the record",
        "Credits",
        "First aid at home",
        "0.12",
    )


def test_it_honours_what_was_chosen(learner_client):
    learner, issuer = a_learner(), an_organization(kind=OrganizationKind.UNIVERSITY)
    an_award(learner=learner, issuer=issuer, now=NOW - timedelta(days=10), key="1")
    a_transfer(learner, organization=issuer, kind_of_credit=KindOfCredit.ACADEMIC)

    client = learner_client(learner)

    assert [line[13] for line in rows(client.get(FILE, {"source": "TRANSFER"}))[1:]] == ["312"]
    assert [line[13] for line in rows(client.get(FILE, {"on_day": "12", "on_month": "11", "on_year": "2026"}))[1:]] == [
        "12"
    ]
    assert [line[2] for line in rows(client.get(FILE))[1:]] == ["2026-11-11", date(2024, 6, 30).isoformat()]


def test_the_download(learner_client):
    answer = learner_client(a_learner()).get(FILE)

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/csv; charset=utf-8", "private, no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="so-tin-chi-2026-11-21-12m.csv"'
    assert len(rows(answer)) == 1


def test_each_gets_their_own(learner_client, client):
    an_award(learner=a_learner(), title_vi="Của người khác")

    assert "Của người khác" not in learner_client(a_learner()).get(FILE).getvalue().decode()
    client.logout()
    assert client.get(FILE).status_code == 302


PAST = {"on_day": "20", "on_month": "11", "on_year": "2026"}


@pytest.mark.parametrize(
    ("chosen", "name", "known_at", "reversed_now", "reversed_later"),
    [
        (PAST, "so-tin-chi-2026-11-20-12m.csv", "2026-11-20T23:59:59+07:00", "0", "0"),
        (
            {**PAST, "view": "effective", "period": "all", "source": "CLASS"},
            "so-tin-chi-2026-11-20-theo-ngay-dien-ra-class.csv",
            "2026-11-21T11:00:00+07:00",
            "0",
            "5",
        ),
    ],
    ids=["as recorded", "as it happened"],
)
def test_a_table_of_a_past_day_says_so(learner_client, chosen, name, known_at, reversed_now, reversed_later):
    learner, issuer = a_learner(), an_organization()
    a_reversal(an_award(learner=learner, issuer=issuer, now=NOW - timedelta(days=10)), hundredths=5, now=NOW)

    answer = learner_client(learner).get(FILE, chosen)

    heading, line = rows(answer)
    said = dict(zip(heading, line, strict=True))
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (said["Tính đến"], said["Tính lúc"]) == ("2026-11-20", known_at)
    assert (said[HEADINGS[15]], said[HEADINGS[22]]) == (reversed_now, reversed_later)


# However long the book is -------------------------------------------------------------------------------------------


def test_every_line_is_in_the_file_in_the_order_it_was_written(learner_client, monkeypatch):
    monkeypatch.setattr(lines, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(statement_csv, "LINES_PER_PIECE", 2)
    learner, issuer = a_learner(), an_organization()
    for number in range(8):
        an_award(learner=learner, issuer=issuer, title_vi=f"Bài {number}", now=NOW - timedelta(hours=8 - number))

    written = rows(learner_client(learner).get(FILE))[1:]

    assert [row[4] for row in written] == [f"Bài {number}" for number in range(8)]
    assert [row[13] for row in written] == [str(12 * number) for number in range(1, 9)]


def test_the_lines_are_those_of_the_page():
    """Recorded years after it happened, credit stands elsewhere in the order of recording than of happening."""
    learner, issuer = a_learner(), an_organization()
    a_reversal(an_award(learner=learner, issuer=issuer, now=NOW - timedelta(days=10)), hundredths=5)
    a_transfer(learner, organization=issuer)

    for excerpt in (Excerpt(), Excerpt(effective_on=NOW.date()), Excerpt(source="TRANSFER")):
        page = ledger.statement(learner, excerpt).lines
        assert list(ledger.lines(learner, excerpt)) == list(reversed(page))
        assert page


@pytest.mark.django_db(transaction=True)
def test_it_is_fetched_piece_by_piece_and_put_away_however_it_ends(learner_client, monkeypatch):
    monkeypatch.setattr(lines, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(statement_csv, "LINES_PER_PIECE", 1)
    learner, issuer = a_learner(), an_organization()
    for number in range(3):
        an_award(learner=learner, issuer=issuer, key=str(number))
    client = learner_client(learner)

    read = list(client.get(FILE).streaming_content)
    asked_for_its_head = client.head(FILE).getvalue()
    left = client.get(FILE)
    pieces = iter(left.streaming_content)
    beginning = [next(pieces), next(pieces)]

    assert [piece.count(b"\r\n") for piece in read] == [1, 1, 1, 1]
    assert asked_for_its_head == b""
    assert beginning == read[:2]
    assert kept_aside() == 1
    assert connection.in_atomic_block is False  # no transaction waits for whoever reads slowly
    left.close()
    assert kept_aside() == 0


def kept_aside() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django_curs%'")
        return cursor.fetchone()[0]
