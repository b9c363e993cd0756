"""The roster on the instructor's phone: everybody on one page; marks wait on the phone while it has no network."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

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
from courses.models import ClassSession
from courses.queries import attendance as queries
from courses.queries import walk_in as names
from courses.rules import MARKS_PER_BATCH_MAX, OFFLINE_HOURS, WALK_INS_MAX
from courses.views import seen
from courses.views.attendance import FIELD, get_run
from learners.choices import Seen
from learners.levels import IS_SHARED
from learners.models import Learner

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "roster-worker.js"
SEQUENCE_MAX = 2**31 - 1


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
    session = get_object_or_404(run.class_sessions.filter(cancelled_at=None), position=position)
    session.run = run
    return session


@login_required
def _form(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    session, now = _session(request, organization_id, run_id, position), timezone.now()
    if attendance.needs_reason(session, now=now):
        return redirect("courses:attendance", organization_id=organization_id, run_id=run_id, position=position)
    if request.method != "POST":
        return _page(request, session, now)
    typed = {
        int(name.removeprefix(FIELD)): AttendanceStatus(value)
        for name, value in request.POST.items()
        if name.removeprefix(FIELD).isdecimal() and value in AttendanceStatus.values and len(name) < 30
    }
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    try:
        attendance.mark(class_session=session, marks=typed, actor=actor, now=now)
        if request.POST.get("name", "").strip():
            walk_ins.record(
                class_session=session,
                full_name=request.POST["name"],
                phone=request.POST.get("phone", ""),
                actor=actor,
                now=now,
            )
    except attendance.UnableToMark as refusal:
        return _page(request, session, now, typed=typed, refusal=str(refusal))
    messages.success(request, _("Attendance is recorded."))
    return redirect(request.path)


def _page(
    request: HttpRequest,
    session: ClassSession,
    now: datetime,
    typed: dict[int, AttendanceStatus] | None = None,
    refusal: str = "",
) -> HttpResponse:
    typed, sheet = typed or {}, queries.whole_sheet(session)
    seen.write(request, session.run, [enrollment.learner_id for enrollment, _status in sheet], Seen.ROSTER)
    lines = [
        {
            "enrollment": enrollment,
            "is_self": enrollment.learner_id == request.user.pk,
            "field": f"{FIELD}{enrollment.pk}",
            "status": typed.get(enrollment.pk) or on_record,
        }
        for enrollment, on_record in sheet
    ]
    context = {
        "run": session.run,
        "session": session,
        "lines": lines,
        "walk_ins": names.of_session(session),
        "statuses": AttendanceStatus.choices,
        "refusal": refusal,
        "typed": request.POST if refusal else {},
        "is_open": now >= attendance.opens_at(session),
        "opens_at": attendance.opens_at(session),
        "is_shared": bool(request.session.get(IS_SHARED)),
        "scope": reverse("courses:workspaces"),
        "until": session.ends_at + timedelta(hours=OFFLINE_HOURS),
        "hours": OFFLINE_HOURS,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "courses/roster_phone.html", context, status=status)


def _batch(request: HttpRequest, session: ClassSession) -> HttpResponse:
    try:
        sent = json.loads(request.body)
        marks = [_mark(each) for each in sent["marks"][: MARKS_PER_BATCH_MAX + 1]]
        doors = [_name(each) for each in sent["names"][: WALK_INS_MAX.count_max + 1]]
        if len(marks) > MARKS_PER_BATCH_MAX or len(doors) > WALK_INS_MAX.count_max:
            raise ValueError("too many marks in one batch")
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        return JsonResponse({"fault": type(fault).__name__}, status=HTTPStatus.BAD_REQUEST)
    try:
        merged = attendance_merge.merge(
            class_session=session,
            marks=marks,
            names=doors,
            actor=request.user,  # type: ignore[arg-type]  # signed in
            now=timezone.now(),
        )
    except attendance.UnableToMark as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=HTTPStatus.CONFLICT)
    refused = {str(key): why for key, why in merged.refused.items()}
    return JsonResponse({"taken": [str(each) for each in merged.taken], "refused": refused})


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
