"""Files made to do harm: each is refused in one sentence, quickly, and nothing is unpacked anywhere."""

import io
import json
import stat
import tarfile
import time
import zipfile

import pytest

from courses.importers import archive, json_ld, opening, spreadsheet
from courses.importers.rows import UnreadableFile
from courses.rules import ARCHIVE_ENTRIES_MAX, Limit
from tests.factories.importing import a_tar, a_workbook, a_zip, an_olx

SHEET = "xl/workbook.xml"
SECONDS_MAX = 20  # of the slowest, on a busy machine


def a_link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def a_symlink_in_a_zip() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("lien-ket")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def an_encrypted_zip() -> bytes:
    content = bytearray(a_zip([(SHEET, "x")]))
    content[6] |= 1
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def an_overlapped_zip() -> bytes:
    """Return a ZIP whose two entries are the same bytes."""
    content = bytearray(a_zip([(SHEET, "a" * 1000), ("hai", "b" * 1000)]))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[second + 42 : second + 46] = (1).to_bytes(4, "little")
    return bytes(content)


def a_sparse_workbook() -> bytes:
    """Return a workbook of a few kilobytes whose sheet has its last possible cell filled: 17 thousand million cells."""
    content = io.BytesIO(a_workbook(("A", [["code", "title_vi"], ["A", "B"]])))
    with zipfile.ZipFile(content) as before:
        entries = {name: before.read(name) for name in before.namelist()}
    sheet = entries["xl/worksheets/sheet1.xml"].decode()
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    entries["xl/worksheets/sheet1.xml"] = sheet.replace("</sheetData>", far).encode()
    return a_zip(entries.items())


def a_workbook_of_definitions() -> bytes:
    content = io.BytesIO(a_workbook(("A", [["code", "title_vi"], ["A", "B"]])))
    with zipfile.ZipFile(content) as before:
        entries = {name: before.read(name) for name in before.namelist()}
    bomb = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    sheet = entries["xl/worksheets/sheet1.xml"].decode()
    assert ">code<" in sheet
    sheet = sheet.replace("<worksheet", bomb + "<worksheet").replace(">code<", ">&b;<")
    entries["xl/worksheets/sheet1.xml"] = sheet.encode()
    return a_zip(entries.items())


LAUGHS = (
    b'<!DOCTYPE c [<!ENTITY a "lol">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(8)
    ) + b']><course org="&i;"/>'
)  # fmt: skip
OWN = b'<!DOCTYPE c [<!ENTITY a "2026">]><course url_name="&a;" org="HSD" course="Han1"/>'
XXE = b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><course org="A" url_name="b">&x;</course>'

HOSTILE = {
    "zip: parent": ("x.xlsx", lambda: a_zip([(SHEET, "x"), ("../../tmp/evil", "x")]), "trỏ ra ngoài"),
    "zip: parent, backslash": ("x.xlsx", lambda: a_zip([(SHEET, "x"), ("..\\evil", "x")]), "trỏ ra ngoài"),
    "zip: absolute": ("x.xlsx", lambda: a_zip([(SHEET, "x"), ("/etc/evil", "x")]), "trỏ ra ngoài"),
    "zip: drive": ("x.xlsx", lambda: a_zip([(SHEET, "x"), ("C:/evil", "x")]), "trỏ ra ngoài"),
    "zip: link": ("x.xlsx", lambda: a_zip([(SHEET, "x"), (a_symlink_in_a_zip(), "/etc/passwd")]), "là liên kết"),
    "zip: same name": ("x.xlsx", lambda: a_zip([(SHEET, "x"), (SHEET, "y")]), "hai tệp cùng tên"),
    "zip: same name but for case": ("x.xlsx", lambda: a_zip([(SHEET, "x"), (SHEET.upper(), "y")]), "hai tệp cùng tên"),
    "zip: many entries": (
        "x.xlsx",
        lambda: a_zip([(f"{n}", "") for n in range(ARCHIVE_ENTRIES_MAX.count_max + 1)]),
        "tệp.",
    ),
    "zip: encrypted": ("x.xlsx", an_encrypted_zip, "mật khẩu"),
    "zip: overlapped": ("x.xlsx", an_overlapped_zip, "chồng lên nhau"),
    "zip: cut off": ("x.xlsx", lambda: a_workbook(("A", [["code"]]))[:-40]),
    "zip: nothing of ours": ("x.zip", lambda: a_zip([("doc.txt", "x")])),
    "zip: no workbook inside": ("x.xlsx", lambda: a_zip([(SHEET, "x")])),
    "xlsx: last cell": ("x.xlsx", a_sparse_workbook),
    "tar: parent": ("x.tar.gz", lambda: a_tar([("../course/course.xml", b"<course/>")]), "trỏ ra ngoài"),
    "tar: absolute": ("x.tar.gz", lambda: a_tar([("/course/course.xml", b"<course/>")]), "trỏ ra ngoài"),
    "tar: link": ("x.tar.gz", lambda: a_tar([(a_link("course/course.xml", "/etc/passwd"), b"")]), "là liên kết"),
    "tar: hard link": (
        "x.tar.gz",
        lambda: a_tar([(a_link("course/a", "course/b", tarfile.LNKTYPE), b"")]),
        "là liên kết",
    ),
    "tar: device": ("x.tar.gz", lambda: a_tar([(a_link("course/a", "", tarfile.CHRTYPE), b"")]), "là liên kết"),
    "tar: cut off": ("x.tar.gz", lambda: an_olx()[:-30]),
    "tar: not one": ("x.tar.gz", lambda: b"\x1f\x8b" + b"x" * 500),
    "olx: definitions of its own": ("x.tar.gz", lambda: an_olx(OWN), "XML"),
    "olx: many laughs": ("x.tar.gz", lambda: an_olx(LAUGHS), "XML"),
    "olx: outside entity": ("x.tar.gz", lambda: an_olx(XXE), "XML"),
    "olx: broken": ("x.tar.gz", lambda: an_olx(b"<course"), "XML"),
    "json: deep": ("x.json", lambda: b"[" * 10_000 + b"]" * 10_000, "lồng vào nhau"),
    "json: deep, of a catalogue": ("x.json", lambda: b'[{"a":' * 90 + b"1" + b"}]" * 90, "lồng vào nhau"),
    "json: cut off": ("x.json", lambda: b'[{"title": "A"'),
    "json: no number": ("x.json", lambda: b'[{"title": NaN}]'),
    "json: a number of 10,000 digits": ("x.json", lambda: b'[{"title": ' + b"9" * 10_000 + b"}]"),
    "json: no list": ("x.json", lambda: b'{"a": {"b": 1}}'),
    "json: a thousand columns": ("x.json", lambda: json.dumps([{str(n): 1 for n in range(1000)}]).encode()),
    "html: nothing described": ("x.html", lambda: b"<!doctype html><p>Xin"),
    "html: broken description": ("x.html", lambda: b'<script type="application/ld+json">{"a"</script>'),
    "html: never closed": ("x.html", lambda: b"<script" * 100_000),
    "xml": ("x.xml", lambda: LAUGHS),
    "md: nothing listed": ("x.md", lambda: b"# A\n\nb\n"),
    "md: brackets": ("x.md", lambda: b"* [" + b"[" * 100_000 + b"\n" + b"* [a](" + b"(" * 100_000),
}


