"""A whole class cancelled: what becomes of places, of waiting and of what was marked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import (
    attendance,
    attendance_room,
    completion,
    enrollment,
    run_cancel,
    run_switch,
    waiting,
    walk_in,
)
from courses.actions.obstacle import RunCancelled
from courses.choices import AttendanceStatus
from courses.models import AttendanceObjection, AttendanceRecord, Enrollment, WalkIn
from courses.queries import enrollment as enrollments
from courses.queries import room
from courses.queries import run_cancel as queries
from courses.queries import waiting as waiting_queries
from learners.models import Message, Organization
from tests.courses.test_session_changes import FIRST_AT, a_phone_only_learner, manager_of, session_of
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_registration
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.waiting import a_full_run, an_offer, ends_of, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def cancel(run, *, now=NOW, actor=None):
    return run_cancel.cancel(run=run, actor=actor or manager_of(run), reason="Ít người học", now=now)


def switch(run, to, *, now=NOW, actor=None):
    return run_switch.switch(run=run, to=to, actor=actor or manager_of(run), reason="Lớp ít người", now=now)


def told(kind):
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def states(run):
    return list(run.enrollments.order_by("pk").values_list("state", flat=True))


# --- Cancelled ---


def test_everybodys_place_ends_and_each_is_told_once_of_other_classes():
    version = a_published_version()
    run, other = a_published_run(version=version), a_published_run(version=version, starts_at=FIRST_AT + 30 * DAY)
    a_full_run(version=version)
    enrolled(a_learner(language="en"), run)
    enrolled(a_phone_only_learner(), run)

    cancelled = [cancel(run, now=now) for now in (NOW, NOW + DAY)]

    assert {each.cancelled_at for each in cancelled} == {NOW}
    assert states(run) == ["CANCELLED", "CANCELLED"]
    letter, text = told("RUN_CANCELLED")
    assert (letter.data["reason"], letter.data["date"]) == ("Ít người học", "Tuesday 24 November 2026")
    assert letter.data["others"] == "Thursday 24 December 2026, Nhà văn hóa phường Ninh Kiều, Cần Thơ" or (
        "24 December 2026" in letter.data["others"] and ";" not in letter.data["others"]
    )
    assert text.address == "+84912345678"
    assert other.enrollments.count() == 0


def test_who_has_completed_keeps_it():
    provider = an_organization()
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=30))
    place = attended(enrolled(run=run), session_of(run), by=provider.registered_by)
    enrolled(run=run, now=NOW)

    cancel(run, now=FIRST_AT + DAY)

    place.refresh_from_db()
    assert place.state == "COMPLETED"
    assert states(run) == ["COMPLETED", "CANCELLED"]
    assert enrollments.audit() == []


def test_who_waited_keeps_what_else_they_wait_for():
    version = a_published_version()
    run, other = a_full_run(version=version), a_full_run(version=version)
    both, only = waits_for(run, other), waits_for(run)

    cancel(run)

    assert (ends_of(both), ends_of(only)) == (["CLOSED", ""], ["CLOSED"])
    assert {letter.recipient_id for letter in told("RUN_CANCELLED")} >= {both.learner_id, only.learner_id}
    assert waiting_queries.audit(now=NOW) == []


def test_an_offer_ends_and_who_had_it_is_next_elsewhere():
    version = a_published_version()
    run, other = a_published_run(version=version, seats=1), a_full_run(version=version)
    offer = an_offer(run, a_learner())
    waits_for(other, learner=offer.request.learner)
    enrollment.withdraw(enrollment=someone_of(other), now=NOW)

    cancel(run)

    offer.refresh_from_db()
    assert offer.outcome == "WITHDRAWN"
    assert offer_to(offer.request).run == other
    assert [letter.state for letter in Message.objects.filter(kind="SEAT_OFFERED").order_by("pk")] == ["DROPPED", "DUE"]
    with pytest.raises(waiting.OfferIsOver):
        waiting.accept(offer=offer, now=NOW)


def test_nobody_enrols_any_more():
    run = cancel(a_published_run())

    with pytest.raises(RunCancelled):
        enrolled(run=run)
    with pytest.raises(IntegrityError, match="is cancelled"), transaction.atomic():
        Enrollment.objects.create(learner=a_learner(), run=run, enrolled_at=NOW)


@pytest.mark.parametrize("which", ["one given up in it", "one of another class"])
def test_the_database_gives_nobody_a_place_of_before_in_a_cancelled_class(which):
    run = a_published_run()
    place = enrolled(run=run if which == "one given up in it" else a_published_run(version=run.version))
    if place.run == run:
        enrollment.withdraw(enrollment=place, now=NOW)
    cancel(run)

    with pytest.raises(IntegrityError, match="is cancelled"), transaction.atomic():
        Enrollment.objects.filter(pk=place.pk).update(run=run, state="ENROLLED", withdrawn_at=None)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda run: {"actor": a_learner()}, run_cancel.NotAManager),
        (lambda run: {"now": FIRST_AT + 60 * DAY}, run_cancel.AlreadyOver),
    ],
    ids=["a stranger", "it is over"],
)
def test_refused(given, refusal):
    run = a_published_run()
    enrolled(run=run)

    with pytest.raises(refusal):
        cancel(run, **given(run))

    assert states(run) == ["ENROLLED"]


@pytest.mark.parametrize("people", [1, 3])
def test_however_many_are_told_it_takes_the_same_queries(django_assert_num_queries, people):
    run = a_full_run(seats=people)
    manager = manager_of(run)

    with django_assert_num_queries(25):
        cancel(run, actor=manager)

    assert len(told("RUN_CANCELLED")) == people


def a_class_whose_share_is_met(provider):
    """Everybody has come to the one session there is, at a provider that is not verified."""
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=100), sessions=1)
    met, other = enrolled(run=run), enrolled(run=run)
    Organization.objects.filter(pk=provider.pk).update(status="REGISTERED")
    attended(met, run.class_sessions.get(), by=provider.registered_by)
    met.refresh_from_db()
    assert met.state == "ENROLLED"
    return run, met, other


def test_who_has_met_the_rule_before_completes_it_then():
    provider = an_organization()
    run, met, other = a_class_whose_share_is_met(provider)
    Organization.objects.filter(pk=provider.pk).update(status="VERIFIED")

    cancel(run, now=run.class_sessions.get().ends_at, actor=provider.registered_by)

    met.refresh_from_db()
    assert (met.state, met.award_entry is not None) == ("COMPLETED", True)
    assert states(run) == ["COMPLETED", "CANCELLED"]
    assert [letter.recipient for letter in told("RUN_CANCELLED")] == [other.learner]


def test_while_nothing_can_be_awarded_who_has_met_the_rule_keeps_the_place_until_it_can():
    provider = an_organization()
    run, met, _other = a_class_whose_share_is_met(provider)
    after = run.class_sessions.get().ends_at

    run_cancel.cancel(run=run, actor=provider.registered_by, reason="Bão", now=after)
    assert states(run) == ["ENROLLED", "CANCELLED"]
    Organization.objects.filter(pk=provider.pk).update(status="VERIFIED")

    assert completion.complete_overdue(now=after + DAY) == 1
    met.refresh_from_db()
    assert met.state == "COMPLETED"


@pytest.mark.parametrize("row", ["mark", "walk-in", "objection"])
def test_the_database_writes_nothing_down_of_a_cancelled_class(row):
    run = a_published_run()
    place, session, actor = enrolled(run=run), session_of(run), manager_of(run)
    cancel(run)
    common = {"class_session": session}
    made = {
        "mark": lambda: AttendanceRecord.objects.create(
            **common, enrollment=place, status="PRESENT", recorded_by=actor, recorded_at=NOW, marked_at=NOW
        ),
        "walk-in": lambda: WalkIn.objects.create(
            **common, full_name="Lý", method="ROSTER", recorded_by=actor, recorded_at=NOW, marked_at=NOW
        ),
        "objection": lambda: AttendanceObjection.objects.create(
            **common, enrollment=place, said="PRESENT", text="…", opened_at=NOW, due_on=NOW.date()
        ),
    }[row]

    with pytest.raises(IntegrityError, match="is cancelled"), transaction.atomic():
        made()


def test_a_cancelled_class_takes_no_marks_walk_ins_or_codes():
    run = a_published_run()
    place, session, actor = enrolled(run=run), session_of(run), manager_of(run)
    code = room.code(session, now=session.starts_at)
    cancel(run)

    with pytest.raises(attendance.SessionCancelled):
        attendance.mark(
            class_session=session, marks={place.pk: AttendanceStatus.PRESENT}, actor=actor, now=session.starts_at
        )
    with pytest.raises(attendance.SessionCancelled):
        walk_in.record(class_session=session, full_name="Lý Văn Tư", actor=actor, now=session.starts_at)
    with pytest.raises(attendance_room.WrongCode):
        attendance_room.check_in(learner=place.learner, typed=code, now=session.starts_at)


# --- Who has to be called ---


def test_whom_no_message_reaches_is_on_the_list_to_call():
    version = a_published_version()
    run, to = a_published_run(version=version), a_published_run(version=version, seats=1)
    people = [
        a_registration(organization=version.course.provider, full_name=name).learner for name in ("Sơn Sáu", "Danh Út")
    ]
    for person in [*people, a_learner()]:
        enrolled(person, run)
    switch(run, to)
    cancel(run)

    assert [person.pk for person, _key in queries.to_call(run, on=NOW.date())] == [person.pk for person in people]
    assert [person.pk for person, _key in queries.to_call(run, on=(FIRST_AT + 15 * DAY).date())] == []


# --- Pages ---


@pytest.fixture
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def address(run, tail):
    return f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/{tail}"


def test_a_manager_moves_people_and_then_cancels(saturday, learner_client):
    version = a_published_version()
    run, to = a_published_run(version=version), a_published_run(version=version, starts_at=FIRST_AT + 30 * DAY)
    place = enrolled(run=run)
    desk = learner_client(manager_of(run))

    offered = desk.get(address(run, "cancel/")).content.decode()
    desk.post(address(run, "people/move/"), {"to": to.pk, "reason": "Lớp ít người"})
    desk.post(address(run, "cancel/"), {"reason": "Ít người học"})

    assert address(run, "people/move/") in offered
    run.refresh_from_db()
    assert (run.cancelled_at, run.cancel_reason, run.cancelled_by) == (NOW, "Ít người học", manager_of(run))
    assert "Ít người học" in desk.get(address(run, "")).content.decode()
    mine = learner_client(place.learner).get(f"/enrollments/{place.public_id}/").content.decode()
    assert f"/enrollments/{to.enrollments.get().public_id}/" in mine


def test_an_instructor_cancels_no_class(saturday, learner_client):
    teacher = a_learner()
    run = a_published_run(instructor=teacher)

    answers = [learner_client(teacher).post(address(run, tail), {}) for tail in ("cancel/", "people/move/")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_without_a_reason_nothing_is_cancelled(saturday, learner_client):
    run = a_published_run()

    page = learner_client(manager_of(run)).post(address(run, "cancel/"), {"reason": " . "}).content.decode()

    run.refresh_from_db()
    assert run.cancelled_at is None
    assert "Ghi lý do" in page


def test_who_waited_and_is_not_reached_is_on_it_too():
    run = a_full_run()
    waits = waits_for(run, learner=a_registration(organization=run.version.course.provider).learner)
    left = waits_for(run, learner=a_registration(organization=run.version.course.provider).learner)
    waiting.leave(request=left, now=NOW)
    cancel(run)
    run.refresh_from_db()

    assert [person.pk for person, _key in queries.to_call(run, on=NOW.date())] == [waits.learner_id]


def test_a_cancelled_class_has_neither_seats_nor_a_turnout_nor_a_sheet_to_print(learner_client):
    run, learner = a_published_run(seats=5), a_learner(language="en")
    provider = run.version.course.provider
    addresses = f"/en/runs/{run.pk}/enroll/", f"/en/organizations/{provider.public_id}/runs/{run.pk}/"

    def pages():
        return [learner_client(who).get(at).text for who, at in zip((learner, manager_of(run)), addresses, strict=True)]

    before = pages()
    cancel(run)
    after = pages()

    assert [("<dt>Seats</dt>" in before[0]), ("Who is coming" in before[1]), ("sheet.pdf" in before[1])] == [True] * 3
    assert [("<dt>Seats</dt>" in after[0]), ("Who is coming" in after[1]), ("sheet.pdf" in after[1])] == [False] * 3
    assert "are to be expected" not in before[1]
    assert "How many to expect" not in before[1]  # nobody has enrolled
