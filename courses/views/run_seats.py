"""The number of seats of a planned run: for those who speak for its organization."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import permissions
from courses.actions import run_seats as actions
from courses.forms.seats import SeatsForm
from courses.queries import seats, waiting_shown
from courses.views.attendance import get_run
from learners.models import Learner


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    if not permissions.may_submit(actor, run.version.course.provider):
        raise PermissionDenied
    form = SeatsForm(request.POST or None, initial={"seats_max": run.seats_max or 0})
    status = HTTPStatus.OK
    if form.is_valid():
        wanted = form.cleaned_data["seats_max"] or None
        try:
            actions.change_seats(run=run, actor=actor, seats_max=wanted, now=timezone.now())
        except actions.UnableToChangeSeats as reason:
            form.add_error("seats_max", str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The number of places is changed."))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    context = {"form": form, "run": run, "seats": seats.of_run(run), "people": waiting_shown.people_in_line(run)}
    return render(request, "courses/run_seats.html", context, status=status)
