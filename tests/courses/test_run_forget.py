"""What participants wrote for one class: removed by the organisation once it is over, and by its timer anyway."""

import json
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from courses.actions import run_forget, walk_in
from courses.choices import UncountedWhy
from courses.models import CourseRun, LearnedElsewhere, UncountedMark, WalkIn
from courses.tasks import forget_class_words
from credits.exports.signing import signed
from learners.models import DeletionProof, Learner
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
    assert "Remove it" in asked
    assert "Remove it" not in done
    assert "Nothing is left to remove." in done
    assert "Removed: what was written 1 times, and 1 names at the door." in done


def test_what_was_removed_is_proven_once_by_a_signed_file_that_names_nobody(run, session, written):
    provider, after = run.version.course.provider, session.ends_at + DAY
    for _ in range(2):
        run_forget.forget(run=run, actor=manager_of(run), now=after)

    (proof,) = run_forget.proofs(run)

    given = proof.document
    assert signed({name: given[name] for name in given if name not in {"signature", "signing_key"}}) == given
    assert (given["class"], given["organization"]) == (run.pk, str(provider.public_id))
    assert given["emptied"] == {"walk_ins": 1, "words": 1}
    assert given["erased_at"] == after.isoformat()
    text = json.dumps(given, ensure_ascii=False)
    for words in ("Phan Thị Tư", "912345678", "chị Bảy", provider.name_vi, run.version.title_vi):
        assert words not in text


def test_a_proof_stays_as_it_was_written(run, session, written):
    run_forget.forget(run=run, actor=manager_of(run), now=session.ends_at + DAY)

    for act in (lambda: DeletionProof.objects.update(about="x"), lambda: DeletionProof.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    assert run_forget.proofs(run) != []


def test_the_page_hands_the_proof_out_to_the_manager_alone(run, session, written, learner_client, time_machine):
    page = f"/en/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/forget/"
    time_machine.move_to(session.ends_at + DAY, tick=False)
    client = learner_client(manager_of(run))

    shown = client.post(page, follow=True).text
    (proof,) = run_forget.proofs(run)
    file = client.get(f"{page}?file={proof.public_id}")

    assert "1 texts by learners and 1 names at the door." in shown
    assert f"?file={proof.public_id}" in shown
    assert sha256(file.content).hexdigest() in shown
    assert "verify_signature.py" in shown
    assert f"<code>removed-{proof.public_id}.json</code>" in shown
    assert file.headers["Content-Disposition"] == f'attachment; filename="removed-{proof.public_id}.json"'
    assert json.loads(file.content) == proof.document
    assert client.get(f"{page}?file={uuid4()}").status_code == 404
    assert learner_client(a_learner()).get(f"{page}?file={proof.public_id}").status_code == 404


def test_no_proof_of_another_class(run, session, written):
    run_forget.forget(run=run, actor=manager_of(run), now=session.ends_at + DAY)

    assert run_forget.proofs(a_published_run()) == []
