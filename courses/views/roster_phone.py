"""The roster on the instructor's phone: everybody on one page; marks wait on the phone while it has no network."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import attendance, attendance_merge
from courses.actions import walk_in as walk_ins
from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord, ClassSession
from courses.queries import attendance as queries
from courses.queries import walk_in as names
from courses.rules import ATTENDANCE_INSTRUCTOR_DAYS, BATCH_BYTES_MAX, ENTRIES_PER_BATCH_MAX, OFFLINE_HOURS
from courses.views import seen
from courses.views.attendance import FIELD, entries_seen, get_run, shown, typed_marks
from learners.choices import Seen
from learners.levels import IS_SHARED, ROSTER
from learners.models import Learner

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "roster-worker.js"
SEQUENCE_MAX = 2**31 - 1
Entry = TypeVar("Entry")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the roster's page; from the root, so that it may keep pages of any language."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    """The page; POST takes the form of a page without script, or as JSON what a phone has kept."""
    if request.method == "POST" and request.content_type == "application/json":
        if not request.user.is_authenticated:
            return JsonResponse({"refusal": _("Sign in again. What you marked stays on this phone.")}, status=401)
        return _batch(request, _session(request, organization_id, run_id, position))
    return _form(request, organization_id, run_id, position)


def _session(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> ClassSession:
    actor: Learner = request.user  # type: ignore[assignment]  # both callers have seen to it
    run = get_run(actor, organization_id, run_id)
    session = get_object_or_404(run.class_sessions, position=position)  # cancelled: the phone may still hold marks
    session.run = run
    return session


@login_required
def _form(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    session, now = _session(request, organization_id, run_id, position), timezone.now()
    if request.method != "POST":
        answer = _page(request, session, now)
        if not request.session.get(IS_SHARED):
            kept = int(timedelta(days=ATTENDANCE_INSTRUCTOR_DAYS).total_seconds())
            answer.set_cookie(ROSTER, "1", max_age=kept, secure=settings.HTTPS, httponly=True, samesite="Lax")
        return answer
    typed = typed_marks(request)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    try:
        marked = attendance.mark_sheet(
            class_session=session, marks=typed, seen=entries_seen(request), actor=actor, now=now
        )
        if request.POST.get("name", "").strip():
            walk_ins.record(
                class_session=session,
                full_name=request.POST["name"],
                phone=request.POST.get("phone", ""),
                actor=actor,
                now=now,
                mark_id=_once(request),
            )
    except attendance.UnableToMark as refusal:
        return _page(request, session, now, typed=typed, refusal=str(refusal))
    messages.success(request, _("Attendance is recorded."))
    return _page(request, session, now, clashes=marked.clashes) if marked.clashes else redirect(request.path)


def _once(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    session: ClassSession,
    now: datetime,
    typed: dict[int, AttendanceStatus] | None = None,
    refusal: str = "",
    clashes: Sequence[AttendanceRecord] = (),
) -> HttpResponse:
    typed, sheet = typed or {}, queries.whole_sheet(session)
    codes = {pk: code for code, pk in queries.line_codes(session).items()}
    seen.write(request, session.run, [line.enrollment.learner_id for line in sheet], Seen.ROSTER)
    lines = [
        {
            "enrollment": line.enrollment,
            "is_self": line.enrollment.learner_id == request.user.pk,
            "field": f"{FIELD}{line.enrollment.pk}",
            "status": typed.get(line.enrollment.pk) or line.status,
            "marked_at": line.marked_at,
            "code": codes[line.enrollment.pk],
        }
        for line in sheet
    ]
    context = {
        "run": session.run,
        "session": session,
        "lines": lines,
        "seen": request.POST.get("seen", "") if refusal else shown(sheet),
        "clashes": clashes,
        "walk_ins": names.of_session(session),
        "statuses": AttendanceStatus.choices,
        "refusal": refusal,
        "typed": request.POST if refusal else {},
        "once": (_once(request) if refusal else None) or uuid4(),
        "is_off": session.cancelled_at is not None or session.run.cancelled_at is not None,
        "is_over": attendance.needs_reason(session, now=now),
        "is_open": now >= attendance.opens_at(session),
        "opens_at": attendance.opens_at(session),
        "now": now,
        "is_shared": bool(request.session.get(IS_SHARED)),
        "scope": reverse("courses:workspaces"),
        "hours": OFFLINE_HOURS,
    }
    status = HTTPStatus.CONFLICT if refusal or clashes else HTTPStatus.OK
    return render(request, "courses/roster_phone.html", context, status=status)


def _batch(request: HttpRequest, session: ClassSession) -> HttpResponse:
    """Every entry has an answer of its own: taken, kept uncounted or refused; nonsense holds nothing up."""
    actor: Learner = request.user  # type: ignore[assignment]  # signed in
    sent = _read(request)
    if sent is None:
        return JsonResponse({"refusal": _("This cannot be read.")}, status=HTTPStatus.BAD_REQUEST)
    if sent.get("by") != actor.pk:
        said = _("These marks are another person’s. They stay on this phone until that person signs in on it.")
        return JsonResponse({"refusal": said, "by": "another"}, status=HTTPStatus.CONFLICT)
    refused: dict[str, str] = {}
    marks = _each(sent["marks"], _mark, refused)
    doors = _each(sent["names"], _name, refused)
    try:
        merged = attendance_merge.merge(
            class_session=session, marks=marks, names=doors, actor=actor, now=timezone.now()
        )
    except attendance.UnableToMark as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=HTTPStatus.CONFLICT)
    answer = {
        "taken": [str(each) for each in merged.taken],
        "refused": refused | {str(key): why for key, why in merged.refused.items()},
        "uncounted": {str(key): why for key, why in merged.uncounted.items()}
        | {str(key): _overtaken(record) for key, record in merged.overtaken.items()},
        "counts": {
            str(record.enrollment_id): {"status": record.status, "said": record.marked_at.isoformat()}
            for record in merged.overtaken.values()
        },
    }
    return JsonResponse(answer)


def _overtaken(record: AttendanceRecord) -> str:
    return _("%(name)s recorded later: %(status)s") % {
        "name": record.recorded_by.full_name,
        "status": record.get_status_display(),
    }


def _read(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was sent, if it is two lists of no more entries than a part may have."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > BATCH_BYTES_MAX:
            return None
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict) or not all(isinstance(sent.get(name), list) for name in ("marks", "names")):
        return None
    entries = [*sent["marks"], *sent["names"]]
    if len(entries) > ENTRIES_PER_BATCH_MAX or not all(isinstance(each, dict) for each in entries):
        return None
    return sent


def _each(sent: list[dict[str, Any]], read: Callable[[dict[str, Any]], Entry], refused: dict[str, str]) -> list[Entry]:
    """Return what can be read; the rest is refused by the name it gave itself."""
    found = []
    for each in sent:
        try:
            found.append(read(each))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            refused[str(each.get("id"))[:40]] = _("This cannot be read.")
    return found


def _mark(sent: dict[str, Any]) -> attendance_merge.Mark:
    sequence, person = int(sent["seq"]), int(sent["person"])
    if not (0 <= sequence <= SEQUENCE_MAX and 0 < person < 2**63):
        raise ValueError("a number out of range")
    return attendance_merge.Mark(
        mark_id=UUID(sent["id"]),
        enrollment_id=person,
        status=AttendanceStatus(sent["status"]),
        device_at=_moment(sent["at"]),
        sequence=sequence,
        answers=_moment(sent["answers"]) if sent.get("answers") else None,
        clock_at=_moment(sent["clock"]) if sent.get("clock") else None,
    )


def _name(sent: dict[str, Any]) -> attendance_merge.NameAtTheDoor:
    return attendance_merge.NameAtTheDoor(
        mark_id=UUID(sent["id"]),
        full_name=str(sent["name"])[:400],
        phone=str(sent.get("phone", ""))[:40],
        device_at=_moment(sent["at"]),
    )


def _moment(said: str) -> datetime:
    at = parse_datetime(said)
    if at is None or at.tzinfo is None or not 2000 <= at.year <= 9000:
        raise ValueError("no moment")
    return at
