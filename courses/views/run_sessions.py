"""Class sessions of a run moved, cancelled and added, and whom to call about it: for who teaches or manages it."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import permissions
from courses.actions import session as actions
from courses.actions import telephone_call
from courses.forms.session import CancelForm, HeldForm
from courses.models import ClassSession, CourseRun
from courses.queries import telephone_call as calls
from courses.views.attendance import get_run
from learners.actions import reading
from learners.choices import Seen
from learners.models import Learner

UNDO = "undo"  # the name of the button that says a call was not made
KEY_LETTERS_MAX = 120
asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@login_required
def move(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    run, session = _session(request, organization_id, run_id, position)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    form = HeldForm(request.POST or None, run=run, session=session, initial=HeldForm.initial_from(session))

    def act() -> None:
        said = form.cleaned_data
        actions.move(
            session=session,
            actor=actor,
            to=form.held,
            reason=said["reason"],
            now=timezone.now(),
            creation_key=said["once"],
        )
        messages.success(request, _("The class session is moved, and everybody with a place is told."))

    return _answer(request, "courses/session_move.html", form, run, session, act)


@asks_and_acts
@login_required
def cancel(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> HttpResponse:
    run, session = _session(request, organization_id, run_id, position)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    usual = {"minutes": HeldForm.initial_from(session)["minutes"]}
    form = CancelForm(request.POST or None, run=run, session=session, initial=usual)

    def act() -> None:
        said = form.cleaned_data
        actions.cancel(
            session=session,
            actor=actor,
            reason=said["reason"],
            now=timezone.now(),
            instead=form.instead,
            creation_key=said["once"],
        )
        messages.success(request, _("The class session is cancelled, and everybody with a place is told."))

    return _answer(request, "courses/session_cancel.html", form, run, session, act)


@asks_and_acts
@login_required
def add(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = _run(actor, organization_id, run_id)
    form = HeldForm(request.POST or None, run=run, initial={"minutes": 120})

    def act() -> None:
        said = form.cleaned_data
        actions.add(
            run=run, actor=actor, to=form.held, reason=said["reason"], now=timezone.now(), creation_key=said["once"]
        )
        messages.success(request, _("The class session is added, and everybody with a place is told."))

    return _answer(request, "courses/session_add.html", form, run, None, act)


@asks_and_acts
@login_required
def to_call(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    """Names and numbers of those no message reaches, seen by whom is written down first; POST says who was called."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run, now = _run(actor, organization_id, run_id), timezone.now()
    if request.method == "POST":
        note, key = telephone_call.undo if UNDO in request.POST else telephone_call.note, request.POST.get("key", "")
        try:
            note(run=run, key=key[:KEY_LETTERS_MAX].replace("\0", ""), actor=actor, now=now)
        except telephone_call.UnableToNote as reason:
            messages.warning(request, str(reason))
        return redirect(request.path)
    listed = calls.to_call(run, now=now)
    reading.write(
        reader=actor,
        learner_ids={person.learner.pk for each in listed for person in each.people},
        seen=Seen.CALL_LIST,
        organization=run.version.course.provider,
        now=now,
    )
    return render(request, "courses/session_calls.html", {"run": run, "listed": listed, "undo": UNDO})


def _run(actor: Learner, organization_id: UUID, run_id: int) -> CourseRun:
    run = get_run(actor, organization_id, run_id)
    if not permissions.may_change_sessions(actor, run):
        raise PermissionDenied
    return run


def _session(request: HttpRequest, organization_id: UUID, run_id: int, position: int) -> tuple[CourseRun, ClassSession]:
    run = _run(request.user, organization_id, run_id)  # type: ignore[arg-type]  # login_required
    return run, get_object_or_404(run.class_sessions, position=position)


def _answer(
    request: HttpRequest,
    template: str,
    form: Form,
    run: CourseRun,
    session: ClassSession | None,
    act: Callable[[], None],
) -> HttpResponse:
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            act()
        except actions.UnableToChange as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            organization_id = run.version.course.provider.public_id
            return redirect("courses:run", organization_id=organization_id, run_id=run.pk)
    return render(request, template, {"form": form, "run": run, "session": session}, status=status)
