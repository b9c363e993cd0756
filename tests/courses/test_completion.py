"""The moment the rule is met: completed and awarded, together."""

from itertools import pairwise

import pytest

from courses.actions import attendance, completion
from courses.choices import AttendanceStatus
from courses.models import ClassSession, Enrollment
from courses.queries import completion as completions
from courses.queries import enrollment as queries
from courses.queries.completion import Progress
from credits.models import JournalEntry
from credits.queries import ledger
from learners.models import Message, Organization
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled, has_read
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db


def test_reading_the_last_unit_completes_and_awards():
    place = enrolled(run=a_published_run(version=a_published_version(units=3, hours=6), sessions=0))

    assert has_read(place, up_to=2).state == "ENROLLED"
    done = has_read(place, up_to=3)

    assert (done.state, done.completed_at) == ("COMPLETED", NOW)
    entry = JournalEntry.objects.get()
    assert done.award_entry == entry
    assert (entry.idempotency_key, entry.actor) == (f"completion:{place.pk}", place.learner)
    assert entry.snapshot["evidence"] == {"units_read": 3, "units_total": 3, "minutes_read": 90}
    assert entry.snapshot["rule"] == "all_units"
    assert ledger.balance(place.learner).total == 12  # 6 hours, in hundredths of a credit
    message = Message.objects.get(kind="CREDIT_POSTED")
    assert message.data | {"course": "", "issuer": ""} == {
        "course": "",
        "issuer": "",
        "credits": "0,12",
        "hours": "6",
        "date": "thứ Bảy 21/11/2026",
        "evidence": "đọc 3 trên 3 bài",
        "balance_hours": "6",
        "balance_credits": "0,12",
        "review_link": f"http://localhost/enrollments/{place.public_id}/review/",
        "link": "http://localhost/me/record/",
    }
    assert queries.audit() == []


def test_completing_twice_awards_once():
    place = has_read(enrolled(run=a_published_run(sessions=0)), up_to=3)

    completed = completion.complete_all_met(enrollments=completion.lock([place.pk]), actor=None, now=NOW)

    assert completed == 0
    assert (Enrollment.objects.get().state, Enrollment.objects.get().award_entry) == ("COMPLETED", place.award_entry)
    assert JournalEntry.objects.count() == 1
    assert Message.objects.filter(kind="CREDIT_POSTED").count() == 1


def test_the_share_of_classes_completes_before_the_last_one():
    """75 percent of 4 classes are 3: the third one decides, and a late arrival is an arrival."""
    provider = an_organization()
    manager = provider.registered_by
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=75), sessions=4)
    place = enrolled(run=run)
    first, second, third, _last = run.class_sessions.order_by("position")

    assert attended(place, first, by=manager).state == "ENROLLED"
    assert attended(place, second, by=manager, status=AttendanceStatus.LATE).state == "ENROLLED"
    done = attended(place, third, by=manager)

    assert (done.state, done.completed_at) == ("COMPLETED", third.ends_at)
    assert done.award_entry.actor == manager
    assert done.award_entry.snapshot["evidence"] == {"sessions_attended": 3, "sessions_total": 4}


@pytest.mark.parametrize("status", [AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED])
def test_who_did_not_come_did_not_attend(status):
    provider = an_organization()
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=50), sessions=1)

    place = attended(enrolled(run=run), run.class_sessions.get(), by=provider.registered_by, status=status)

    assert place.state == "ENROLLED"


def test_both_parts_of_a_rule_are_asked():
    provider = an_organization()
    version = a_published_version(provider=provider, units=2, attendance_percent_min=100)
    run = a_published_run(version=version, sessions=1)
    place = enrolled(run=run)

    assert has_read(place, up_to=2).state == "ENROLLED"
    assert attended(place, run.class_sessions.get(), by=provider.registered_by).state == "COMPLETED"


def test_nothing_is_awarded_while_the_provider_is_suspended_and_the_audit_says_so():
    run = a_published_run(sessions=0)
    place = enrolled(run=run)
    provider = run.version.course.provider
    provider.status, provider.suspended_at, provider.suspended_by = "SUSPENDED", NOW, provider.verified_by
    provider.save()

    assert has_read(place, up_to=3).state == "ENROLLED"

    assert not JournalEntry.objects.exists()
    assert [finding.rule for finding in queries.audit()] == ["rule met, not completed"]


def test_what_met_its_rule_meanwhile_is_completed_once_the_provider_is_verified_again():
    run = a_published_run(sessions=0)
    met, under_way = enrolled(run=run), enrolled(run=run)
    provider = run.version.course.provider
    Organization.objects.filter(pk=provider.pk).update(status="REGISTERED")
    has_read(met, up_to=3)
    has_read(under_way, up_to=2)

    assert completion.complete_overdue(now=NOW) == 0
    Organization.objects.filter(pk=provider.pk).update(status="VERIFIED")
    assert [completion.complete_overdue(now=NOW) for _ in range(2)] == [1, 0]

    assert [Enrollment.objects.get(pk=place.pk).state for place in (met, under_way)] == ["COMPLETED", "ENROLLED"]
    assert queries.audit() == []


