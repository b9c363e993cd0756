"""Small catalogues as files have them, and what an import says of them."""

import io
import tarfile
import warnings
import zipfile
from collections.abc import Iterable
from datetime import datetime

import openpyxl

from courses.actions import import_file, import_job, import_work, importing
from courses.choices import Format
from courses.importers import opening, table
from courses.importers.rows import CatalogRow, RefusedRow
from courses.models import CourseVersion, ImportJob
from credits.choices import KindOfCredit
from learners.models import Learner, Organization
from tests.factories.people import NOW, an_organization

DEFAULTS = importing.Defaults(field_id="9999", kind_of_credit=KindOfCredit.COMMUNITY, format=Format.IN_PERSON)

HEADER = "code,title_vi,hours\n"
TWO_COURSES = HEADER + "IT1010,Tin học đại cương,150\nFL1010,Tiếng Anh I,75\n"


def counts(new: int = 0, changed: int = 0, unchanged: int = 0, refused: int = 0) -> str:
    rows = new + changed + unchanged + refused
    return f"Rows: {rows}. New: {new}. Changed: {changed}. Unchanged: {unchanged}. Refused: {refused}."


def the_version() -> CourseVersion:
    """Return the version made last of the only course."""
    return CourseVersion.objects.latest("number")


def a_workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """Return an .xlsx with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def a_zip(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes | str]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two entries of one name are what some tests want
        for name, content in entries:
            archive.writestr(name, content)
    return written.getvalue()


def a_tar(entries: Iterable[tuple[str | tarfile.TarInfo, bytes]], *, compressed: bool = True) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz" if compressed else "w") as archive:
        for entry, content in entries:
            info = entry if isinstance(entry, tarfile.TarInfo) else tarfile.TarInfo(entry)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return written.getvalue()


def an_olx(course_xml: bytes = b'<course url_name="2026" org="HSD" course="Han1"/>', **more: bytes) -> bytes:
    """Return an exported course of Open edX; ``more`` are files of ``about/`` by their names."""
    files = [
        ("course/course.xml", course_xml),
        ("course/course/2026.xml", "<course display_name='Hàn điện' language='vi'/>".encode()),
        *((f"course/about/{name}.html", content) for name, content in more.items()),
    ]
    return a_tar(files)


def rows_of(content: bytes, name: str) -> list[CatalogRow | RefusedRow]:
    """Return the rows of a file whose columns are taken as they are recognised."""
    read = opening.open_table(content, name=name)
    return list(table.Catalog(table=read, names=table.suggested(read.header)))


def a_job(
    *,
    content: bytes | str = TWO_COURSES,
    name: str = "danh-muc.csv",
    provider: Organization | None = None,
    actor: Learner | None = None,
    now: datetime = NOW,
) -> ImportJob:
    """Return a file just handed in, by a manager unless somebody else is named."""
    provider = provider or an_organization()
    return import_file.hand_in(
        provider=provider,
        actor=actor or provider.registered_by,
        name=name,
        content=content.encode() if isinstance(content, str) else content,
        now=now,
    )


def choices_for(job: ImportJob, **more: object) -> import_job.Choices:
    """Return the columns as they were recognised, and the usual defaults."""
    said = {"names": tuple(job.names), "defaults": DEFAULTS, **more}
    return import_job.Choices(**said)  # type: ignore[arg-type]


def tried(job: ImportJob, *, actor: Learner | None = None, now: datetime = NOW, **more: object) -> ImportJob:
    """Return the job after its dry run."""
    import_job.choose(job=job, actor=actor or job.created_by, choices=choices_for(job, **more))
    import_work.carry_out_waiting(now=now)
    job.refresh_from_db()
    return job


def imported(job: ImportJob, *, actor: Learner | None = None, now: datetime = NOW, **more: object) -> ImportJob:
    """Return the job after its courses came in."""
    job = tried(job, actor=actor, now=now, **more)
    import_job.start(job=job, actor=actor or job.created_by)
    import_work.carry_out_waiting(now=now)
    job.refresh_from_db()
    return job


def undone(job: ImportJob, *, actor: Learner | None = None, now: datetime = NOW) -> ImportJob:
    """Return the job after it was taken back."""
    import_job.undo(job=job, actor=actor or job.created_by, now=now)
    import_work.carry_out_waiting(now=now)
    job.refresh_from_db()
    return job
