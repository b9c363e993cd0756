"""The roster of a run and the sheet of one class session: for those who teach it and those who manage its provider."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import attendance as actions
from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, CourseRun, EnrollmentGroup
from courses.permissions import may_change_sessions, may_submit
from courses.queries import attendance as queries
from courses.queries import coming, place_request, seats, telephone_call, terms, waiting_shown
from courses.queries import session as sessions_shown
from courses.views import seen
from learners import permissions
from learners.choices import Seen
from learners.models import Learner
from learners.queries import consent

LINE_SHOWN_MAX = 50  # of a waiting list
SEEN_LETTERS_MAX = 200_000  # 10,000 people, the most a class has
SessionShown = tuple[queries.SessionLine, bool, bool]  # whether it may be marked by now, and by this person
FIELD = "status-"  # and the enrolment's id: one group of radio buttons a learner


@require_safe
@login_required
def run(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    """The run's learners, and what is on record for each class session."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    roster = queries.roster(run, page_number=request.GET.get("page", 1))
    now = timezone.now()
    too_late = {line.session.pk for line in roster.sessions if actions.needs_reason(line.session, now=now)}
    if too_late and permissions.is_manager(actor, run.version.course.provider):
        too_late = set()
    sessions = [
        (line, now >= actions.opens_at(line.session), line.session.pk not in too_late) for line in roster.sessions
    ]
    learner_ids = [line.enrollment.learner_id for line in roster.lines]
    line = waiting_shown.line_shown(run, limit=LINE_SHOWN_MAX)
    requests = [choice.request for unit in line.units for choice in unit]
    seen.write(request, run, learner_ids + _leaders(line.enrollment.group for line in roster.lines), Seen.ROSTER)
    waiting = [each.learner_id for each in requests] + _leaders(each.group for each in requests)
    seen.write(request, run, waiting, Seen.WAITING_LIST)
    needs, words = consent.needs_of(learner_ids), terms.words_of(run, learner_ids)
    lines = [(line, needs.get(key), words.get(key)) for line, key in zip(roster.lines, learner_ids, strict=True)]
    context = {
        "run": run,
        "roster": roster,
        "lines": lines,
        "sessions": _in_time(sessions, now),
        "seats": seats.of_run(run),
        "line": line,
        "requests": place_request.open_in(run),
        "turnout": coming.turnout(run, now=now),
        "may_change_seats": may_submit(actor, run.version.course.provider),
        "may_change_sessions": may_change_sessions(actor, run),
        "changes": sessions_shown.changes(run),
        "to_call": telephone_call.is_anybody_left(run, now=now),
        "is_past": run.is_past(now=now),
        "now": now,
    }
    return render(request, "courses/roster.html", context)


