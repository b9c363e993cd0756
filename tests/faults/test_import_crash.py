"""An import and its undoing are all or nothing, whatever statement the worker dies at; whoever comes next ends it."""

import json
import threading

import pytest
from django.db import connection, transaction

from courses.actions import import_job, import_work
from courses.choices import ImportState
from courses.models import CatalogEntry, Course, CourseVersion, ImportedCourse, ImportJob
from courses.queries import import_progress
from learners.models import Organization
from tests.factories.importing import HEADER, TWO_COURSES, a_job, choices_for, imported, tried
from tests.factories.people import NOW, a_curator
from tests.faults import crash
from tests.faults.processes import HUNG_AFTER_SECONDS, Process, until

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 8_000
WORK = f"""
import django
django.setup()
from datetime import datetime
from courses.actions import import_job, import_progress, import_work
import_work.carry_out_waiting(now=datetime.fromisoformat({NOW.isoformat()!r}), on_progress=import_progress.note)
"""


def what_is_there() -> str:
    """Everything an import writes but the count of its attempts, which is meant to stay."""
    tables = (Course, CourseVersion, CatalogEntry, ImportedCourse)
    rows = [list(table.objects.order_by("pk").values_list("pk", flat=True)) for table in tables]
    jobs = list(ImportJob.objects.order_by("pk").values_list("pk", "state", "new", "undone"))
    archived = list(Course.objects.order_by("pk").values_list("archived_at", "import_key"))
    return json.dumps([rows, jobs, archived], default=str)


def work_on(job: ImportJob) -> None:
    import_work.work_on(key=job.pk, now=NOW, on_progress=lambda _job, _rows: None)


def test_an_import_that_publishes():
    curator = a_curator()
    job = tried(a_job(), actor=curator, publish=True)
    import_job.start(job=job, actor=curator)

    deaths = crash.assert_all_or_nothing(lambda: work_on(job), state=what_is_there)

    assert deaths > 20
    assert (Course.objects.count(), CatalogEntry.objects.count(), ImportedCourse.objects.count()) == (2, 2, 2)


def test_undoing_one():
    curator = a_curator()
    job = imported(a_job(), actor=curator, publish=True)
    changed = a_job(content=TWO_COURSES.replace("Tiếng Anh I", "Tiếng Anh 1"), provider=job.provider)
    changed = imported(changed, actor=curator, publish=True)
    import_job.undo(job=changed, actor=curator, now=NOW)

    crash.assert_all_or_nothing(lambda: work_on(changed), state=what_is_there)

    assert ImportJob.objects.get(pk=changed.pk).undone == 1
    assert CourseVersion.objects.filter(title_vi="Tiếng Anh I", state="PUBLISHED").exists()


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_ends_it():
    job = a_job(content=HEADER + "".join(f"A{number},Hàn điện {number},3\n" for number in range(ROWS)))
    import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))
    ImportJob.objects.update(state=ImportState.RUNNING)
    worker = Process("-c", WORK)
    try:
        job.state, job.attempts = ImportState.RUNNING, 1
        until(lambda: import_progress.rows_done(job) > 0)
    finally:
        worker.kill()

    assert not Course.objects.exists()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ImportState.RUNNING, 1)
    import_work.carry_out_waiting(now=NOW)

    job.refresh_from_db()
    assert (job.state, job.new) == (ImportState.DONE, ROWS)
    assert Course.objects.count() == ImportedCourse.objects.count() == ROWS


def test_two_workers_at_once_import_once():
    job = a_job(content=HEADER + "".join(f"A{number},Hàn điện {number},3\n" for number in range(ROWS)))
    import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))
    ImportJob.objects.update(state=ImportState.RUNNING)

    workers = [Process("-c", WORK), Process("-c", WORK)]
    try:
        until(lambda: ImportJob.objects.filter(state=ImportState.DONE).exists())
        codes = [worker.popen.wait(HUNG_AFTER_SECONDS) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()

    assert codes == [0, 0]
    assert Course.objects.count() == ROWS


def test_a_second_file_of_the_same_provider_waits_its_turn_and_uses_up_no_attempt():
    job = a_job()
    import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))
    locked, done = threading.Event(), threading.Event()

    def import_another() -> None:
        try:
            with transaction.atomic():
                Organization.objects.select_for_update(no_key=True).get(pk=job.provider_id)
                locked.set()
                done.wait(HUNG_AFTER_SECONDS)
        finally:
            connection.close()

    other = threading.Thread(target=import_another)
    other.start()
    try:
        locked.wait(HUNG_AFTER_SECONDS)
        assert import_work.carry_out_waiting(now=NOW) == 0
    finally:
        done.set()
        other.join()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ImportState.CHECKING, 0)

    assert import_work.carry_out_waiting(now=NOW) == 1