def overdue(*, count):
    """Return enrolments that met their rule while their provider, verified again by now, was not."""
    run = a_published_run(sessions=0)
    places = [enrolled(run=run) for _ in range(count)]
    providers = Organization.objects.filter(pk=run.version.course.provider_id)
    providers.update(status="REGISTERED")
    for place in places:
        has_read(place, up_to=3)
    providers.update(status="VERIFIED")
    return places


def test_what_is_overdue_is_looked_for_a_batch_at_a_time(monkeypatch):
    monkeypatch.setattr("courses.queries.completion.ENROLLMENTS_PER_BATCH", 2)
    places = overdue(count=3)

    assert [len(batch) for batch in completions.met_and_open()] == [2, 1]
    assert completion.complete_overdue(now=NOW) == 3
    assert {Enrollment.objects.get(pk=place.pk).state for place in places} == {"COMPLETED"}


def test_what_is_overdue_waits_for_the_next_night_where_the_time_is_over(monkeypatch):
    monkeypatch.setattr("courses.actions.completion.SECONDS_PER_RUN_MAX", 0)
    overdue(count=1)

    assert completion.complete_overdue(now=NOW) == 0

    monkeypatch.undo()
    assert completion.complete_overdue(now=NOW) == 1


@pytest.mark.parametrize(
    ("percent", "attended_", "total", "met"),
    [
        (75, 2, 3, False),
        (75, 3, 3, True),
        (75, 3, 4, True),
        (66, 2, 3, True),
        (67, 2, 3, False),
        (100, 9, 10, False),
        (1, 1, 120, False),
        (1, 2, 120, True),
        (75, 0, 0, False),
    ],
)
def test_the_share_is_of_whole_classes(percent, attended_, total, met):
    progress = a_progress(sessions_attended=attended_, sessions_total=total, attendance_percent_min=percent)

    assert progress.is_met is met


def test_a_course_without_units_is_not_read_to_the_end():
    assert not a_progress(all_units=True).is_met


def test_a_rule_that_asks_nothing_is_never_met():
    assert not a_progress(units_read=3, units_total=3).is_met


def test_more_attendance_never_loses_a_completion():
    """For every share and every number of classes: once met, met."""
    for percent in range(1, 101):
        for total in range(1, 25):
            met = [
                a_progress(sessions_attended=n, sessions_total=total, attendance_percent_min=percent).is_met
                for n in range(total + 1)
            ]
            assert not met[0]
            assert met[-1]
            assert all(later or not earlier for earlier, later in pairwise(met))


def a_progress(**known: object) -> Progress:
    nothing = {"sessions_attended": 0, "sessions_total": 0, "units_read": 0, "units_total": 0, "minutes_read": 0}
    return Progress(**({**nothing, "attendance_percent_min": None, "all_units": False, "evidence_until": None} | known))


def test_a_class_cancelled_later_counts_for_nobody():
    provider = an_organization()
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=100), sessions=2)
    place = enrolled(run=run)
    first, second = run.class_sessions.order_by("position")
    ClassSession.objects.filter(pk=second.pk).update(cancelled_at=NOW)

    assert attended(place, first, by=provider.registered_by).state == "COMPLETED"


def test_learners_complete_together_in_one_marking():
    provider = an_organization()
    run = a_published_run(version=a_published_version(provider=provider, attendance_percent_min=100), sessions=1)
    places = [enrolled(run=run) for _ in range(3)]
    session = run.class_sessions.get()

    attendance.mark(
        class_session=session,
        marks={place.pk: AttendanceStatus.PRESENT for place in places},
        actor=provider.registered_by,
        now=session.ends_at,
    )

    assert {place.state for place in Enrollment.objects.all()} == {"COMPLETED"}
    assert JournalEntry.objects.count() == 3
    assert queries.audit() == []


def test_marking_again_completes_who_met_the_rule_meanwhile():
    """A class was cancelled, so fewer are needed; nobody's mark changes, and the credit is due."""
    provider = an_organization()
    version = a_published_version(provider=provider, attendance_percent_min=100)
    run = a_published_run(version=version, sessions=2)
    first, second = run.class_sessions.order_by("position")
    place = attended(enrolled(run=run), first, by=provider.registered_by)
    ClassSession.objects.filter(pk=second.pk).update(cancelled_at=first.ends_at)

    attended(place, first, by=provider.registered_by)

    place.refresh_from_db()
    assert place.state == "COMPLETED"
    assert queries.audit() == []
