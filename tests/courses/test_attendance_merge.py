"""Phones without network: batches in every order of arrival give one final state, and nothing is lost."""

import random
import uuid
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from courses.actions import attendance, attendance_merge, attendance_uncounted, enrollment, run_cancel, walk_in
from courses.actions import session as session_changes
from courses.actions.attendance_merge import Mark, NameAtTheDoor
from courses.choices import AttendanceStatus, UncountedWhy
from courses.models import AttendanceRecord, UncountedMark, WalkIn
from courses.queries import attendance as sheets
from courses.queries import enrollment as enrollments
from credits.models import LedgerRequest
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_learner, an_organization

pytestmark = pytest.mark.django_db
PRESENT, LATE, ABSENT, EXCUSED = AttendanceStatus
HISTORIES, SESSIONS, PHONES, PEOPLE = 200, 10, 3, 3
ORDERS = list(permutations(range(PHONES)))


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor):
    return a_published_run(instructor=instructor).class_sessions.get(position=1)


def mark(place, status=PRESENT, *, at, seq=1, answers=None):
    return Mark(
        mark_id=uuid.uuid4(), enrollment_id=place.pk, status=status, device_at=at, sequence=seq, answers=answers
    )


def a_door(session):
    return NameAtTheDoor(mark_id=uuid.uuid4(), full_name="Lý Văn Tư", phone="", device_at=session.starts_at)


def merged(session, marks, by, *, names=(), after=timedelta(hours=5)):
    return attendance_merge.merge(
        class_session=session, marks=marks, names=names, actor=by, now=session.ends_at + after
    )


def state(session):
    """Return what counts, and all that is kept, as entries of a set."""
    records = AttendanceRecord.objects.filter(class_session=session)
    counting = dict(records.filter(superseded_at=None).values_list("enrollment", "mark_id"))
    return counting, set(records.values_list("mark_id", "status", "marked_at"))


def a_history(rng, places, session):
    """Return the batches of three phones: clocks that agree now and then, marks that answer, batches sent twice."""
    moments = [session.starts_at + timedelta(minutes=minutes) for minutes in (-3000, 0, 5, 5, 5, 90, 9000, 11000)]
    phones = []
    for _phone in range(PHONES):
        marks = [
            Mark(
                mark_id=uuid.UUID(int=rng.getrandbits(128), version=4),
                enrollment_id=rng.choice(places).pk,
                status=rng.choice(list(AttendanceStatus)),
                device_at=rng.choice(moments),
                sequence=rng.randint(1, 3),
                answers=rng.choice([None, *moments]),
            )
            for _mark in range(rng.randint(1, 5))
        ]
        phones.append(marks)
    if rng.random() < 0.3:
        phones[1] = [*phones[1], *phones[0][:1]]  # taken over to another phone, and sent by both
    return phones


def expected(session, phones):
    """Return which mark counts for each person, worked out without the portal's own code."""
    first, last = session.starts_at - timedelta(minutes=30), session.ends_at + timedelta(days=7)
    best = {}
    for each in (each for marks in phones for each in marks):
        at = min(max(each.device_at, first), last)
        if each.answers is not None:
            at = max(at, min(each.answers, last + timedelta(seconds=1)) + timedelta(microseconds=1))
        rank = (at, each.sequence, str(each.mark_id))
        if each.enrollment_id not in best or best[each.enrollment_id][0] < rank:
            best[each.enrollment_id] = (rank, each.mark_id)
    return {place: mark_id for place, (_rank, mark_id) in best.items()}


class Undo(Exception):
    pass


