"""Open data: the files and the dictionary are of one definition, hold public rows only, and no formula leaves."""

import csv
import io
import json
import tracemalloc
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.exports.open_data import DATASETS, as_csv
from courses.models import CourseRun, Field
from courses.queries import open_data
from learners.actions import organization
from learners.choices import OrganizationStatus
from learners.models import Organization
from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
ROWS = 100  # of a part
MOVED = ["31120", "31120"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "a\n=1", "a;=cmd|' /C calc'!A0", "＝1+1"]


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def table(client, name: str) -> list[dict[str, str]]:
    answer = client.get(f"/data/{name}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def objects(client, name: str) -> dict:
    answer = client.get(f"/data/{name}.json")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return json.loads(b"".join(answer.streaming_content))


def test_a_course_as_a_line(client):
    version = a_published_version(
        title_vi="Sơ cấp cứu",
        title_en="First aid",
        hours=20,
        cost_vnd=150_000,
        accessibility=("wheelchair", "captions"),
    )
    a_draft(title_vi="Chưa ai thấy")

    (line,) = table(client, "courses")

    provider = version.course.provider
    assert line == {
        "course": str(version.course_id),
        "version": "1",
        "address": f"http://localhost/courses/{version.course_id}/",
        "title_vi": "Sơ cấp cứu",
        "title_en": "First aid",
        "summary_vi": "Biết làm gì trong mười phút đầu.",
        "summary_en": "Know what to do in the first ten minutes.",
        "provider": provider.name_vi,
        "provider_number": str(provider.public_id),
        "commune_code": NINH_KIEU,
        "commune": "Ninh Kiều",
        "province_code": "92",
        "field_code": "0611",
        "field": version.field.name_vi,
        "skills": "",
        "level": "",
        "format": "IN_PERSON",
        "languages": "vi",
        "notional_minutes": "1200",
        "credit_hundredths": "40",
        "kind_of_credit": "COMMUNITY",
        "cost_vnd": "150000",
        "accessibility": "wheelchair captions",
        "licence": "",
        "published_on": "2026-11-21",
    }


def test_json_says_the_same_with_its_licence(client):
    version = a_published_version(title_vi="Sơ cấp cứu", accessibility=("wheelchair", "captions"))

    file = objects(client, "courses")

    assert file["licence"] == "CC BY 4.0"
    (course,) = file["courses"]
    assert (course["course"], course["title_vi"]) == (version.course_id, "Sơ cấp cứu")
    assert course["accessibility"] == ["wheelchair", "captions"]
    assert course["level"] is None


def test_a_run_as_a_line_counts_nobody(client):
    run = a_published_run(seats=20)
    enrolled(a_learner(full_name="Lê Văn Hòa"), run)
    over = a_published_run(starts_at=NOW - timedelta(days=29))
    cancelled = a_published_run()
    CourseRun.objects.filter(pk=cancelled.pk).update(cancelled_at=NOW)

    (line,) = table(client, "runs")

    assert (line["run"], line["starts_on"], line["ends_on"], line["seats"]) == (
        str(run.pk),
        "2026-11-24",
        "2026-12-08",
        "20",
    )
    assert (line["venue"], line["commune_code"]) == ("Nhà văn hóa phường Ninh Kiều", NINH_KIEU)
    assert not {"seats_held", "seats_left", "learners"} & set(line)
    assert over.pk != run.pk


def test_the_register_says_who_verified_whom_until_when(client):
    organization = an_organization(name_vi="Trạm Y tế phường An Bình", opening_hours_vi="7:30–17:00")
    an_organization(verified=False, name_vi="Chưa xác minh")
    suspended = an_organization(name_vi="Tạm dừng")
    Organization.objects.filter(pk=suspended.pk).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=NOW, suspended_by=a_curator()
    )

    (line,) = table(client, "organizations")

    assert line["number"] == str(organization.public_id)
    assert line["page"] == f"http://localhost/providers/{organization.pk}/"
    assert (line["opening_hours_vi"], line["registered_on"]) == ("7:30–17:00", "2026-11-21")
    assert (line["verified_on"], line["verified_until"]) == ("2026-11-21", "2128-11-21")
    assert line["verified_by"] == "Phạm Thu Hà"
    assert organization.registered_by.full_name not in str(line)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_leaves(client, formula):
    provider = an_organization(
        name_vi=formula, name_en=formula, address=formula, phone=formula[:20], opening_hours_vi=formula
    )
    version = a_published_version(
        provider=provider, title_vi=formula, title_en=formula, summary_vi=formula, summary_en=formula, licence=formula
    )
    run = a_published_run(version=version)
    CourseRun.objects.filter(pk=run.pk).update(venue=formula)

    for name in DATASETS:
        (line,) = table(client, name)
        book = openpyxl.Workbook()
        book.active.append(list(line.values()))
        kept = io.BytesIO()
        book.save(kept)
        cells = next(openpyxl.load_workbook(kept).active.iter_rows())
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}  # texts and numbers; a formula is "f"
        assert not [value for value in line.values() if value.strip().startswith(("=", "+", "-", "@", "＝"))]
        assert not [value for value in line.values() if "\n=" in value or ";=" in value]


