"""What an import refuses, and how it says so: nothing is changed."""

import pytest
from django.core.management import CommandError, call_command

from courses.actions import catalog
from courses.importers import opening, table
from courses.importers.rows import UnreadableFile
from courses.models import Course, CourseVersion
from learners.choices import Role
from learners.models import Organization
from tests.factories.catalog import a_published_version
from tests.factories.importing import HEADER, TWO_COURSES, counts, the_version
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


def test_one_wrong_row_and_nothing_is_saved(import_text):
    said, complained = import_text(TWO_COURSES + "PE1010,Giáo dục thể chất A,0\n,Không mã,3\n")

    assert complained == (
        "Line 4, column hours: 0 is not enough: credit follows from the hours of study. "
        "Write the true hours or credits, or leave this row out.\n"
        "Line 5, column code: This cell is empty. Fill it in, or leave this row out.\n"
        "Rows: 4. New: 2. Changed: 0. Unchanged: 0. Refused: 2.\n"
        "Nothing was saved, because some rows are not right."
    )
    assert "New" not in said
    assert not Course.objects.exists()


def test_wrong_rows_are_left_out_when_asked(import_text):
    said, complained = import_text(TWO_COURSES + "PE1010,Giáo dục thể chất A,0\n", skip_bad_rows=True)

    assert counts(new=2, refused=1) in said
    assert complained.startswith("Line 4, column hours: ")
    assert Course.objects.count() == 2


