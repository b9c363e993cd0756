"""The code of a room: shown by the instructor's screen, typed or scanned by who is there."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import segno
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import attendance_room as actions
from courses.models import AttendanceRecord, ClassSession
from courses.queries import attendance
from courses.queries import room as queries
from courses.rules import ROOM_CODE_LETTERS, ROOM_GUESSES, ROOM_SCAN_KEPT
from courses.views.attendance import get_run
from learners.levels import SCANNED
from learners.models import Learner
from learners.rules import CARD_LETTERS

MINE_MAX = 2  # classes at one hour; who has more shows the others on paper
CODE = re.compile(f"[{CARD_LETTERS}]{{{ROOM_CODE_LETTERS}}}")


@never_cache
@require_safe
@login_required
def screen(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    """The code of this moment, large, for a screen or a phone held up; the script asks for the next one in time."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    session = get_object_or_404(run.class_sessions.filter(cancelled_at=None), position=position)
    now = timezone.now()
    context = {"run": run, "session": session, "is_open": queries.is_open(session, now=now)}
    if context["is_open"]:
        code = queries.code(session, now=now)
        address = settings.SITE_URL + reverse("courses:room_code", args=[code])
        context |= {
            "code": code,
            "typed_at": (settings.SITE_URL + reverse("courses:room")).removeprefix("https://").removeprefix("http://"),
            "svg": _drawn(address),
            "seconds": queries.seconds_left(now=now),
        }
    return render(request, "courses/room_screen.html", context)


def _drawn(address: str) -> SafeString:
    return mark_safe(segno.make(address, error="m", micro=False).svg_inline(border=2, light="white", omitsize=True))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, code: str = "") -> HttpResponse:
    """
    Where the QR code leads, and where the letters are typed; nothing is recorded before one says so.

    Who scans it signed out is led to sign in, and the browser keeps what was scanned and when: a signed cookie, since
    whoever guesses codes all day must leave nothing behind here.
    """
    if not request.user.is_authenticated:
        answer = redirect_to_login(request.get_full_path())
        if CODE.fullmatch(code):
            _keep_scan(answer, code)
        return answer
    if request.method != "POST":
        return _page(request, code[:ROOM_CODE_LETTERS])
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    typed = request.POST.get("code", "")
    key, config = str(learner.pk), {"room": ROOM_GUESSES.rate_of_a_key}
    if not ratelimit.consume(request, app="courses", action="room", config=config, key=key):
        said = _("That was too many codes. Wait five minutes, or tell the instructor that you are here.")
        return _page(request, typed, refusal=said, status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        record = actions.check_in(learner=learner, typed=typed, now=timezone.now(), seen_at=_scanned_at(request, typed))
    except actions.WrongCode as reason:
        return _page(request, typed, refusal=str(reason), status=HTTPStatus.CONFLICT)
    messages.success(request, _on_record(record))
    answer = redirect("courses:attendance_history", public_id=record.enrollment.public_id)
    answer.delete_cookie(SCANNED)
    return answer


def _keep_scan(answer: HttpResponse, code: str) -> None:
    answer.set_signed_cookie(
        SCANNED,
        f"{code} {timezone.now().timestamp()}",
        salt=SCANNED,
        max_age=ROOM_SCAN_KEPT,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _scanned_at(request: HttpRequest, typed: str) -> datetime | None:
    """Return when this browser scanned the code before anybody signed in, if it did."""
    code, _space, at = str(request.get_signed_cookie(SCANNED, default="", salt=SCANNED)).partition(" ")
    if not at or code != typed.strip().upper():
        return None
    return datetime.fromtimestamp(float(at), tz=UTC)


def _on_record(record: AttendanceRecord) -> str:
    return _("On record: %(status)s.") % {"status": record.get_status_display().lower()}


def _mine(session: ClassSession, learner: Learner) -> dict[str, object]:
    """
    Return the learner's line of a class session's sheet, as its code and as the address a camera opens.

    It opens the roster on the phone of who keeps it, without network too, and nothing for anybody else.
    """
    codes = {pk: code for code, pk in attendance.line_codes(session).items()}
    code = codes[queries.place_in(session, learner).pk]
    provider = session.run.version.course.provider
    roster = reverse("courses:roster_phone", args=[provider.public_id, session.run_id, session.position])
    return {"session": session, "code": code, "svg": _drawn(f"{settings.SITE_URL}{roster}#{code}")}


def _page(request: HttpRequest, code: str, *, refusal: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # its caller has seen to it
    mine = [_mine(session, learner) for session in queries.open_to(learner, now=timezone.now())[:MINE_MAX]]
    context = {"code": code[:20], "refusal": refusal, "letters": ROOM_CODE_LETTERS, "mine": mine}
    return render(request, "courses/room.html", context, status=status)
