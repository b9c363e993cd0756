"""What is on record of one person in one run, who said it, and what they say of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from courses.choices import FigureName
from courses.models import AttendanceObjection, AttendanceRecord, ClassSession, Enrollment
from courses.queries import attendance_figure
from courses.rules import OBJECTIONS_PER_SESSION_MAX
from learners.models import Learner, Organization


@dataclass(slots=True, kw_only=True)
class SessionHistory:
    """One class session: its entries from the first to the last, and the objections, of one person."""

    session: ClassSession
    records: list[AttendanceRecord] = field(default_factory=list)
    objections: list[AttendanceObjection] = field(default_factory=list)
    may_object: bool = False

    @property
    def counting(self) -> AttendanceRecord | None:
        return next((record for record in self.records if record.superseded_at is None), None)

    @property
    def open_objection(self) -> AttendanceObjection | None:
        return next((objection for objection in self.objections if not objection.outcome), None)


def history(enrollment: Enrollment, *, now: datetime) -> list[SessionHistory]:
    """Return the class sessions of an enrolment that have begun or about which something was said; four queries."""
    days = attendance_figure.value(FigureName.OBJECTION_DAYS)
    lines = {
        session.pk: SessionHistory(session=session)
        for session in ClassSession.objects.select_related("run")
        .filter(run=enrollment.run_id)
        .order_by("starts_at", "pk")
    }
    records = AttendanceRecord.objects.filter(enrollment=enrollment).select_related("recorded_by", "confirmation")
    for record in sorted(records, key=lambda record: record.rank):
        lines[record.class_session_id].records.append(record)
    objections = AttendanceObjection.objects.filter(enrollment=enrollment).select_related("answered_by")
    for objection in objections.order_by("pk"):
        lines[objection.class_session_id].objections.append(objection)
    shown = [
        line
        for line in lines.values()
        if line.records
        or line.objections
        or (line.session.starts_at <= now and not has_left_before(enrollment, line.session))
    ]
    for line in shown:
        line.may_object = (
            line.open_objection is None
            and line.session.cancelled_at is None
            and line.session.run.cancelled_at is None
            and not has_left_before(enrollment, line.session)
            and len(line.objections) < OBJECTIONS_PER_SESSION_MAX
            and line.session.starts_at <= now < open_until(line.session, line.counting, days=days)
        )
    return shown


def has_left_before(enrollment: Enrollment, session: ClassSession) -> bool:
    """Return whether the learner had given their place up before the class."""
    return enrollment.withdrawn_at is not None and enrollment.withdrawn_at <= session.starts_at


def open_until(session: ClassSession, counting: AttendanceRecord | None, *, days: int) -> datetime:
    """Return until when one may object: so many days after what counts was written down, or after the class."""
    since = max(session.ends_at, counting.recorded_at) if counting else session.ends_at
    return since + timedelta(days=days)


def in_full() -> QuerySet[AttendanceObjection]:
    """Return all objections with what their pages name, those that wait first, the oldest promise on top."""
    return AttendanceObjection.objects.select_related(
        "enrollment__learner", "enrollment__run__version__course__provider", "class_session", "record", "answered_by"
    ).order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")


def of_organization(organization: Organization) -> QuerySet[AttendanceObjection]:
    """Return the objections to attendance in an organisation's runs: those that wait first."""
    return in_full().filter(enrollment__run__version__course__provider=organization)


def waiting_for(organization: Organization, *, actor: Learner) -> int:
    """Return how many objections wait for the organisation's managers, those about the actor left out; one query."""
    theirs = AttendanceObjection.objects.filter(
        enrollment__run__version__course__provider=organization, outcome="", escalated_at=None
    )
    return theirs.exclude(enrollment__learner=actor).count()


def escalated() -> int:
    """Return how many objections wait for a curator; one query."""
    return AttendanceObjection.objects.filter(outcome="", escalated_at__isnull=False).count()