def test_the_report_is_in_vietnamese_unless_asked_otherwise(import_text):
    _said, complained = import_text(HEADER + "PE1010,Giáo dục thể chất A,0\n", language="vi")

    assert complained.startswith("Dòng 2, cột hours: ")


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("code", "x" * 121, "at most 120 are allowed"),
        ("title_vi", "   ", "This cell is empty."),
        ("title_vi", "x" * 100_000, "has 100000 characters; at most 200"),
        ("title_vi", "Tin h\ufffdc", "has characters that"),
        ("title_vi", "\u200b\u202e\x00", "This cell is empty."),
        ("hours", "", "This cell is empty. Write the hours"),
        ("hours", "NaN", "is not a number above 0"),
        ("hours", "Infinity", "is not a number above 0"),
        ("hours", "1e9", "is not a number above 0"),
        ("hours", "-1", "is not a number above 0"),
        ("hours", "0x10", "is not a number above 0"),
        ("hours", "1_000", "is not a number above 0"),
        ("hours", "１００", "is not a number above 0"),
        ("hours", "٣", "is not a number above 0"),
        ("hours", "1.000,50", "is not a number above 0"),
        ("hours", "0", "0 is not enough"),
        ("hours", "0,3", "is too exact"),
        ("hours", "3001", "at most 3000 hours"),
        ("hours", "9" * 9, "at most 3000 hours"),
        ("hours", "9" * 5000, "is not a number above 0"),
        ("credits", "1.005", "is too exact"),
        ("credits", "2", "Hours and credits do not agree"),
        ("field", "0998", "There is no field of education “0998”. Write a code of ISCED-F 2013"),
        ("field", "611", "There is no field of education “611”. Write 0611"),
        ("field", "06115", "at most 4 are allowed"),
        ("kind_of_credit", "money", "“money” is not known here. Write one of: ACADEMIC, VOCATIONAL, COMMUNITY."),
        ("format", "onlin", "Write one of: ONLINE, IN_PERSON, BLENDED."),
        ("level", "9", "is not a level"),
        ("level", "ba", "is not a level"),
        ("language", "vi;xx", "“xx” is not known here"),
        ("cost_vnd", "12,5", "is not an amount in đồng"),
        ("cost_vnd", "-5", "is not an amount in đồng"),
        ("cost_vnd", "9999999999", "too much for a course"),
        ("cost_vnd", "1" + ".000" * 2000, "too much for a course"),
        ("outcomes_vi", "|".join("abcdefghi"), "at most 8 are allowed"),
        ("summary_vi", "x\x1b[31m" + "y" * 400, "“x[31myyy"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) and value.isprintable() else "…",
)
def test_a_wrong_cell_is_explained_and_refuses_the_file(import_text, column, cell, problem):
    cells = {"code": "A1", "title_vi": "Hàn điện", "hours": "3", column: cell}
    row = ";".join(f'"{value}"' for value in cells.values())

    _said, complained = import_text(f"{';'.join(cells)}\n{row}\n")

    assert complained.startswith(f"Line 2, column {column}: ")
    assert problem in complained
    assert "\x1b" not in complained
    assert len(complained) < 400
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (TWO_COURSES + "IT1010,Tin học,150\n", "Line 4, column code: “IT1010” stands on line 2 already."),
        (TWO_COURSES + HEADER, "Line 4: The header stands here once more."),
        (TWO_COURSES + "A1,Nấu ăn, may vá,3\n", "Line 4: The row has 4 cells where the file has 3 columns."),
        (TWO_COURSES + "A1\n", "Line 4, column title_vi: This cell is empty."),
        (TWO_COURSES + '\n\n"A1","dòng\nhai",0\n', "Line 6, column hours: 0 is not enough"),
    ],
    ids=["same code twice", "header twice", "more cells", "fewer cells", "line of a cell of two lines"],
)
def test_a_wrong_row_is_explained(import_text, text, complaint):
    _said, complained = import_text(text)

    assert complained.startswith(complaint)
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "catalogue.csv is empty."),
        (b"\n \n\n", "catalogue.csv is empty."),
        (HEADER.encode(), "The file has no rows below its header."),
        (b"PK\x03\x04rest of an .xlsx", "is damaged: its table of contents cannot be read"),
        (b"\xd0\xcf\x11\xe0rest of an .xls", "cannot be read: it is damaged, protected by a password"),
        (b"%PDF-1.7", "is PDF, which is not read."),
        (bytes(range(32)) * 200, "is not in UTF-8|is not a text file|columns are missing"),
        (b"\0" * 5000, "is not a text file"),
        (TWO_COURSES.encode("utf-8").replace("ọ".encode(), b"\xe4"), "is not in UTF-8: line 2 has the byte 0xE4."),
        (TWO_COURSES.encode("utf-8").decode("cp1252", "replace").encode(), "look like “áº¿” instead of “ế”"),
        (b"code,title_vi\nA1,B\n", "These columns are missing: hours / credits. The first line reads: code | title_vi"),
        (b"0,MI1010,Giai tich I,3\n", "These columns are missing: title_vi, hours / credits."),
        (b"code,title_vi,hours,ma\nA,B,1,C\n", "Two columns both mean “code”."),
        (b"code," * 10_000 + b"\n", "The file has 10001 columns; at most 200 are read."),
        (TWO_COURSES.encode() + b'A1,"never closed,3\nA2,B,3\n', "cannot be read from line 4 on: a quotation mark"),
        (TWO_COURSES.encode() + b'A1,"' + b"x" * 200_000 + b'",3\n', "cannot be read from line 4 on"),
        (b"just a sentence", "These columns are missing"),
    ],
    ids=[
        "empty", "blank lines", "only a header", "xlsx", "xls", "pdf", "binary", "zeros", "old encoding", "garbled",
        "missing column", "no header", "column twice", "10,000 columns", "open quote", "200 kB cell", "no table",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(import_text, content, complaint):
    _said, complained = import_text(content)

    assert any(part in complained for part in complaint.split("|"))
    assert "\n" not in complained
    assert len(complained) < 400
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("none.csv", "There is no file none.csv."), (".", "is not a file.")],
    ids=["missing", "folder"],
)
def test_what_is_no_file_is_refused(tmp_path, provider, curator, name, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command(
            "import_courses",
            str(tmp_path / name),
            provider=str(provider.public_id),
            by=curator.email,
            language="en",
        )


def test_too_many_rows_are_refused():
    read = opening.open_table((HEADER + "A,B,1\n" * 100_001).encode(), name="catalogue.csv")

    with pytest.raises(UnreadableFile, match=r"100000|100\.000"):
        list(table.by_header(read))


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ("code,name,hours", "There is no column “name”. The columns are: code, title_vi"),
        ("code,-,hours", "These columns are missing: title_vi."),
        ("code,title_vi,hours,hours", "Two columns both mean “hours”."),
    ],
    ids=["unknown", "missing", "twice"],
)
def test_columns_that_cannot_be_are_refused(import_text, columns, complaint):
    _said, complained = import_text("A1,Hàn,3\n", columns=columns)

    assert complained.startswith(complaint)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda version: catalog.submit(version=version, author=a_curator(), now=NOW, tell=False), "being reviewed"),
        (lambda version: Course.objects.filter(pk=version.course_id).update(archived_at=NOW), "has been archived"),
    ],
    ids=["in review", "archived"],
)
def test_a_course_that_is_not_to_be_touched_refuses_only_a_change(import_text, make, complaint):
    import_text(TWO_COURSES)
    make(CourseVersion.objects.get(course__import_key="IT1010"))

    said, _complained = import_text(TWO_COURSES)
    assert counts(unchanged=2) in said

    _said, complained = import_text(TWO_COURSES.replace("Tin học đại cương", "Tin học cơ sở"))
    assert complained.startswith("Line 2, column code: ")
    assert complaint in complained


