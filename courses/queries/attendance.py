"""Questions about attendance: who marks whom, who came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, Enrollment
from courses.queries import completion
from learners import rules
from learners.choices import Role
from learners.models import Learner, Membership
from learners.models.folding import sort_key

TEACHING = (Role.INSTRUCTOR, Role.VOLUNTEER, Role.MANAGER)
LEARNERS_PER_PAGE = 50


def runs_staffed_by(actor: Learner) -> QuerySet[CourseRun]:
    """Return the runs whose roster ``actor`` keeps: all of an organisation they manage, else those assigned to them."""
    current = Membership.objects.filter(learner=actor, ended_at=None)
    return CourseRun.objects.filter(
        Q(version__course__provider__in=current.filter(role=Role.MANAGER).values("organization"))
        | Q(
            pk__in=actor.run_instructors.values("run"),
            version__course__provider__in=current.filter(role__in=TEACHING).values("organization"),
        )
    ).select_related("version__course__provider", "version__completion_rule", "place", "terms")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One learner of a run, with the status at each class session in the sessions' order; None: not marked."""

    enrollment: Enrollment
    statuses: list[tuple[ClassSession, AttendanceStatus | None]]
    progress: completion.Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One class session with how many of the run's learners have which status."""

    session: ClassSession
    counts: list[tuple[AttendanceStatus, int]]
    marked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    sessions: list[SessionLine]
    lines: list[RosterLine]
    page: Page[int]  # of enrolment ids


def roster(run: CourseRun, *, page_number: str | int = 1) -> Roster:
    """Return a page of the run's learners by given name, and all its class sessions; six queries."""
    sessions = list(run.class_sessions.filter(cancelled_at=None).order_by("starts_at"))
    page = page_of(run, page_number)
    enrollments = in_order(page)
    current = AttendanceRecord.objects.filter(superseded_at=None, class_session__in=sessions)
    statuses = {
        (enrollment_id, session_id): AttendanceStatus(status)
        for enrollment_id, session_id, status in current.filter(enrollment__in=enrollments).values_list(
            "enrollment_id", "class_session_id", "status"
        )
    }
    progress = completion.progress(enrollments)
    return Roster(
        sessions=_session_lines(sessions, current),
        lines=[
            RosterLine(
                enrollment=enrollment,
                statuses=[(session, statuses.get((enrollment.pk, session.pk))) for session in sessions],
                progress=progress[enrollment.pk],
            )
            for enrollment in enrollments
        ],
        page=page,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One learner to mark, and what is on record of them at a class session."""

    enrollment: Enrollment
    status: AttendanceStatus | None
    entry_id: int  # of the entry that counts; 0: none
    marked_at: datetime | None  # the time of that entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A class session's learners with the status on record."""

    lines: list[SheetLine]
    page: Page[int]


def sheet(session: ClassSession, *, page_number: str | int = 1) -> Sheet:
    """Return a page of the learners to mark, by given name; three queries."""
    page = page_of(session.run, page_number)
    enrollments = in_order(page)
    return Sheet(lines=_sheet_lines(session, enrollments), page=page)


def whole_sheet(session: ClassSession) -> list[SheetLine]:
    """Return everybody to mark with the status on record, by given name, on one page; two queries."""
    enrollments = session.run.enrollments.holding_seat().select_related("learner")
    by_name = sorted(enrollments, key=lambda each: (_by_given_name(each.learner.full_name), each.pk))
    return _sheet_lines(session, by_name)


def _sheet_lines(session: ClassSession, enrollments: Sequence[Enrollment]) -> list[SheetLine]:
    counting = AttendanceRecord.objects.filter(
        superseded_at=None, class_session=session, enrollment__in=[each.pk for each in enrollments]
    )
    entries = {record.enrollment_id: record for record in counting}
    return [
        SheetLine(
            enrollment=each,
            status=AttendanceStatus(entries[each.pk].status) if each.pk in entries else None,
            entry_id=entries[each.pk].pk if each.pk in entries else 0,
            marked_at=entries[each.pk].marked_at if each.pk in entries else None,
        )
        for each in enrollments
    ]


def line_codes(session: ClassSession) -> dict[str, int]:
    """
    Return the codes of the lines of a class session's sign-in sheet, with the enrolments they mean; one query.

    The number counts the enrolments of the run as they came, so a sheet printed before somebody enrolled or left says
    the same; the letter goes with the class session, so that a line of another sheet is noticed.
    """
    letters = "".join(letter for letter in rules.CARD_LETTERS if letter.isalpha())  # "18" would be read as a number
    ids = session.run.enrollments.order_by("pk").values_list("pk", flat=True)
    weight = 1 + session.pk % (len(letters) - 1)
    return {
        f"{number}{letters[(number * weight + session.pk) % len(letters)]}": pk
        for number, pk in enumerate(ids, start=1)
    }


def sheet_code(session: ClassSession) -> str:
    """Return the code of a class session's sign-in sheet: the letters that go with it, and nothing secret."""
    letters, number = rules.CARD_LETTERS, session.pk * 7919 + 104729
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(4))


def page_of(run: CourseRun, number: str | int) -> Page[int]:
    """Vietnamese lists go by the given name, which is the last word; no collation of the database knows that."""
    names = run.enrollments.holding_seat().values_list("pk", "learner__full_name")
    ordered = [pk for pk, name in sorted(names, key=lambda row: (_by_given_name(row[1]), row[0]))]
    return Paginator(ordered, LEARNERS_PER_PAGE).get_page(number)


def _by_given_name(full_name: str) -> tuple[str, str]:
    return sort_key(full_name.rsplit(" ", 1)[-1]), sort_key(full_name)


def in_order(page: Page[int]) -> list[Enrollment]:
    found = Enrollment.objects.select_related("learner", "group__leader").in_bulk(list(page.object_list))
    return [found[pk] for pk in page.object_list]


def _session_lines(sessions: Sequence[ClassSession], current: QuerySet[AttendanceRecord]) -> list[SessionLine]:
    in_seats = current.filter(enrollment__in=Enrollment.objects.holding_seat())
    rows = in_seats.values_list("class_session_id", "status").annotate(count=Count("pk"))
    counted: Counter[tuple[int, str]] = Counter({(session_id, status): count for session_id, status, count in rows})
    return [
        SessionLine(
            session=session,
            counts=[
                (status, counted[session.pk, status.value])
                for status in AttendanceStatus
                if counted[session.pk, status.value]
            ],
            marked=sum(counted[session.pk, status.value] for status in AttendanceStatus),
        )
        for session in sessions
    ]
