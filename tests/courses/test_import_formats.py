"""The same courses out of every kind of file: what each reader makes of what others write."""

import json
from pathlib import Path

import pytest

from courses.importers import opening, table
from courses.importers.rows import CatalogRow, RefusedRow, UnreadableFile
from tests.factories.importing import a_tar, a_workbook, a_zip, an_olx, rows_of

HEADER = ["Mã học phần", "Tên học phần", "Số tín chỉ"]
COURSES = [["IT1010", "Tin học đại cương", 3], ["FL1010", "Tiếng Anh I", 1.5]]


def said(row: CatalogRow | RefusedRow) -> tuple[str, str, int | None]:
    assert isinstance(row, CatalogRow)
    return row.code, row.title_vi, row.notional_minutes


IN_MINUTES = [("IT1010", "Tin học đại cương", 9000), ("FL1010", "Tiếng Anh I", 4500)]


def test_a_workbook_with_a_title_above_its_header():
    content = a_workbook(("Khóa học", [["DANH SÁCH HỌC PHẦN"], [], HEADER, *COURSES]))

    rows = rows_of(content, "danh-muc.xlsx")

    assert [said(row) for row in rows] == IN_MINUTES
    assert [row.line for row in rows] == [4, 5]


def test_sheets_with_the_same_header_go_on_and_others_are_named():
    content = a_workbook(
        ("Kỳ 1", [HEADER, COURSES[0]]), ("Kỳ 2", [HEADER, [None, "Không mã", 2]]), ("Giảng viên", [["Họ tên"], ["Lan"]])
    )

    read = opening.open_table(content, name="x.xlsx")
    first, second = rows_of(content, "x.xlsx")

    assert said(first) == IN_MINUTES[0]
    assert isinstance(second, RefusedRow)
    assert (second.sheet, second.line, second.faults[0].column) == ("Kỳ 2", 2, "Mã học phần")
    assert "Giảng viên" in read.told


def test_numbers_dates_and_switches_of_a_workbook_are_read_as_a_person_sees_them():
    content = a_workbook(("A", [["code", "title", "hours", "tags"], [611, "Hàn", 2.5, True]]))

    (row,) = rows_of(content, "x.xlsx")

    assert said(row) == ("611", "Hàn", 150)
    assert row.tags == ("TRUE",)


def test_opendocument():
    cells = "".join(
        f"<table:table-cell office:value-type='string'><text:p>{cell}</text:p></table:table-cell>" for cell in HEADER
    )
    row = (
        "<table:table-cell office:value-type='string'><text:p>IT1010</text:p></table:table-cell>"
        "<table:table-cell office:value-type='string'><text:p>Tin học đại cương</text:p></table:table-cell>"
        "<table:table-cell office:value-type='float' office:value='3'><text:p>3</text:p></table:table-cell>"
    )
    content = (
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><office:spreadsheet>"
        f"<table:table table:name='A'><table:table-row>{cells}</table:table-row><table:table-row>{row}"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/></manifest:manifest>"
    )

    rows = rows_of(
        a_zip([("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest)]), "danh-muc.ods"
    )

    assert [said(row) for row in rows] == IN_MINUTES[:1]


COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "@id": "https://hoc.example.vn/han",
    "courseCode": "H1",
    "name": "Hàn &amp; cắt",
    "description": "<p>Hàn được mối thẳng.</p><script>alert(1)</script>",
    "inLanguage": ["vi-VN", "en"],
    "teaches": ["Chọn que hàn", {"@type": "DefinedTerm", "name": "Hàn góc"}],
    "offers": {"@type": "Offer", "price": "150000", "priceCurrency": "VND"},
    "hasCourseInstance": [{"@type": "CourseInstance", "courseMode": "Online", "courseWorkload": "PT22H"}],
}


def in_a_page(*described: object) -> str:
    scripts = "".join(
        f'<SCRIPT type="application/ld+json">{json.dumps(each).replace("<", chr(92) + "u003c")}</SCRIPT>'
        for each in described
    )
    return f"<!doctype html><title>Hàn</title><script>var x = '<';</script>{scripts}<p>Xin chào"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("han.json", json.dumps(COURSE)),
        ("han.json", json.dumps([COURSE])),
        ("han.json", json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "Organization"}, COURSE]})),
        ("han.html", in_a_page({"@type": "WebSite"}, COURSE)),
        ("han.html", in_a_page({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": COURSE}]})),
    ],
    ids=["alone", "list", "graph", "page", "list of items"],
)
def test_a_course_described_by_schema_org(name, text):
    (row,) = rows_of(text.encode(), name)

    assert isinstance(row, CatalogRow)
    assert (row.code, row.title_vi, row.notional_minutes) == ("H1", "Hàn &amp; cắt", 22 * 60)
    assert (row.summary_vi, row.languages, row.format) == ("Hàn được mối thẳng.", ("vi", "en"), "ONLINE")
    assert (row.outcomes_vi, row.cost_vnd) == (("Chọn que hàn", "Hàn góc"), 150_000)
    assert row.external_url == "https://hoc.example.vn/han"


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({"offers": {"price": 20, "priceCurrency": "USD"}}, None),
        ({"offers": {"price": 0, "priceCurrency": "USD"}}, 0),
        ({"offers": None, "isAccessibleForFree": True}, 0),
        ({"offers": None}, None),
    ],
    ids=["other money", "nothing", "said to be free", "not said"],
)
def test_a_price_in_other_money_is_no_price_and_not_free_either(changes, cost):
    (row,) = rows_of(json.dumps({**COURSE, **changes}).encode(), "han.json")

    assert row.cost_vnd == cost


