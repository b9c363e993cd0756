"""Taking a place on a run and giving it up: three pages, each with one button."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import enrollment as actions
from courses.actions import obstacle as obstacles
from courses.forms.terms import AboutForm
from courses.models import CourseRun
from courses.queries import content, helping, no_show, place_request, terms, waiting_shown
from courses.queries import enrollment as queries
from courses.queries import session as sessions
from learners.choices import HelperAct
from learners.models import Learner
from learners.queries import mandate as mandates

# A page with a button on it: GET asks, POST acts.
asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@login_required
def enroll(request: HttpRequest, run_id: int) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_object_or_404(queries.runs_on_offer(), pk=run_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            enrollment = actions.enroll(learner=learner, run=run, now=now)
        except actions.UnableToEnroll as reason:
            return enroll_page(request, run, now, obstacle=reason, status=HTTPStatus.CONFLICT)
        return redirect("courses:enrollment", public_id=enrollment.public_id)
    if held := queries.of_learner(learner).holding_seat().filter(run=run).first():
        return redirect("courses:enrollment", public_id=held.public_id)
    return enroll_page(request, run, now)


def enroll_page(
    request: HttpRequest,
    run: CourseRun,
    now: datetime,
    *,
    obstacle: actions.UnableToEnroll | None = None,
    about: AboutForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Show a run with what the learner does next: say something of themself, enrol, wait; or why they cannot."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    obstacle = obstacle or actions.obstacle(learner=learner, run=run, now=now)
    if about is None and obstacles.may_be_said(obstacle):
        about = AboutForm(needed=terms.needed(learner, run))
    context = {
        "facts": queries.run_facts(run, now=now),
        "obstacle": str(obstacle) if obstacle and about is None else "",
        "about": about,
        "asked": place_request.open_request(learner, run) if isinstance(obstacle, actions.NeedsApproval) else None,
        "asks_for_approval": isinstance(obstacle, actions.NeedsApproval),
        "order": no_show.shown(learner, now=now) if _is_full(obstacle) else None,
        "waiting": waiting_shown.standing(run, learner, now=now) if _is_full(obstacle) else None,
        "each_asks": place_request.asks_for_approval(run),
        "may_group": obstacle is None or _is_full(obstacle),
        "mandates": mandates.holding(learner, now=now, act=HelperAct.ENROL),
    }
    return render(request, "courses/enroll.html", context, status=status)


def _is_full(obstacle: actions.UnableToEnroll | None) -> bool:
    return isinstance(obstacle, actions.RunIsFull)


@require_safe
@login_required
def enrollment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The learner's own page of one enrolment: what comes next, or how it ended."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    enrollment = get_object_or_404(queries.of_learner(learner), public_id=public_id)
    context = {
        "enrollment": enrollment,
        "facts": queries.run_facts(enrollment.run, now=timezone.now()),
        "timetable": sessions.timetable(enrollment.run),
        "reading": content.reading(enrollment),
        "helped": helping.acts_on(enrollment),
    }
    return render(request, "courses/enrollment.html", context)


@asks_and_acts
@login_required
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask, then give up one's own place."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    enrollment = get_object_or_404(queries.of_learner(learner), public_id=public_id)
    if request.method == "POST":
        try:
            actions.withdraw(enrollment=enrollment, now=timezone.now())
        except actions.UnableToWithdraw as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, _("The place has been given up."))
        return redirect("courses:enrollment", public_id=enrollment.public_id)
    context = {"enrollment": enrollment, "is_past": enrollment.run.is_past(now=timezone.now())}
    return render(request, "courses/withdraw.html", context)
