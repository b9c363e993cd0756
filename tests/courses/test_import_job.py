"""A file handed in, its columns chosen, tried and imported; a page asks, a worker does."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from courses.actions import import_file, import_job, import_work
from courses.choices import ImportState, VersionState
from courses.exports import import_faults
from courses.models import Course, CourseVersion, ImportedCourse, ImportFault, ImportFile, ImportJob, SearchTerm
from courses.queries import import_progress
from courses.rules import IMPORT_ATTEMPTS_MAX, IMPORTS_A_DAY_MAX, IMPORTS_WAITING_MAX
from learners.choices import Role
from tests.factories.importing import HEADER, TWO_COURSES, a_job, a_workbook, choices_for, imported, tried
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
ONE_WRONG = TWO_COURSES + "PE1010,Giáo dục thể chất A,0\n"


def test_handing_in_reads_the_file_and_saves_no_course():
    job = a_job()

    assert job.state == ImportState.MAPPING
    assert (job.header, job.names) == (["code", "title_vi", "hours"], ["code", "title_vi", "hours"])
    assert job.samples == [["IT1010", "Tin học đại cương", "150"], ["FL1010", "Tiếng Anh I", "75"]]
    assert not Course.objects.exists()


def test_a_workbook_is_read_by_a_worker():
    job = a_job(content=a_workbook(("A", [["Mã", "Tên học phần", "Số giờ"], ["A1", "Hàn", 3]])), name="khoa.xlsx")
    assert (job.state, job.header, job.is_waiting_for_a_worker) == (ImportState.READING, [], True)
    with pytest.raises(import_job.NotNow):
        import_job.choose(job=job, actor=job.created_by, choices=choices_for(job, names=()))

    import_work.carry_out_waiting(now=NOW)

    job.refresh_from_db()
    assert (job.state, job.names) == (ImportState.MAPPING, ["code", "title_vi", "hours"])
    assert job.samples == [["A1", "Hàn", "3"]]
    assert imported(job).new == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 and nothing more", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"])
def test_a_workbook_nobody_can_read_is_refused_by_the_worker_and_deleted(content):
    job = a_job(content=content, name="hong.xlsx")

    import_work.carry_out_waiting(now=NOW)

    job.refresh_from_db()
    assert (job.state, bool(job.problem)) == (ImportState.FAILED, True)
    assert not ImportFile.objects.exists()
    with pytest.raises(import_job.NotNow):
        import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))


def test_published_courses_are_suggested_as_soon_as_their_import_is_done():
    provider = an_organization()
    imported(a_job(content=HEADER + "A1,Nhuộm chàm,3\n", provider=provider, actor=a_curator()), publish=True)

    assert SearchTerm.objects.filter(kind="WORD", text_vi="chàm").exists()


def test_a_try_counts_and_saves_no_course():
    job = tried(a_job())

    assert (job.state, job.rows, job.new, job.refused) == (ImportState.CHECKED, 2, 2, 0)
    assert job.done_at is None
    assert not Course.objects.exists()
    assert not ImportedCourse.objects.exists()


def test_an_import_saves_drafts_and_what_became_of_each():
    job = imported(a_job())

    assert (job.state, job.new, job.done_at, job.done_by) == (ImportState.DONE, 2, NOW, job.created_by)
    assert {version.state for version in CourseVersion.objects.all()} == {VersionState.DRAFT}
    assert list(job.courses.values_list("outcome", flat=True)) == ["NEW", "NEW"]


def test_the_same_file_again_changes_nothing():
    job = imported(a_job())

    again = imported(a_job(provider=job.provider))

    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert Course.objects.count() == 2


def test_asking_twice_is_asking_once():
    job = tried(a_job())

    import_job.start(job=job, actor=job.created_by)
    import_job.start(job=job, actor=job.created_by)
    assert import_work.carry_out_waiting(now=NOW) == 1
    assert import_work.carry_out_waiting(now=NOW) == 0
    import_job.start(job=job, actor=job.created_by)

    job.refresh_from_db()
    assert job.state == ImportState.DONE
    assert Course.objects.count() == 2


def test_the_same_page_sent_twice_is_one_import():
    organization, key = an_organization(), "0b2f7f0e-6f4f-4c57-9d59-3c2f6a2b7f10"
    said = {
        "provider": organization,
        "actor": organization.registered_by,
        "name": "a.csv",
        "content": TWO_COURSES.encode(),
        "now": NOW,
        "creation_key": key,
    }

    assert import_file.hand_in(**said) == import_file.hand_in(**said)

    assert ImportJob.objects.count() == 1


def test_one_wrong_row_keeps_the_file_out_until_it_is_left_out():
    job = tried(a_job(content=ONE_WRONG))
    assert (job.state, job.refused, job.faults_count) == (ImportState.CHECKED, 1, 1)
    with pytest.raises(import_job.NotNow):
        import_job.start(job=job, actor=job.created_by)
    assert not Course.objects.exists()

    job = imported(job, skip_refused=True)

    assert (job.state, job.new, job.refused) == (ImportState.DONE, 2, 1)
    fault = job.faults.get()
    assert (fault.line, fault.column) == (4, "hours")
    assert Course.objects.count() == 2


def test_columns_are_chosen_by_hand():
    job = a_job(content="a,b,c,d\nx,IT1010,Tin học,3\n")
    assert job.names == [None, None, None, None]

    job = imported(job, names=(None, "code", "title_vi", "credits"))

    assert CourseVersion.objects.get().title_vi == "Tin học"
    assert CourseVersion.objects.get().credit_hundredths == 300


@pytest.mark.parametrize(
    "names",
    [
        ("code", "code", "hours"),
        ("code", None, "hours"),
        ("code", "title_vi", None),
        ("code", "title_vi"),
        ("code", "title_vi", "is_staff"),
    ],
    ids=["twice", "no title", "no hours", "too few", "no column of ours"],
)
def test_columns_that_cannot_be_are_refused(names):
    job = a_job()

    with pytest.raises(import_job.BadColumns):
        import_job.choose(job=job, actor=job.created_by, choices=choices_for(job, names=names))

    job.refresh_from_db()
    assert job.state == ImportState.MAPPING


def test_hours_for_rows_without_hours_are_a_persons_choice():
    defaults = choices_for(a_job()).defaults
    job = a_job(content="code,title_vi\nA1,Hàn\n")

    job = imported(job, defaults=type(defaults)(**{**_values(defaults), "notional_minutes": 600}))

    assert CourseVersion.objects.get().notional_minutes == 600


def _values(defaults):
    return {name: getattr(defaults, name) for name in defaults.__slots__}


def test_only_a_curator_from_outside_publishes():
    job = a_job()
    with pytest.raises(import_file.NotYours):
        import_job.choose(job=job, actor=job.created_by, choices=choices_for(job, publish=True))

    curator = a_curator()
    job = imported(job, actor=curator, publish=True)

    assert (job.state, job.done_by) == (ImportState.DONE, curator)
    assert {version.state for version in CourseVersion.objects.all()} == {VersionState.PUBLISHED}


def test_a_right_that_was_lost_since_stops_the_worker():
    job = a_job()
    import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))
    job.provider.memberships.filter(learner=job.created_by).update(ended_at=NOW)

    import_work.carry_out_waiting(now=NOW)

    job.refresh_from_db()
    assert job.state == ImportState.FAILED
    assert job.problem


@pytest.mark.parametrize("role", [None, Role.INSTRUCTOR, Role.VOLUNTEER])
def test_others_hand_nothing_in(role):
    organization, somebody = an_organization(), a_learner()
    if role:
        a_membership(organization=organization, learner=somebody, role=role)

    with pytest.raises(import_file.NotYours):
        a_job(provider=organization, actor=somebody)

    assert not ImportJob.objects.exists()


def test_a_manager_of_another_organization_gets_nowhere():
    job, stranger = a_job(), an_organization().registered_by

    for act in (
        lambda: import_job.choose(job=job, actor=stranger, choices=choices_for(job)),
        lambda: import_job.start(job=job, actor=stranger),
        lambda: import_job.undo(job=job, actor=stranger, now=NOW),
        lambda: import_job.drop(job=job, actor=stranger),
    ):
        with pytest.raises(import_file.NotYours):
            act()


def test_a_file_nobody_can_read_is_refused_with_the_reason():
    with pytest.raises(import_file.BadFile, match="UTF-8"):
        a_job(content=b"code,title_vi\n\xe4\xf6,x\n")

    assert not ImportJob.objects.exists()


def test_files_that_wait_and_files_of_a_day_are_limited():
    organization = an_organization()
    for _number in range(IMPORTS_WAITING_MAX.count_max):
        a_job(provider=organization)
    with pytest.raises(import_file.TooManyFiles):
        a_job(provider=organization)
    ImportJob.objects.update(state=ImportState.DROPPED)

    for _number in range(IMPORTS_A_DAY_MAX.count_max - IMPORTS_WAITING_MAX.count_max):
        import_job.drop(job=a_job(provider=organization), actor=organization.registered_by)
    with pytest.raises(import_file.TooManyFiles):
        a_job(provider=organization)

    assert a_job(provider=organization, now=NOW + timedelta(days=1, seconds=1))
    assert a_job()


def test_a_file_thrown_away_is_gone():
    job = tried(a_job())

    import_job.drop(job=job, actor=job.created_by)
    import_job.drop(job=job, actor=job.created_by)

    job.refresh_from_db()
    assert job.state == ImportState.DROPPED
    assert not ImportFile.objects.exists()
    with pytest.raises(import_job.NotNow):
        import_job.start(job=job, actor=job.created_by)


def test_a_job_that_ends_its_worker_each_time_is_given_up():
    job = a_job()
    import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))
    ImportJob.objects.update(attempts=IMPORT_ATTEMPTS_MAX)

    import_work.carry_out_waiting(now=NOW)

    job.refresh_from_db()
    assert job.state == ImportState.FAILED
    assert "vài lần" in job.problem


def test_progress_is_told_outside_the_transaction():
    job, told = a_job(content=HEADER + "".join(f"A{n},Hàn {n},3\n" for n in range(1500))), []
    import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))

    import_work.carry_out_waiting(now=NOW, on_progress=lambda _job, rows: told.append(rows))

    assert told == [1000, 500]
    assert import_progress.rows_done(job) == 0


def test_old_files_are_forgotten_and_what_became_of_them_is_not():
    done, waiting = imported(a_job()), a_job()
    later = NOW + timedelta(days=30, seconds=1)

    assert import_file.forget_old(now=NOW + timedelta(days=29)) == 0
    assert import_file.forget_old(now=later) == 2

    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, done.new, waiting.state) == (ImportState.DONE, 2, ImportState.DROPPED)


def test_the_database_knows_that_somebody_asked():
    job = a_job()

    with pytest.raises(IntegrityError), transaction.atomic():
        ImportJob.objects.filter(pk=job.pk).update(state=ImportState.RUNNING, asked_by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportJob.objects.filter(pk=job.pk).update(state=ImportState.DONE)


HOSTILE = ["=1+1", "+84", "-2+3", "@SUM(1)", "\t=1", "\r=1", "a;=1", "a\n=1", "＝1", "=cmd|' /C calc'!A0"]


def test_no_formula_leaves_in_the_table_of_faults():
    job = a_job()
    ImportFault.objects.bulk_create(
        ImportFault(job=job, line=2, sheet=text, column=text, problem=text, fix=text) for text in HOSTILE
    )

    content = import_faults.as_csv(job.faults.order_by("pk")).decode("utf-8-sig")

    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(content, newline="")):
        book.active.append(row)
    saved = io.BytesIO()
    book.save(saved)
    cells = [cell for row in openpyxl.load_workbook(saved).active.iter_rows() for cell in row]
    assert len(cells) == 5 * (len(HOSTILE) + 1)
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(part.lstrip().startswith(tuple("=+-@")) for cell in cells for part in str(cell.value).split(";"))


def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries):
    for rows in (1, 400):
        job = a_job(content=HEADER + "".join(f"A{rows}-{n},Hàn {n},3\n" for n in range(rows)))
        import_job.choose(job=job, actor=job.created_by, choices=choices_for(job))
        with django_assert_max_num_queries(30, connection=connection):
            import_work.carry_out_waiting(now=NOW)
