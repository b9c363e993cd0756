"""The pages of importing: a manager without JavaScript hands a file in, looks, imports, undoes."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.actions import import_job, import_work
from courses.choices import ImportState
from courses.models import Course, CourseVersion, HarvestSource, ImportJob
from courses.rules import UPLOAD_BYTES_MAX
from tests.factories.importing import TWO_COURSES, a_job, a_workbook, imported, tried
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
DEFAULTS = {"field": "9999", "kind_of_credit": "COMMUNITY", "format": "IN_PERSON", "language": "vi"}
COLUMNS = {"column-0": "code", "column-1": "title_vi", "column-2": "hours"}


@pytest.fixture(autouse=True)
def at_noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def organization():
    return an_organization(name_vi="Trung tâm Học tập cộng đồng An Bình")


@pytest.fixture
def manager(client: Client, organization) -> Client:
    client.force_login(organization.registered_by)
    return client


def a_file(content: bytes | str = TWO_COURSES, name: str = "danh-muc.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def test_from_the_desk_to_courses_and_back(manager, organization):
    desk = manager.get(f"/organizations/{organization.public_id}/").content.decode()
    page = re.search(r'href="(/organizations/[^"]*/imports/)"', desk)[1]
    assert "Chưa nộp tệp nào." in manager.get(page).content.decode()

    content = a_workbook(("A", [["Mã học phần", "Tên học phần", "Số giờ"], ["A1", "Hàn", 3], ["A2", "Tiện", 4]]))
    job = manager.post(page, {"file": a_file(content, "khóa.xlsx")})["Location"]
    assert "Đang đọc" in manager.get(job).content.decode()
    import_work.carry_out_waiting(now=NOW)
    choosing = manager.get(job).content.decode()
    assert "khóa.xlsx" in choosing
    assert re.search(r'<option value="hours" selected>Số giờ học|<option value="hours" selected', choosing)
    assert "Ví dụ: Hàn · Tiện" in choosing

    assert manager.post(job, COLUMNS | DEFAULTS)["Location"] == job
    assert "Vài giây nữa sẽ bắt đầu." in manager.get(job).content.decode()
    import_work.carry_out_waiting(now=NOW)
    assert "Chưa ghi gì cả." in manager.get(job).content.decode()
    assert not Course.objects.exists()

    manager.post(job + "start/")
    import_work.carry_out_waiting(now=NOW)
    assert "Hoàn lại lần nhập này" in manager.get(job).content.decode()
    assert Course.objects.filter(archived_at__isnull=True).count() == 2

    manager.post(job + "undo/")
    import_work.carry_out_waiting(now=NOW)
    assert "Đã hoàn lại 2 chương trình." in manager.get(job).content.decode()
    assert not Course.objects.filter(archived_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "Bạn chưa chọn tệp."),
        (a_file(b""), "Tệp này trống."),
        (a_file(b"%PDF-1.7"), "loại này không đọc được"),
        (a_file("x" * (UPLOAD_BYTES_MAX.count_max + 1)), "Tệp nặng hơn 16 MB."),
    ],
    ids=["none", "empty", "pdf", "large"],
)
def test_a_file_that_is_not_taken_is_explained_at_its_field(manager, organization, file, said):
    answer = manager.post(f"/organizations/{organization.public_id}/imports/", {"file": file} if file else {})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert 'aria-describedby="id_file_hint id_file_error"' in page
    assert not ImportJob.objects.exists()


def test_a_workbook_that_cannot_be_read_is_explained_and_leads_to_another_file(manager, organization):
    page = f"/organizations/{organization.public_id}/imports/"
    job = manager.post(page, {"file": a_file(b"PK\x03\x04 and nothing more", "hong.xlsx")})["Location"]

    import_work.carry_out_waiting(now=NOW)

    shown = manager.get(job).content.decode()
    assert "hong.xlsx" in shown
    assert ImportJob.objects.get().problem in html.unescape(shown)
    assert f'<a class="btn" href="{page}">Nộp tệp khác</a>' in shown
    assert "<select" not in shown.partition("<main")[2]


def test_columns_that_cannot_be_are_explained_and_stay_chosen(manager, organization):
    job = a_job(provider=organization)

    answer = manager.post(_page(job), COLUMNS | DEFAULTS | {"column-1": "code", "hours": "ba"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Ghi số giờ bằng số" in page or "số giờ" in page
    assert page.count('<option value="code" selected>') == 2

    answer = manager.post(_page(job), COLUMNS | DEFAULTS | {"column-1": "code"})
    assert "Còn thiếu cột" in answer.content.decode() or "thiếu" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == ImportState.MAPPING


def _page(job: ImportJob) -> str:
    return f"/organizations/{job.provider.public_id}/imports/{job.public_id}/"


def test_wrong_rows_are_listed_and_can_be_taken_away_as_a_table(manager, organization):
    job = tried(a_job(content=TWO_COURSES + "PE1010,Thể chất,0\n", provider=organization))

    page = manager.get(_page(job)).content.decode()
    assert "dòng 4" in page
    assert "Có dòng chưa đúng nên chưa nhập được." in page
    table = manager.get(_page(job) + "faults/")

    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert table["Content-Disposition"] == 'attachment; filename="faults-2026-11-21.csv"'
    assert "PE1010" not in table.content.decode()
    assert '"hours"' in table.content.decode()


def test_starting_before_a_try_says_what_to_do_first(manager, organization):
    job = a_job(provider=organization)

    answer = manager.post(_page(job) + "start/", follow=True)

    assert "Hãy chạy thử tệp này trước" in answer.content.decode()
    assert not Course.objects.exists()


def test_publishing_is_offered_to_curators_from_outside_only(client, organization):
    job, curator = a_job(provider=organization), a_curator()
    client.force_login(organization.registered_by)
    assert 'name="publish"' not in client.get(_page(job)).content.decode()
    client.post(_page(job), COLUMNS | DEFAULTS | {"publish": "on"})
    import_work.carry_out_waiting(now=NOW)
    job.refresh_from_db()
    assert (job.state, job.publish) == (ImportState.CHECKED, False)

    client.force_login(curator)
    assert 'name="publish"' in client.get(_page(job)).content.decode()
    client.post(_page(job), COLUMNS | DEFAULTS | {"publish": "on"})

    job.refresh_from_db()
    assert job.publish is True


@pytest.mark.parametrize("path", ["", "start/", "undo/", "drop/", "faults/"])
def test_anothers_import_is_as_if_it_did_not_exist(client, organization, path):
    job = a_job(provider=organization)
    other = an_organization()
    client.force_login(other.registered_by)
    method = client.get if path in {"", "faults/"} else client.post

    assert method(_page(job) + path).status_code == 404
    assert method(f"/organizations/{other.public_id}/imports/{job.public_id}/{path}").status_code == 404


def test_an_address_is_added_and_stopped(manager, organization):
    page = f"/organizations/{organization.public_id}/harvest/new/"
    assert (
        "javascript:x" in manager.post(page, DEFAULTS | {"address": "javascript:x", "period": "DAILY"}).content.decode()
    )

    manager.post(page, DEFAULTS | {"address": "https://hoc.example.vn/", "period": "WEEKLY"})
    source = HarvestSource.objects.get()
    assert (
        "https://hoc.example.vn/" in manager.get(f"/organizations/{organization.public_id}/imports/").content.decode()
    )
    manager.post(f"/organizations/{organization.public_id}/harvest/{source.public_id}/stop/")

    source.refresh_from_db()
    assert source.stopped_at is not None
    assert manager.post(f"/organizations/{organization.public_id}/harvest/{source.public_id}/stop/").status_code == 404


def test_duplicates_are_shown_to_curators_and_to_nobody_else(client, organization):
    content = (
        "code,title_vi,url\nA,Hàn điện,https://a.example.vn/\nB,hàn  ĐIỆN,https://b.example.vn/\n"
        "C,Tiện,https://c.example.vn/\nD,Phay,https://c.example.vn/\n"
    )
    imported(a_job(content=content, provider=organization), actor=a_curator(), publish=True)
    client.force_login(organization.registered_by)
    assert client.get("/courses/duplicates/").status_code == 404

    client.force_login(a_curator())
    page = client.get("/courses/duplicates/").content.decode()

    assert page.count('<section class="card stack">') == 2
    assert "https://c.example.vn/" in page
    assert "Phay" in page


def test_the_pages_of_importing_ask_a_constant_number_of_questions(
    manager, organization, django_assert_max_num_queries
):
    for _number in range(8):
        import_job.drop(job=a_job(provider=organization), actor=organization.registered_by)
    job = tried(a_job(content="code,title_vi,hours\n" + "x,,0\n" * 200, provider=organization))

    with django_assert_max_num_queries(12):
        manager.get(f"/organizations/{organization.public_id}/imports/")
    with django_assert_max_num_queries(12):
        manager.get(_page(job))


def test_a_body_that_is_far_too_large_is_not_even_stored(manager, organization):
    answer = manager.post(
        f"/organizations/{organization.public_id}/imports/",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(3 << 30),
    )

    assert answer.status_code == 413
    assert not CourseVersion.objects.exists()