def test_every_order_of_arrival_gives_one_final_state_and_nothing_is_lost(instructor):
    """Each class session plays twenty histories beside each other, of three people each; ten sessions play 200."""
    run = a_published_run(instructor=instructor, seats=None, sessions=SESSIONS)
    groups = [[enrolled(run=run) for _ in range(PEOPLE)] for _ in range(HISTORIES // SESSIONS)]
    for session in run.class_sessions.order_by("position"):
        histories = [
            a_history(random.Random(f"{session.position}:{number}"), places, session)
            for number, places in enumerate(groups)
        ]
        batches = [[mark for history in histories for mark in history[phone]] for phone in range(PHONES)]
        sent = {mark.mark_id for batch in batches for mark in batch}
        should_count = {key: value for history in histories for key, value in expected(session, history).items()}
        states = [after_arrival(session, [batches[phone] for phone in order], instructor) for order in ORDERS]

        counting, kept = states[0]
        assert counting == should_count
        assert {mark_id for mark_id, _status, _at in kept} == sent
        assert all(each == states[0] for each in states)


def after_arrival(session, batches, instructor):
    """Return the state after the batches have arrived one after the other, and undo it."""
    try:
        with transaction.atomic():
            for number, batch in enumerate(batches):
                merged(session, batch, instructor, after=timedelta(hours=number))
            found = state(session)
            raise Undo
    except Undo:
        return found


def looked_at(session):
    """Return when what the page shows of each person was said."""
    return {line.enrollment.pk: line.marked_at for line in sheets.whole_sheet(session)}


def test_whoever_taps_last_on_line_is_right_whatever_the_clocks_say_and_however_late_it_is(session, instructor):
    """Phones that are forty minutes slow, right, and a day ahead; when something arrived is asked here neither."""
    session.run.seats_max = None
    session.run.save()
    places, skews = [enrolled(run=session.run) for _ in range(60)], (timedelta(minutes=-40), timedelta(), timedelta(1))
    rng, sent = random.Random("on line"), [[] for _skew in skews]
    hours = [0, 0.01, 0.02, 1, 30, 71, 73, 100, 150, 167]
    said = {}
    for number, hour in enumerate(hours):
        now, seen, taps = session.starts_at + timedelta(hours=hour), looked_at(session), [[] for _skew in skews]
        for place in rng.sample(places, 40):
            phone, said[place.pk] = rng.randrange(len(skews)), rng.choice(list(AttendanceStatus))
            answer = mark(place, said[place.pk], at=now + skews[phone], seq=rng.randint(1, 9), answers=seen[place.pk])
            taps[phone].append(answer)
        for phone, batch in enumerate(taps):
            done = attendance_merge.merge(class_session=session, marks=batch, actor=instructor, now=now)
            assert (done.overtaken, len(done.taken)) == ({}, len(batch))
            sent[phone] += batch
        counting = AttendanceRecord.objects.filter(class_session=session, superseded_at=None)
        assert dict(counting.values_list("enrollment", "status")) == said, number

    counting, kept = state(session)
    assert len(kept) == 40 * len(hours)
    assert counting == expected(session, sent)


def test_a_mark_that_answers_nothing_and_is_older_is_told_what_counts(session, instructor):
    place, other = enrolled(run=session.run), enrolled(run=session.run)
    attended(place, session, by=instructor, status=EXCUSED, now=session.ends_at)
    blind = [mark(place, LATE, at=session.starts_at), mark(place, ABSENT, at=session.starts_at, seq=2)]
    agrees = mark(other, at=session.starts_at)
    attended(other, session, by=instructor, status=PRESENT, now=session.ends_at)

    twice = [merged(session, [*blind, agrees], instructor) for _twice in range(2)]

    for done in twice:  # of one's own taps only the last is spoken of, and nothing where both say the same
        assert len(done.taken) == 3
        assert {key: record.status for key, record in done.overtaken.items()} == {blind[1].mark_id: "EXCUSED"}


@pytest.mark.parametrize("hours", [1, 80, 160])
def test_a_phone_that_is_slow_corrects_a_sheet_it_has_seen(session, instructor, hours):
    place, now = enrolled(run=session.run), session.ends_at + timedelta(hours=hours)
    attended(place, session, by=instructor, status=EXCUSED, now=now)

    done = merged(
        session, [mark(place, ABSENT, at=now - timedelta(minutes=5), answers=looked_at(session)[place.pk])], instructor
    )

    assert done.overtaken == {}
    record = AttendanceRecord.objects.get(superseded_at=None)
    assert (record.status, record.device_at) == ("ABSENT", now - timedelta(minutes=5))


def test_a_phone_with_network_says_nothing_of_having_had_none(session, instructor):
    place, other = enrolled(run=session.run), enrolled(run=session.run)
    marks = [mark(place, at=session.ends_at - timedelta(seconds=59)), mark(other, at=session.starts_at)]

    merged(session, marks, instructor, names=[a_door(session)], after=timedelta())

    methods = dict(AttendanceRecord.objects.values_list("enrollment", "method"))
    assert methods == {place.pk: "ROSTER", other.pk: "OFFLINE"}
    assert WalkIn.objects.get().method == "OFFLINE"


def test_a_batch_sent_twice_is_one(session, instructor):
    place = enrolled(run=session.run)
    batch = [mark(place, at=session.starts_at)]
    door = [NameAtTheDoor(mark_id=uuid.uuid4(), full_name="Lý Văn Tư", phone="", device_at=session.starts_at)]

    first = merged(session, batch, instructor, names=door)
    second = merged(session, batch, instructor, names=door)

    assert first.taken == second.taken == [batch[0].mark_id, door[0].mark_id]
    assert (AttendanceRecord.objects.count(), WalkIn.objects.count()) == (1, 1)


def test_a_clock_that_cannot_be_is_moved_to_the_edge_and_said_so(session, instructor):
    place, early = enrolled(run=session.run), session.starts_at - timedelta(days=400)

    merged(session, [mark(place, at=early)], instructor)

    record = AttendanceRecord.objects.get()
    assert (record.marked_at, record.device_at) == (session.starts_at - timedelta(minutes=30), early)


def test_an_older_mark_that_arrives_later_is_kept_and_does_not_count(session, instructor):
    place = enrolled(run=session.run)
    merged(session, [mark(place, LATE, at=session.starts_at + timedelta(minutes=20))], instructor)

    merged(session, [mark(place, ABSENT, at=session.starts_at)], instructor, after=timedelta(hours=6))

    assert list(AttendanceRecord.objects.order_by("pk").values_list("status", "superseded_at")) == [
        ("LATE", None),
        ("ABSENT", session.ends_at + timedelta(hours=6)),
    ]


def test_who_corrects_what_they_see_answers_it_whatever_a_clock_said(session, instructor):
    place = enrolled(run=session.run)
    merged(session, [mark(place, LATE, at=session.ends_at + timedelta(hours=70))], instructor)

    attended(place, session, by=instructor, status=EXCUSED, now=session.ends_at + timedelta(hours=6))

    assert AttendanceRecord.objects.get(superseded_at=None).status == "EXCUSED"


def test_marks_of_who_has_left_are_kept_too(session, instructor):
    place = enrolled(run=session.run)
    enrollment.withdraw(enrollment=place, now=session.starts_at)

    done = merged(session, [mark(place, at=session.starts_at)], instructor)

    assert (len(done.taken), done.refused) == (1, {})
    place.refresh_from_db()
    assert place.state == "WITHDRAWN"


def test_what_is_refused_says_why_and_holds_nothing_up(session, instructor):
    mine, theirs = enrolled(instructor, a_published_run()), enrolled(run=session.run)
    myself = enrolled(a_learner(), session.run)
    elsewhere, good = mark(mine, at=session.starts_at), mark(theirs, at=session.starts_at)
    manager = session.run.version.course.provider.registered_by
    own = mark(enrolled(manager, session.run), at=session.starts_at)
    door = NameAtTheDoor(mark_id=uuid.uuid4(), full_name=" ? ", phone="", device_at=session.starts_at)

    done = merged(session, [elsewhere, good, own], manager, names=[door])

    assert done.taken == [good.mark_id]
    assert set(done.refused) == {elsewhere.mark_id, own.mark_id, door.mark_id}
    assert AttendanceRecord.objects.filter(enrollment=myself).count() == 0


def test_a_mark_is_not_taken_for_another_class_session(session, instructor):
    place = enrolled(run=session.run)
    once = mark(place, at=session.starts_at)
    merged(session, [once], instructor)
    second = session.run.class_sessions.get(position=2)

    done = merged(second, [once], instructor)

    assert list(done.refused) == [once.mark_id]
    assert AttendanceRecord.objects.count() == 1


def test_a_class_cancelled_meanwhile_counts_nothing_and_loses_nothing(session, instructor):
    place, manager = enrolled(run=session.run), session.run.version.course.provider.registered_by
    own = mark(enrolled(manager, session.run), at=session.starts_at)
    said, door = mark(place, at=session.starts_at), a_door(session)
    session_changes.cancel(session=session, actor=manager, reason="Bão", now=session.starts_at)

    answers = [merged(session, [said], instructor, names=[door]).uncounted for _twice in range(2)]
    refused = merged(session, [own], manager).refused

    assert answers == [dict.fromkeys([said.mark_id, door.mark_id], UncountedWhy.CANCELLED.label)] * 2
    assert set(refused) == {own.mark_id}
    kept = UncountedMark.objects.order_by("pk").values_list("mark_id", "enrollment", "status", "full_name", "why")
    assert list(kept) == [
        (said.mark_id, place.pk, "PRESENT", "", "CANCELLED"),
        (door.mark_id, None, "", "Lý Văn Tư", "CANCELLED"),
    ]
    assert not AttendanceRecord.objects.exists()
    assert not WalkIn.objects.exists()


def test_a_cancelled_run_counts_nothing_either(session, instructor):
    place, manager = enrolled(run=session.run), session.run.version.course.provider.registered_by
    run_cancel.cancel(run=session.run, actor=manager, reason="Bão", now=session.starts_at)

    done = merged(session, [mark(place, at=session.starts_at)], instructor)

    assert (done.taken, len(done.uncounted)) == ([], 1)


def test_marks_made_where_the_class_was_before_it_was_moved_are_kept_uncounted(session, instructor):
    place, manager = enrolled(run=session.run), session.run.version.course.provider.registered_by
    before, later = session.starts_at, timedelta(days=1)
    to = session_changes.Held(starts_at=before + later, ends_at=session.ends_at + later)
    session_changes.move(session=session, actor=manager, to=to, reason="Bão", now=before - timedelta(minutes=20))
    session.refresh_from_db()
    there = [mark(place, ABSENT, at=before - timedelta(minutes=5)), mark(place, at=to.starts_at, seq=2)]

    early = merged(session, [mark(place, at=before)], instructor, after=-timedelta(days=1))
    done = merged(session, there, instructor)

    assert list(early.uncounted.values()) == [UncountedWhy.EARLY.label]
    assert (list(done.uncounted), done.taken) == ([there[0].mark_id], [there[1].mark_id])
    assert AttendanceRecord.objects.get().status == "PRESENT"


def test_after_a_week_marks_are_kept_uncounted(session, instructor):
    place = enrolled(run=session.run)

    done = merged(session, [mark(place, at=session.starts_at)], instructor, after=timedelta(days=7))

    assert list(done.uncounted.values()) == [UncountedWhy.LATE.label]


def test_of_one_person_and_of_a_door_there_are_so_many_entries_and_the_rest_is_refused(session, instructor):
    place, other = enrolled(run=session.run), enrolled(run=session.run)
    many = [mark(place, (PRESENT, LATE)[n % 2], at=session.starts_at, seq=n) for n in range(101)]
    doors = [a_door(session) for _each in range(501)]

    done = merged(session, [*many, mark(other, at=session.starts_at)], instructor, names=doors)

    assert (len(done.taken), set(done.refused)) == (601, {many[100].mark_id, doors[500].mark_id})
    with pytest.raises(attendance.TooManyMarks):
        attended(place, session, by=instructor, status=EXCUSED)
    with pytest.raises(walk_in.TooManyWalkIns):
        walk_in.record(class_session=session, full_name="Lý", actor=instructor, now=session.ends_at)


def test_names_kept_uncounted_go_with_those_of_walk_ins(session, instructor):
    manager = session.run.version.course.provider.registered_by
    session_changes.cancel(session=session, actor=manager, reason="Bão", now=session.starts_at)
    merged(session, [], instructor, names=[a_door(session)])
    received = UncountedMark.objects.get().received_at

    assert attendance_uncounted.empty_old(now=received + timedelta(days=90)) == 0
    assert [attendance_uncounted.empty_old(now=received + timedelta(days=91)) for _ in range(2)] == [1, 0]


def test_a_stranger_sends_nothing(session):
    place = enrolled(run=session.run)

    with pytest.raises(attendance.NotTheirClass):
        merged(session, [mark(place, at=session.starts_at)], a_learner())

    assert not AttendanceRecord.objects.exists()


def test_a_batch_completes_and_a_later_one_puts_in_doubt():
    provider = an_organization()
    version = a_published_version(provider=provider, attendance_percent_min=100)
    session = a_published_run(version=version, sessions=1).class_sessions.get()
    place = enrolled(run=session.run)

    merged(session, [mark(place, at=session.starts_at)], provider.registered_by)
    place.refresh_from_db()
    assert place.state == "COMPLETED"

    merged(session, [mark(place, ABSENT, at=session.ends_at, seq=2)], provider.registered_by)
    assert LedgerRequest.objects.get().entry == place.award_entry
    assert enrollments.audit() == []


def test_a_batch_costs_the_same_for_one_mark_or_thirty(session, instructor, django_assert_num_queries):
    session.run.seats_max = None
    session.run.save()
    for count in (1, 30):
        batch = [mark(enrolled(run=session.run), at=session.starts_at) for _ in range(count)]
        door = [NameAtTheDoor(mark_id=uuid.uuid4(), full_name="Lý Văn Tư", phone="", device_at=session.starts_at)]
        with django_assert_num_queries(16):
            merged(session, batch, instructor, names=door * count)
