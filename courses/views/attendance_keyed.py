"""The sign-in sheet of a class session: printed, and keyed in by keyboard alone; cards are taken in the same field."""

from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import attendance, attendance_keyed
from courses.actions import walk_in as walk_ins
from courses.choices import AttendanceMethod, AttendanceStatus
from courses.models import ClassSession, WalkIn
from courses.queries import attendance as queries
from courses.queries import walk_in as names
from courses.rules import CARDS_WRONG_OF_STAFF
from courses.views import cards_shown, seen
from courses.views.attendance import entries_seen, get_run, shown
from learners.choices import Seen
from learners.models import Learner

HERE = "here-"  # and the enrolment's id: one box a learner


def _session(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> ClassSession:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    session = get_object_or_404(run.class_sessions.filter(cancelled_at=None), position=position)
    session.run = run
    return session


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def keyed(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    """Enter goes on: each line of codes is recorded, and the field waits for the next."""
    session = _session(request, organization_id, run_id, position)
    if request.method != "POST":
        return _page(request, session)
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:200]
    try:
        done = _key(request, session, reason)
    except (attendance.UnableToMark, walk_ins.UnableToClaim) as refusal:
        return _page(request, session, refusal=str(refusal))
    return _page(request, session, done=done) if done.unknown or done.clashes else redirect(request.path)


def _key(request: HttpRequest, session: ClassSession, reason: str) -> attendance_keyed.Keyed:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    if said := _of_who_was_written_down(request, session):
        messages.success(request, said)
        return attendance_keyed.Keyed()
    ticked = [
        int(name.removeprefix(HERE))
        for name in request.POST
        if name.startswith(HERE) and name.removeprefix(HERE).isdecimal() and len(name) < 30
    ]
    done = attendance_keyed.key(
        class_session=session,
        typed=request.POST.get("codes", ""),
        ticked=ticked,
        actor=actor,
        now=now,
        reason=reason,
        seen=entries_seen(request),
        wrong_cards_max=CARDS_WRONG_OF_STAFF.times if cards_shown.may_try(request, session.run) else 0,
    )
    cards_shown.count_wrong(request, session.run, done.wrong_cards)
    if done.present:
        messages.success(request, _("Present: %(names)s") % {"names": ", ".join(done.present)})
    if request.POST.get("name", "").strip():
        came = walk_ins.record(
            class_session=session,
            full_name=request.POST["name"],
            phone=request.POST.get("phone", ""),
            actor=actor,
            now=now,
            method=AttendanceMethod.PAPER,
            reason=reason,
            mark_id=_uuid(request.POST.get("once", "")),
        )
        messages.success(request, _("Written down: %(name)s") % {"name": came.full_name})
    if "rest" in request.POST and not done.unknown and not done.clashes:
        _mark_rest_absent(request, session, reason)
    return done


def _mark_rest_absent(request: HttpRequest, session: ClassSession, reason: str) -> None:
    rest = {
        line.enrollment.pk: AttendanceStatus.ABSENT
        for line in queries.whole_sheet(session)
        if line.status is None and line.enrollment.learner_id != request.user.pk
    }
    marked = attendance.mark_sheet(
        class_session=session,
        marks=rest,
        seen=dict.fromkeys(rest, 0),  # who is marked just now is not of the rest
        actor=request.user,  # type: ignore[arg-type]  # login_required
        now=timezone.now(),
        reason=reason,
        method=AttendanceMethod.PAPER,
    )
    n = marked.changed
    said = ngettext("%(n)s person is marked absent.", "%(n)s people are marked absent.", n) % {"n": n}
    messages.success(request, said)


def _of_who_was_written_down(request: HttpRequest, session: ClassSession) -> str:
    """Do what the button beside a name written down is for; return what is said of it, empty where none was pressed."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    pressed = request.POST
    if "give" in pressed:
        came = _written_down(session, pressed["give"])
        typed = pressed.get("card", "")
        learner = cards_shown.whose(request, session.run, typed) if typed.strip() else None
        if learner is None:
            raise walk_ins.NotTheirs(_("This is the code of no card. Look at it again."))
        walk_ins.give(walk_in=came, learner=learner, actor=actor, now=timezone.now())
        return _("%(name)s has a place in this class now.") % {"name": learner.full_name}
    if "strike" in pressed:
        came = walk_ins.strike(walk_in=_written_down(session, pressed["strike"]), actor=actor, now=timezone.now())
        return _("Struck off: %(name)s") % {"name": came.full_name}
    if "put_back" in pressed:
        came = walk_ins.put_back(walk_in=_written_down(session, pressed["put_back"]), actor=actor)
        return _("Put back: %(name)s") % {"name": came.full_name}
    return ""


def _written_down(session: ClassSession, mark_id: str) -> WalkIn:
    return get_object_or_404(names.of_session(session), mark_id=_uuid(mark_id) or UUID(int=0))


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _page(
    request: HttpRequest, session: ClassSession, *, refusal: str = "", done: attendance_keyed.Keyed | None = None
) -> HttpResponse:
    now, done, sheet = timezone.now(), done or attendance_keyed.Keyed(), queries.whole_sheet(session)
    seen.write(request, session.run, [line.enrollment.learner_id for line in sheet], Seen.ROSTER)
    codes = {pk: code for code, pk in queries.line_codes(session).items()}
    ticked = {name for name in request.POST if name.startswith(HERE)} if refusal else set()
    context = {
        "run": session.run,
        "session": session,
        "lines": [
            {
                "enrollment": line.enrollment,
                "status": line.status,
                "code": codes[line.enrollment.pk],
                "is_self": line.enrollment.learner_id == request.user.pk,
                "is_ticked": f"{HERE}{line.enrollment.pk}" in ticked,
            }
            for line in sheet
        ],
        "once": (_uuid(request.POST.get("once", "")) if refusal else None) or uuid4(),
        "seen": request.POST.get("seen", "") if refusal else shown(sheet),
        "clashes": done.clashes,
        "sheet_code": queries.sheet_code(session),
        "walk_ins": names.of_session(session),
        "refusal": refusal,
        "unknown": " ".join(done.unknown),
        "is_rest_left": "rest" in request.POST and bool(done.unknown or done.clashes),
        "typed": request.POST if refusal else {},
        "is_open": now >= attendance.opens_at(session),
        "opens_at": attendance.opens_at(session),
        "needs_reason": attendance.needs_reason(session, now=now),
    }
    status = HTTPStatus.CONFLICT if refusal or done.clashes else HTTPStatus.OK
    return render(request, "courses/attendance_keyed.html", context, status=status)


@never_cache
@require_safe
@login_required
def sheet(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    """The sheet to sign, as a file."""
    # typst takes 50 ms to load, and only this needs it.
    from courses.exports import sign_in_sheet  # noqa: PLC0415

    session = _session(request, organization_id, run_id, position)
    codes = {pk: code for code, pk in queries.line_codes(session).items()}
    enrollments = [line.enrollment for line in queries.whole_sheet(session)]
    seen.write(request, session.run, [each.learner_id for each in enrollments], Seen.SIGN_IN_SHEET)
    people = [(codes[each.pk], each.learner.full_name) for each in enrollments]
    content = sign_in_sheet.sheet_pdf(session, people, code=queries.sheet_code(session), dated=timezone.now())
    name = f"sign-in-{session.run_id}-{session.position}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