@pytest.mark.parametrize(("name", "made", "why"), [(*case, "")[:3] for case in HOSTILE.values()], ids=HOSTILE)
def test_it_is_refused_in_a_sentence(name, made, why, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = made()

    started = time.perf_counter()
    with pytest.raises(UnreadableFile) as refusal:
        list(opening.open_table(content, name=name).records())

    assert 10 < len(str(refusal.value)) < 400
    assert why in str(refusal.value)
    assert "root:" not in str(refusal.value)
    assert time.perf_counter() - started < SECONDS_MAX
    assert not list(tmp_path.iterdir())


def test_definitions_inside_a_workbook_are_not_unfolded():
    content = a_workbook_of_definitions()

    try:
        cells = [cell for record in opening.open_table(content, name="x.xlsx").records() for cell in record.cells]
    except UnreadableFile:
        cells = []

    assert not any("lollol" in cell for cell in cells)


@pytest.mark.parametrize(
    "made", [lambda: a_zip([(SHEET, "\0" * 2_000_000)]), lambda: an_olx(overview=b"\0" * 2_000_000)]
)
def test_what_unpacks_to_too_much_is_refused_while_it_unpacks(made, monkeypatch):
    monkeypatch.setattr(archive, "ARCHIVE_BYTES_MAX", Limit(name="", count_max=1_000_000, source=""))

    with pytest.raises(UnreadableFile, match="MB"):
        opening.open_table(made(), name="x")


def test_one_file_of_an_archive_may_not_be_larger_than_it_says(monkeypatch):
    monkeypatch.setattr(archive, "ARCHIVE_MEMBER_BYTES_MAX", Limit(name="", count_max=1000, source=""))
    content = a_zip([("courses.csv", "sourcedId,title\n" + "a,b\n" * 1000)])

    with pytest.raises(UnreadableFile):
        opening.open_table(content, name="roster.zip")


def test_a_reader_that_takes_too_much_memory_ends_alone(monkeypatch):
    monkeypatch.setattr(spreadsheet, "SPREADSHEET_MEMORY_BYTES_MAX", Limit(name="", count_max=1 << 20, source=""))

    with pytest.raises(UnreadableFile):
        opening.open_table(a_workbook(("A", [["code", "title_vi"], ["A", "B"]])), name="x.xlsx")


def seconds_of(scripts: int) -> float:
    """Return the shortest of three: what else the machine does only makes it longer."""
    page, took = "<script>" * scripts, []
    for _try in range(3):
        started = time.process_time()
        assert list(json_ld.scripts(page)) == []
        took.append(time.process_time() - started)
    return min(took)


def test_a_page_of_many_scripts_takes_no_longer_than_its_length():
    assert seconds_of(200_000) < 64 * seconds_of(12_500)  # 16 by its length; 256, were the rest read for each of them