def _in_time(sessions: Sequence[SessionShown], now: datetime) -> dict[str, Any]:
    """
    Return the class sessions as their page lists them: first what is near, folded up what was before and is later.

    Near are those of today and whatever is on, and the next where none of them is still to end; between two days of
    class, the last one as well while it is not marked.
    """
    today = timezone.localdate(now)

    def is_over(line: queries.SessionLine) -> bool:
        return line.session.ends_at <= now

    near = {
        number
        for number, (line, is_open, _may_mark) in enumerate(sessions)
        if timezone.localdate(line.session.starts_at) == today or (is_open and not is_over(line))
    }
    is_class_day = bool(near)
    ahead = [number for number, (line, *_rest) in enumerate(sessions) if not is_over(line)]
    if ahead and ahead[0] not in near:
        near.add(ahead[0])
    first = min(near, default=len(sessions))
    if first and not is_class_day and not sessions[first - 1][0].marked and sessions[first - 1][2]:
        near.add(first - 1)
    others = [each for number, each in enumerate(sessions) if number not in near]
    past = [each for each in others if is_over(each[0])]
    return {
        "all": sessions,
        "near": [sessions[number] for number in sorted(near)],
        "past": past,
        "unmarked": sum(not line.marked for line, *_rest in past),
        "later": [each for each in others if not is_over(each[0])],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attendance(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    """Mark who came to one class session."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    session = get_object_or_404(run.class_sessions.filter(cancelled_at=None), position=position)
    now = timezone.now()
    if request.method != "POST":
        return _sheet_page(request, run, session, now, typed={})
    typed = typed_marks(request)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    try:
        marked = actions.mark_sheet(
            class_session=session, marks=typed, seen=entries_seen(request), actor=actor, now=now, reason=reason
        )
    except actions.UnableToMark as refusal:
        return _sheet_page(request, run, session, now, typed=typed, refusal=str(refusal), reason=reason)
    messages.success(request, _("Attendance is recorded.") if marked.changed else _("Nothing had changed."))
    if marked.clashes:
        return _sheet_page(request, run, session, now, typed={}, reason=reason, clashes=marked.clashes)
    return redirect("courses:run", organization_id=organization_id, run_id=run_id)


def _leaders(groups: Iterable[EnrollmentGroup | None]) -> list[int]:
    """Return who leads these groups; they are named even if they do not come along."""
    return [group.leader_id for group in groups if group]


def typed_marks(request: HttpRequest) -> dict[int, AttendanceStatus]:
    """Return the statuses of a form by enrolment."""
    return {
        int(name.removeprefix(FIELD)): AttendanceStatus(value)
        for name, value in request.POST.items()
        if name.removeprefix(FIELD).isdecimal() and value in AttendanceStatus.values and len(name) < 30
    }


def shown(lines: Iterable[queries.SheetLine]) -> str:
    """Return which entry each row is shown with, for the form to bring back in one field."""
    return " ".join(f"{line.enrollment.pk}:{line.entry_id}" for line in lines)


def entries_seen(request: HttpRequest) -> dict[int, int]:
    """Return what ``shown`` said when the page was made."""
    pairs = (each.split(":") for each in request.POST.get("seen", "")[:SEEN_LETTERS_MAX].split())
    return {
        int(pair[0]): int(pair[1])
        for pair in pairs
        if len(pair) == 2 and all(part.isdecimal() and len(part) < 20 for part in pair)
    }


def get_run(actor: Learner, organization_id: UUID, run_id: int) -> CourseRun:
    """A curator knows that the run exists but does not keep its roster; for everybody else it is not there."""
    runs = queries.runs_staffed_by(actor)
    if found := runs.filter(version__course__provider__public_id=organization_id, pk=run_id).first():
        return found
    if permissions.is_curator(actor):
        raise PermissionDenied
    raise Http404


def _sheet_page(
    request: HttpRequest,
    run: CourseRun,
    session: ClassSession,
    now: datetime,
    *,
    typed: dict[int, AttendanceStatus],
    refusal: str = "",
    reason: str = "",
    clashes: Sequence[AttendanceRecord] = (),
) -> HttpResponse:
    sheet = queries.sheet(session, page_number=request.GET.get("page", 1))
    seen.write(request, run, [line.enrollment.learner_id for line in sheet.lines], Seen.ROSTER)
    needs_reason = actions.needs_reason(session, now=now)
    may_mark = not needs_reason or permissions.is_manager(request.user, run.version.course.provider)
    default = AttendanceStatus.PRESENT if may_mark and request.GET.get("all") == "present" else None
    lines = [
        {
            "enrollment": line.enrollment,
            "is_self": line.enrollment.learner_id == request.user.pk,
            "field": f"{FIELD}{line.enrollment.pk}",
            "status": typed.get(line.enrollment.pk) or line.status or default,
        }
        for line in sheet.lines
    ]
    context = {
        "run": run,
        "session": session,
        "lines": lines,
        "page": sheet.page,
        "seen": request.POST.get("seen", "") if refusal else shown(sheet.lines),
        "statuses": AttendanceStatus.choices,
        "refusal": refusal,
        "clashes": clashes,
        "reason": reason,
        "needs_reason": needs_reason,
        "may_mark": may_mark,
        "is_anybody_unmarked": any(
            line.status is None and line.enrollment.learner_id != request.user.pk for line in sheet.lines
        ),
        "is_open": now >= actions.opens_at(session),
        "opens_at": actions.opens_at(session),
    }
    status = HTTPStatus.CONFLICT if refusal or clashes else HTTPStatus.OK
    return render(request, "courses/attendance.html", context, status=status)