def test_hours_that_no_longer_fit_the_modules_are_refused(import_text, provider):
    version = a_published_version(provider=provider, units=2, hours=6)
    Course.objects.filter(pk=version.course_id).update(import_source="catalog", import_key="A1")

    _said, complained = import_text(HEADER + "A1,Sơ cấp cứu,8\n")

    assert "This course has modules now" in complained
    assert the_version() == version


def a_manager_of(organization: Organization) -> str:
    manager = a_learner(email="manager@example.vn")
    a_membership(organization=organization, learner=manager, role=Role.MANAGER)
    return "manager@example.vn"


def a_curator_within(organization: Organization) -> str:
    a_membership(organization=organization, learner=a_curator(email="both@example.vn"), role=Role.VOLUNTEER)
    return "both@example.vn"


def a_stranger(_organization: Organization) -> str:
    return a_learner(email="stranger@example.vn").email or ""


@pytest.mark.parametrize(
    ("who", "options", "complaint"),
    [
        (a_manager_of, {}, ""),
        (a_curator_within, {}, ""),
        (a_manager_of, {"publish": True}, "Only a curator who does not belong to the organisation may publish"),
        (a_curator_within, {"publish": True}, "Only a curator who does not belong to the organisation may publish"),
        (a_stranger, {}, "Only a curator or a manager of the organisation may import"),
        (lambda _organization: "nobody@example.vn", {}, "Nobody signs in here with nobody@example.vn."),
        (a_manager_of, {"field": "0998"}, "There is no field of education “0998”."),
        (a_manager_of, {"provider": "Đại học Nào đó"}, "No organisation is called Đại học Nào đó."),
    ],
    ids=[
        "manager drafts", "curator within drafts", "manager publishes", "curator within publishes", "stranger",
        "nobody", "unknown field", "unknown provider",
    ],
)  # fmt: skip
def test_who_may_import(import_text, provider, who, options, complaint):
    _said, complained = import_text(TWO_COURSES, by=who(provider), **options)

    assert complained.startswith(complaint)
    assert Course.objects.count() == (0 if complaint else 2)


def test_only_a_verified_provider_is_published(import_text):
    unverified = an_organization(verified=False)

    _said, complained = import_text(TWO_COURSES, provider=str(unverified.public_id), publish=True)

    assert complained == "The organisation is not verified. Verify it first."
    assert not Course.objects.exists()