def test_a_list_of_open_edx():
    answer = {
        "results": [
            {
                "course_id": "course-v1:HSD+Han1+2026",
                "name": "Hàn điện",
                "short_description": "<b>Hàn</b> được mối thẳng.",
                "blocks_url": "https://lms.example.vn/api/courses/v1/blocks/?course_id=x",
            }
        ],
        "pagination": {"next": None},
    }

    (row,) = rows_of(json.dumps(answer).encode(), "courses.json")

    assert isinstance(row, CatalogRow)
    assert (row.code, row.title_vi, row.summary_vi) == ("course-v1:HSD+Han1+2026", "Hàn điện", "Hàn được mối thẳng.")
    assert row.external_url == "https://lms.example.vn/courses/course-v1:HSD+Han1+2026/about"


def test_a_course_exported_from_open_edx():
    (row,) = rows_of(an_olx(short_description="<p>Mối hàn thẳng.</p>".encode(), effort=b"16 hours"), "han.tar.gz")

    assert isinstance(row, CatalogRow)
    assert (row.code, row.title_vi, row.summary_vi) == ("course-v1:HSD+Han1+2026", "Hàn điện", "Mối hàn thẳng.")
    assert (row.languages, row.notional_minutes, row.external_url) == (("vi",), 16 * 60, None)


def test_a_library_of_open_edx_is_no_course():
    with pytest.raises(UnreadableFile):
        opening.open_table(a_tar([("library/library.xml", b"<library/>")]), name="thu-vien.tar.gz")


def test_oneroster():
    courses = (
        "sourcedId,status,dateLastModified,title,courseCode,subjects\n"
        'c1,active,2026-01-01,Hàn điện,H1,"cơ khí,an toàn"\nc2,tobedeleted,2026-01-01,Cũ,H2,\nc3,active,,Tiện,,\n'
    )

    read = opening.open_table(a_zip([("manifest.csv", "x"), ("courses.csv", courses)]), name="roster.zip")

    assert [record.cells for record in read.records()] == [["H1", "Hàn điện", "cơ khí|an toàn"], ["c3", "Tiện", ""]]


def test_a_plain_list_in_json_with_its_inside_named_by_path():
    value = {"meta": {"count": 1}, "courses": [{"id": 7, "title": "Hàn", "price": {"vnd": 5}, "tags": ["a", "b"]}]}

    read = opening.open_table(json.dumps(value).encode(), name="courses.json")

    assert read.header == ("id", "title", "price.vnd", "tags")
    assert [record.cells for record in read.records()] == [["7", "Hàn", "5", "a|b"]]
    assert table.suggested(read.header) == ("code", "title_vi", None, "tags")


