"""The statement as a document: tagged, in two languages, with every letter of Vietnamese, and never markup."""

import unicodedata
from datetime import timedelta
from time import process_time

import pytest
from django.utils import translation

from credits.actions import seal
from credits.exports.statement_pdf import statement_pdf
from credits.queries import ledger as queries
from credits.queries.statement import Excerpt
from tests.factories.ledger import a_hold, a_reversal, an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
FILE = "/me/record.pdf"
VOWELS, TONES = "aăâeêioôơuưy", ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SMALL = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES) + "đ"
LETTERS = SMALL + SMALL.upper() + "₫"


def a_document(learner, excerpt=Excerpt(), **more):  # noqa: B008 -- frozen
    book = queries.statement(learner, excerpt)
    return Pdf(statement_pdf(book, learner=learner, about=[], now=NOW, **more))


def test_a_tagged_document_for_life():
    learner = a_learner(full_name="Lê Văn Hòa")
    an_award(learner=learner)

    document = a_document(learner)

    assert ("<pdfuaid:part>1<" in document.metadata, "<pdfaid:part>2<" in document.metadata) == (True, True)
    assert "<pdfaid:conformance>A<" in document.metadata
    assert document.is_tagged
    assert {"H1", "H2", "Table", "THead", "TH", "TD", "P"} <= document.tags
    assert "Sổ tín chỉ, Lê Văn Hòa, 21/11/2026" in document.metadata
    assert "<rdf:li>vi</rdf:li>" in document.metadata


def test_it_says_what_the_statement_says():
    learner = a_learner(full_name="Lê Văn Hòa")
    issuer = an_organization()
    first = an_award(learner=learner, issuer=issuer, now=NOW - timedelta(days=40), key="1")
    twice = an_award(learner=learner, issuer=issuer, now=NOW - timedelta(days=39), key="2")
    a_reversal(twice, reason="Ghi trùng ngày 24/10", now=NOW - timedelta(days=30))
    a_hold(learner, {first.pk: 5}, now=NOW)

    text = a_document(learner).text

    assert [
        word
        for word in (
            "Học Suốt Đời",
            "Lê Văn Hòa",
            str(learner.ledger_number),
            "Tháng 11 năm 2026",
            "Sơ cấp cứu tại nhà",
            "Ghi đảo: Sơ cấp cứu tại nhà",
            "Ghi trùng ngày 24/10",
            "Tạm giữ cho: Chứng chỉ Nông nghiệp",
            "Đã ghi đảo",
            "Đang tạm giữ",
            "−2,5",
            "0,07 tín chỉ, 3,5 giờ",
            queries.statement(learner).newest_hash,
        )
        if word not in text
    ] == []


def test_headings_are_bilingual_for_a_reader_of_english():
    learner = a_learner()
    an_award(learner=learner)

    with translation.override("en"):
        english = a_document(learner).text
    vietnamese = a_document(learner).text

    assert ("Sổ tín chỉ / Credit record" in english, "First aid at home" in english) == (True, True)
    assert ("Credit record" in vietnamese, "First aid at home" in vietnamese) == (False, False)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_letter_of_vietnamese_is_drawn(form):
    learner = a_learner()
    an_award(learner=learner, title_vi=unicodedata.normalize(form, LETTERS))

    text = a_document(learner).text

    assert len(set(SMALL + SMALL.upper()) - set("aeiouyAEIOUY")) == 134
    assert LETTERS in text.replace("\n", "").replace("\u200b", "")
    assert "[U+" not in text


def test_a_character_without_a_glyph_is_given_by_its_number():
    learner = a_learner(full_name="Trần 陳 Văn An")
    an_award(learner=learner, title_vi="Tiếng Khmer: ភាសាខ្មែរ \\u{41}")

    text = a_document(learner).text

    assert "Trần [U+9673] Văn An" in text
    assert "[U+1797]" in text
    assert "mã Unicode" in text


def test_what_somebody_typed_is_never_markup():
    learner = a_learner(full_name='#panic("x") *b* _i_ $1$ @a <b> [c] \\ "d" #sys.inputs')
    an_award(learner=learner, title_vi='#read("/etc/passwd") = Tiêu đề // không phải')

    text = a_document(learner).text.replace("\n", "")

    assert '#panic("x") *b* _i_ $1$ @a <b> [c] \\ "d" #sys.inputs' in text
    assert '#read("/etc/passwd") = Tiêu đề // không phải' in text


def test_the_seal_stands_below_the_check_value(learner_client, time_machine):
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    learner = a_learner()
    an_award(learner=learner)
    sealed = seal.seal(now=NOW + timedelta(days=1))
    an_award(learner=learner, now=NOW + timedelta(days=2))

    text = Pdf(learner_client(learner).get(FILE).content).text

    line = text[text.index("SHA-256") :].replace("\n", "")
    assert f"Niêm phong đến dòng 1 bằng dấu niêm số {sealed.number}" in line
    assert f"/ledger/seals/{sealed.number}/" in line


def test_an_empty_record_is_a_document_too():
    assert "0,00 tín chỉ" in a_document(a_learner()).text


def test_long_words_and_long_records_stay_on_the_sheet():
    learner, issuer = a_learner(full_name="Nguyễn " * 15), an_organization()
    for number in range(45):
        an_award(learner=learner, issuer=issuer, title_vi="d" * 200, key=str(number))

    document = a_document(learner)

    assert len(document.pages) > 1
    assert f"{len(document.pages)} / {len(document.pages)}" in document.text
    # A column is 85 mm wide: a word of 200 letters goes on in the next line.
    assert max(len(line) for line in document.text.splitlines() if set(line) <= {"d", "\u200b"}) < 70


def test_the_download(learner_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    learner, neighbour = a_learner(), a_learner()
    an_award(learner=learner, title_vi="Của tôi")
    an_award(learner=neighbour, title_vi="Của người khác")

    answer = learner_client(learner).get(FILE)

    text = Pdf(answer.content).text
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="so-tin-chi-2026-11-21-12m.pdf"'
    assert ("Của tôi" in text, "Của người khác" in text) == (True, False)


def test_the_download_honours_what_was_chosen(learner_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, title_vi="Sớm", now=NOW - timedelta(days=10), key="1")
    an_award(learner=learner, issuer=issuer, title_vi="Muộn", now=NOW, key="2")

    text = Pdf(
        learner_client(learner)
        .get(FILE, {"on_day": "12", "on_month": "11", "on_year": "2026", "period": "all"})
        .content
    ).text

    assert ("Sớm" in text, "Muộn" in text) == (True, False)
    assert "Sổ như đã ghi đến hết ngày 12/11/2026." in text


def test_a_stranger_signs_in_first(client):
    assert client.get(FILE).status_code == 302


def test_five_hundred_lines_take_less_than_three_seconds():
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)
    book = queries.statement(learner)
    long = queries.Statement(
        **{name: getattr(book, name) for name in book.__slots__} | {"lines": list(book.lines) * 500, "lines_count": 500}
    )

    started = process_time()
    statement_pdf(long, learner=learner, about=[], now=NOW)

    assert process_time() - started < 3
