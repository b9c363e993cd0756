"""A correction un-meets the rule: the credit is asked back, and the enrolment is open again once it is gone."""

from datetime import timedelta

import pytest

from courses.choices import AttendanceStatus
from courses.queries import completion as completions
from courses.queries import enrollment as queries
from credits.actions import deciding
from credits.models import JournalEntry, LedgerRequest
from credits.queries import ledger
from credits.queries.audit import audit
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
PRESENT, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
HOUR = timedelta(hours=1)


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def provider():
    return an_organization()


@pytest.fixture
def session(provider, instructor):
    version = a_published_version(provider=provider, attendance_percent_min=100)
    return a_published_run(version=version, sessions=1, instructor=instructor).class_sessions.get()


@pytest.fixture
def completed(session, instructor):
    return attended(enrolled(run=session.run), session, by=instructor)


def asked():
    return LedgerRequest.objects.get(decision__isnull=True)


def test_a_managers_correction_asks_for_the_credit_and_a_curator_takes_it_back(session, provider, completed):
    award = completed.award_entry

    place = attended(completed, session, by=provider.registered_by, status=ABSENT, now=session.ends_at + HOUR)

    assert (place.state, asked().entry, asked().requested_by) == ("COMPLETED", award, provider.registered_by)
    assert ledger.balance(place.learner).total == 12
    assert queries.audit() == []

    deciding.approve(request=asked(), actor=a_curator(), now=session.ends_at + 2 * HOUR)

    place.refresh_from_db()
    assert (place.state, place.completed_at, place.award_entry, place.awards_taken_back) == ("ENROLLED", None, None, 1)
    assert ledger.balance(place.learner).total == 0
    assert Message.objects.filter(kind="ENTRY_REVERSED", recipient=place.learner).count() == 1
    assert queries.audit() == []
    assert audit() == []


def test_meeting_the_rule_again_awards_anew(session, provider, completed):
    manager = provider.registered_by
    attended(completed, session, by=manager, status=ABSENT, now=session.ends_at + HOUR)
    deciding.approve(request=asked(), actor=a_curator(), now=session.ends_at + 2 * HOUR)

    place = attended(completed, session, by=manager, status=PRESENT, now=session.ends_at + 3 * HOUR)

    assert (place.state, place.award_entry.idempotency_key) == ("COMPLETED", f"completion:{place.pk}:1")
    assert ledger.balance(place.learner).total == 12
    assert Message.objects.filter(kind="CREDIT_POSTED", recipient=place.learner).count() == 2
    assert queries.audit() == []
    assert audit() == []


def test_met_again_before_it_is_decided_the_request_is_taken_back(session, provider, completed):
    manager = provider.registered_by
    attended(completed, session, by=manager, status=ABSENT, now=session.ends_at + HOUR)

    place = attended(completed, session, by=manager, status=PRESENT, now=session.ends_at + 2 * HOUR)

    assert place.state == "COMPLETED"
    assert [each.decision.outcome for each in LedgerRequest.objects.all()] == ["WITHDRAWN"]
    attended(completed, session, by=manager, status=ABSENT, now=session.ends_at + 3 * HOUR)
    assert asked().entry == place.award_entry


def test_an_instructors_correction_is_listed_for_a_manager(session, provider, instructor, completed):
    attended(completed, session, by=instructor, status=ABSENT, now=session.ends_at + HOUR)

    assert not LedgerRequest.objects.exists()
    assert completions.in_doubt(provider) == [completed]
    assert [finding.rule for finding in queries.audit()] == ["completed, rule no longer met"]


def test_one_in_doubt_is_found_however_many_were_corrected_since(session, provider, instructor, completed, monkeypatch):
    monkeypatch.setattr(completions, "ENROLLMENTS_PER_BATCH", 1)
    newer, late = (attended(enrolled(run=session.run), session, by=instructor) for _ in range(2))

    for place, status in ((completed, ABSENT), (newer, ABSENT), (late, AttendanceStatus.LATE)):
        attended(place, session, by=instructor, status=status, now=session.ends_at + HOUR)

    assert completions.in_doubt(provider) == [newer, completed]


def test_correcting_twice_asks_once(session, provider, completed):
    for hours, status in ((1, ABSENT), (2, AttendanceStatus.EXCUSED)):
        attended(completed, session, by=provider.registered_by, status=status, now=session.ends_at + hours * HOUR)

    assert LedgerRequest.objects.count() == 1


def test_credit_taken_back_for_another_reason_leaves_the_completion(session, provider, completed):
    """Recorded twice, say: the rule is met, and the night would award again what a curator has taken back."""
    from credits.actions import reversal  # noqa: PLC0415 -- this test only

    request = reversal.ask_reversal(
        entry=completed.award_entry,
        amount_minor=None,
        reason="Ghi trùng",
        authority="Biên bản 3",
        actor=provider.registered_by,
        idempotency_key="twice",
        now=session.ends_at + HOUR,
    )

    deciding.approve(request=request, actor=a_curator(), now=session.ends_at + 2 * HOUR)

    completed.refresh_from_db()
    assert completed.state == "COMPLETED"
    assert JournalEntry.objects.count() == 2


def test_a_refused_request_leaves_everything(session, provider, completed):
    attended(completed, session, by=provider.registered_by, status=ABSENT, now=session.ends_at + HOUR)

    deciding.refuse(request=asked(), actor=a_curator(), note="Có ảnh lớp học.", now=session.ends_at + 2 * HOUR)

    completed.refresh_from_db()
    assert (completed.state, completed.awards_taken_back) == ("COMPLETED", 0)
    assert completions.in_doubt(provider) == [completed]