@pytest.mark.parametrize(
    "value",
    [
        [{"title": "A\ud800B", "hours": 1}],
        {"@type": "Course", "name": "A\ud800B", "description": "<p>A\udfffB</p>", "timeRequired": "PT1H"},
        {"results": [{"course_id": "course-v1:A+B+C", "name": "A\ud800B", "short_description": "\ud800"}]},
    ],
    ids=["plain", "described", "open edx"],
)
def test_half_a_letter_in_json_is_told_as_a_letter_that_was_lost(value):
    (row,) = rows_of(json.dumps(value).encode(), "x.json")

    assert isinstance(row, RefusedRow)
    assert "\ud800" not in row.faults[0].problem


def test_links_in_cells_of_json_become_a_column_of_their_own():
    value = [['<a href="https://hoc.example.vn/1?a=1&amp;b=2">Hàn <b>điện</b></a>', "Cơ khí"]]

    read = opening.open_table(json.dumps(value).encode(), name="courses.json")

    assert read.header == ("1", "1→", "2")
    assert [record.cells for record in read.records()] == [["Hàn điện", "https://hoc.example.vn/1?a=1&b=2", "Cơ khí"]]


def test_a_list_in_markdown():
    text = "### Index\n\n* [Hàn](#han)\n\n### Cơ khí\n\n* [Hàn \\| điện](https://hoc.example.vn/a_(b)) - Lan\n* không\n"

    (row,) = rows_of(text.encode(), "khoa-hoc.md")

    assert isinstance(row, CatalogRow)
    assert (row.code, row.title_vi, row.tags) == ("hoc.example.vn/a_(b)", "Hàn | điện", ("Cơ khí",))
    assert row.external_url == "https://hoc.example.vn/a_(b)"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Ngắn.", "Ngắn."),
        ("Câu một. " + "x" * 395, "Câu một."),
        ("Câu một. Câu hai. " + "chữ " * 200, "Câu một. Câu hai."),
        ("chữ " * 200, ("chữ " * 99).strip() + "…"),
    ],
    ids=["fits", "one sentence", "two sentences", "no sentence"],
)
def test_of_a_long_description_whole_sentences_are_taken(text, summary):
    (row,) = rows_of(f'code,title_vi,hours,description\nA,B,1,"{text}"\n'.encode(), "x.csv")

    assert row.summary_vi == summary
    assert len(summary) <= 400


def test_a_summary_goes_before_a_description_in_either_order():
    for header in ("summary,description", "description,summary"):
        cells = {"summary": "Ngắn.", "description": "Dài."}
        line = ",".join(cells[name] for name in header.split(","))
        (row,) = rows_of(f"code,title_vi,hours,{header}\nA,B,1,{line}\n".encode(), "x.csv")
        assert row.summary_vi == "Ngắn."


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "ftp://example.vn/", "//example.vn/", "https://", "https://a b.vn/", "http://localhost/",
        "https://a@example.vn/", "https://example.vn:abc/", 'https://example.vn/"onclick=x', "https://example.vn\\@x/",
        "data:text/html,x", "https://[::1/", "https://example.vn/\u202ex y", "https://e.vn/" + "a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(address):
    content = a_workbook(("A", [["code", "title_vi", "url"], ["A", "B", address]]))

    (row,) = rows_of(content, "x.xlsx")

    assert isinstance(row, RefusedRow)
    assert row.faults[0].column == "url"


def test_a_course_elsewhere_needs_neither_code_nor_hours():
    (row,) = rows_of(b"title_vi,url\nH,https://hoc.example.vn/han/\n", "x.csv")

    assert (row.code, row.notional_minutes, row.cost_vnd) == ("hoc.example.vn/han", None, None)


def test_long_addresses_that_begin_alike_stay_two_courses():
    one, two = (f"https://hoc.example.vn/{'a' * 120}{end}" for end in "xy")

    rows = rows_of(f"title_vi,url\nH,{one}\nH,{two}\n".encode(), "x.csv")

    assert len({row.code for row in rows}) == 2
    assert all(len(row.code) <= 120 for row in rows)


def test_the_best_name_wins_when_two_columns_could_be_one_of_ours():
    assert table.suggested(["id", "Mã học phần", "name", "title"]) == (None, "code", None, "title_vi")


def test_the_reader_of_workbooks_imports_nothing_of_the_portal():
    text = Path("courses/importers/spreadsheet_child.py").read_text(encoding="utf-8")

    assert not [line for line in text.splitlines() if line.startswith(("from courses", "import courses"))]