def test_what_looks_like_a_number_is_one(client):
    a_published_version(cost_vnd=0)

    text = b"".join(client.get("/data/courses.csv").streaming_content).decode("utf-8-sig")

    first = text.split("\r\n")[1]
    assert first.startswith(tuple("123456789"))  # no quotes around the number of the course
    assert ',"Sơ cấp cứu' in first


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_dictionary_describes_every_column_of_every_file(client, language):
    a_published_run()
    page = client.get(f"{language}/data/").content.decode().replace("<wbr>", "")

    for name, dataset in DATASETS.items():
        assert list(table(client, name)[0]) == [column.name for column in dataset.columns]
        assert list(objects(client, name)[name][0]) == [column.name for column in dataset.columns]
        for column in dataset.columns:
            assert f"<code>{column.name}</code>" in page
        assert f"/data/{name}.csv" in page
        assert f"/data/{name}.json" in page


@pytest.mark.parametrize("name", list(DATASETS))
@pytest.mark.parametrize("form", ["csv", "json"])
def test_who_has_it_is_told_so(client, name, form):
    a_published_run()
    first = client.get(f"/data/{name}.{form}")

    again = client.get(f"/data/{name}.{form}", headers={"if-none-match": first["ETag"]})
    a_published_run(version=a_published_version())
    changed = client.get(f"/data/{name}.{form}", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, changed.status_code) == (304, 200)
    assert first["Last-Modified"] == "Sat, 21 Nov 2026 03:00:00 GMT"
    assert first["Access-Control-Allow-Origin"] == "*"


def test_an_empty_portal_has_whole_files(client):
    for name in DATASETS:
        assert table(client, name) == []
        assert objects(client, name)[name] == []


@pytest.mark.parametrize("name", ["learners", "enrollments", "x"])
def test_there_is_nothing_else(client, name):
    assert client.get(f"/data/{name}.csv").status_code == 404
    assert client.get(f"/data/{name}.json").status_code == 404


def test_a_file_is_read_in_parts_and_a_part_that_says_the_same_is_not_read_again(client, monkeypatch):
    provider = an_organization()
    versions = [a_published_version(provider=provider) for _ in range(5)]
    monkeypatch.setattr(open_data, "ROWS_PER_BATCH", 2)
    parts = len({version.course_id // 2 for version in versions})

    with CaptureQueriesContext(connection) as first:
        lines = table(client, "courses")
    with CaptureQueriesContext(connection) as again:
        same = table(client, "courses")

    assert [line["course"] for line in lines] == [str(version.course_id) for version in versions]
    assert len(first) == 2 + 2 * parts  # which edition; which parts; each of them with its skills
    assert (same, len(again)) == (lines, 2)


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        (lambda provider: Organization.objects.filter(pk=provider.pk).update(name_vi="B"), "provider", ["B", "B"]),
        (lambda provider: Organization.objects.filter(pk=provider.pk).update(place="31120"), "commune_code", MOVED),
        (lambda _provider: Field.objects.update(name_vi="Ngành mới"), "field", ["Ngành mới", "Ngành mới"]),
        (lambda provider: organization.suspend(organization=provider, curator=a_curator(), now=NOW), "provider", []),
        (
            lambda provider: provider.courses.filter(pk=provider.courses.latest("pk").pk).update(archived_at=NOW),
            "provider",
            ["A"],
        ),
    ],
    ids=["renamed", "moved", "field renamed", "suspended", "archived"],
)
def test_a_kept_part_is_written_anew_when_it_would_say_something_else(client, form, change, column, said):
    provider = an_organization(name_vi="A")
    for _ in range(2):
        a_published_version(provider=provider)
    rows = {"csv": lambda: table(client, "courses"), "json": lambda: objects(client, "courses")["courses"]}[form]
    assert [row["provider"] for row in rows()] == ["A", "A"]

    change(provider)

    assert [row[column] for row in rows()] == said


def test_memory_does_not_grow_with_the_rows(monkeypatch):
    """Twenty times the rows, written in batches: less than twice the memory at any moment."""
    version = a_published_version()
    dataset = DATASETS["courses"]
    published = open_data.catalog.published().filter(pk=version.pk)

    def peak(copies: int) -> int:
        row = published.get()
        part = open_data.Part(number=0, mark="", rows=lambda: [row] * ROWS)
        monkeypatch.setattr(open_data, "course_parts", lambda: (part for _ in range(copies // ROWS)))
        tracemalloc.start()
        size = sum(len(part) for part in as_csv(dataset, now=NOW))
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 200 * copies
        return highest

    assert peak(10_000) < 2 * peak(500)
