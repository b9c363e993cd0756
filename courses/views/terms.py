"""For whom a class is, for those who speak for its organization; and what a learner says before they enrol."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses import permissions
from courses.actions import terms as actions
from courses.forms.terms import AboutForm, TermsForm
from courses.queries import enrollment
from courses.queries import terms as queries
from courses.views.attendance import get_run
from courses.views.enrollment import enroll_page
from learners.actions import birth_year
from learners.models import Learner


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    if not permissions.may_submit(actor, run.version.course.provider):
        raise PermissionDenied
    form = TermsForm(request.POST or None, run=run)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            actions.change(run=run, actor=actor, now=timezone.now(), **form.said)
        except actions.UnableToChangeTerms as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("For whom the class is has been changed."))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    return render(request, "courses/run_terms.html", {"form": form, "run": run}, status=status)


@require_POST
@login_required
def about(request: HttpRequest, run_id: int) -> HttpResponse:
    """Write down what the learner says of themself, and go on to the enrolment."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_object_or_404(enrollment.runs_on_offer(), pk=run_id)
    now = timezone.now()
    form = AboutForm(request.POST, needed=queries.needed(learner, run))
    if not form.is_valid():
        return enroll_page(request, run, now, about=form)
    try:
        actions.tell(learner=learner, run=run, **form.said, now=now)
    except birth_year.MakesAChild as reason:
        form.ask_whether_so_young(reason)
        return enroll_page(request, run, now, about=form)
    except actions.UnableToTell as reason:
        form.add_error("birth_year", str(reason))
        return enroll_page(request, run, now, about=form)
    return redirect("courses:enroll", run_id=run_id)
