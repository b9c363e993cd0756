"""What participants wrote for one class: removed by the organisation once it is over, and by its timer anyway."""

from datetime import timedelta
from uuid import uuid4

import pytest

from courses.actions import run_forget, walk_in
from courses.choices import UncountedWhy
from courses.models import CourseRun, LearnedElsewhere, UncountedMark, WalkIn
from courses.tasks import forget_class_words
from learners.models import Learner
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def manager_of(run: CourseRun) -> Learner:
    return run.version.course.provider.registered_by


@pytest.fixture
def run() -> CourseRun:
    return a_published_run(instructor=a_learner())


@pytest.fixture
def session(run):
    return run.class_sessions.order_by("starts_at").last()


@pytest.fixture
def written(run, session):
    """Return what a participant wrote, and a name at the door."""
    before = a_published_version().course
    instructor = run.run_instructors.get().learner
    said = LearnedElsewhere.objects.create(
        learner=enrolled(run=run).learner, run=run, course=before, words="Lớp của chị Bảy", said_at=session.starts_at
    )
    came = walk_in.record(
        class_session=session, full_name="Phan Thị Tư", phone="0912345678", actor=instructor, now=session.starts_at
    )
    return said, came


def test_a_manager_removes_it_once_the_class_is_over(run, session, written):
    after = session.ends_at + DAY

    done = [run_forget.forget(run=run, actor=manager_of(run), now=after) for _ in range(2)]

    came = WalkIn.objects.get()
    assert done == [{"words": 1, "walk_ins": 1}, {"words": 0, "walk_ins": 0}]
    assert (came.full_name, came.phone) == ("", "")
    assert run.enrollments.count() == 1


def test_names_a_phone_sent_too_late_go_too(run, session, written):
    late = {"class_session": session, "why": UncountedWhy.LATE, "said_by": run.run_instructors.get().learner}
    UncountedMark.objects.create(
        mark_id=uuid4(), full_name="Lý Văn Tư", said_at=session.starts_at, received_at=session.ends_at, **late
    )

    done = run_forget.forget(run=run, actor=manager_of(run), now=session.ends_at + DAY)

    assert (done["walk_ins"], UncountedMark.objects.get().full_name) == (2, "")


@pytest.mark.parametrize("who", ["instructor", "stranger", "too early"])
def test_nobody_else_and_not_before(run, session, written, who):
    actor = {"instructor": run.run_instructors.get().learner, "stranger": a_learner()}.get(who, manager_of(run))
    now = session.starts_at if who == "too early" else session.ends_at + DAY

    with pytest.raises(run_forget.UnableToForget):
        run_forget.forget(run=run, actor=actor, now=now)

    assert LearnedElsewhere.objects.count() == 1


def test_its_timer_removes_it_half_a_year_after_the_class(run, session, written, time_machine):
    for days, left in ((179, 1), (182, 0), (183, 0)):
        time_machine.move_to(session.ends_at + days * DAY, tick=False)
        forget_class_words()

        assert LearnedElsewhere.objects.count() == left


def test_the_page_asks_once_more_and_says_what_was_removed(run, session, written, learner_client, time_machine):
    page = f"/en/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/"
    client = learner_client(manager_of(run))
    time_machine.move_to(session.starts_at, tick=False)
    early = client.get(f"{page}forget/").text
    time_machine.move_to(session.ends_at + DAY, tick=False)

    linked = client.get(page).text
    asked = client.get(f"{page}forget/").text
    before = LearnedElsewhere.objects.count()
    done = client.post(f"{page}forget/", follow=True).text

    assert "once the class has ended" in early
    assert "1 person has not claimed" in asked
    assert f"{page}forget/" in linked
    assert "Attendance and credit stay" in asked
    assert before == 1
    assert "Removed: what was written 1 times, and 1 names at the door." in done
