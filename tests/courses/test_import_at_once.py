"""Two people import the same catalogue at the same moment; one goes on while a worker reads another's workbook."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from courses.actions import import_file, import_work, importing
from courses.choices import Format, ImportState
from courses.importers import opening
from courses.importers.rows import CatalogRow
from courses.models import Course, CourseVersion, ImportJob
from credits.choices import KindOfCredit
from tests.factories.importing import a_job, a_workbook
from tests.factories.people import NOW, a_curator, an_organization
from tests.faults.together import together

DEFAULTS = importing.Defaults(field_id="9999", kind_of_credit=KindOfCredit.ACADEMIC, format=Format.IN_PERSON)
ROWS = 50


@pytest.mark.django_db(transaction=True)
def test_the_second_import_waits_and_changes_nothing():
    provider, curator = an_organization(), a_curator()
    first_has_looked, second_has_begun = threading.Event(), threading.Event()
    reports: dict[str, importing.Report] = {}

    def rows(before_the_last: threading.Event | None) -> Iterator[CatalogRow]:
        for number in range(ROWS):
            if number == ROWS - 1 and before_the_last:
                first_has_looked.set()  # the provider is locked by now: rows are read under its lock
                before_the_last.wait(timeout=10)
            yield CatalogRow(line=number, code=f"A{number}", title_vi=f"Hàn điện {number}", notional_minutes=180)

    def run(name: str, waits_for: threading.Event | None) -> None:
        try:
            reports[name] = importing.import_catalog(
                provider=provider, rows=rows(waits_for), actor=curator, defaults=DEFAULTS, now=NOW
            )
        finally:
            connection.close()

    def run_second() -> None:
        first_has_looked.wait(timeout=10)
        second_has_begun.set()
        run("second", None)

    threads = [threading.Thread(target=run, args=("first", second_has_begun)), threading.Thread(target=run_second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert (reports["first"].new, reports["second"].new, reports["second"].unchanged) == (ROWS, 0, ROWS)
    assert Course.objects.count() == CourseVersion.objects.count() == ROWS


@pytest.mark.django_db(transaction=True)
def test_while_a_workbook_is_read_others_go_on_and_nobody_reads_it_too(monkeypatch):
    workbook = a_workbook(("A", [["Mã", "Tên học phần", "Số giờ"], ["A1", "Hàn", 3]]))
    job = a_job(content=workbook, name="khoa.xlsx")
    read, meanwhile = opening.open_table, []

    def open_table(content: bytes, *, name: str) -> object:
        if name == job.file_name and not meanwhile:
            meanwhile.append(None)
            meanwhile[:] = together(
                lambda: a_job(provider=job.provider, actor=job.created_by, name="khac.csv").state,
                lambda: import_work.carry_out_waiting(now=NOW),
            )
        return read(content, name=name)

    monkeypatch.setattr(import_file.opening, "open_table", open_table)
    import_work.carry_out_waiting(now=NOW)

    assert meanwhile == [ImportState.MAPPING, 0]
    job = ImportJob.objects.get(pk=job.pk)
    assert (job.state, job.attempts) == (ImportState.MAPPING, 1)
