"""Classes and who works there: who teaches one, chosen anew; a role that ends."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import permissions
from courses.actions import staff as actions
from courses.forms.teachers import TeachersForm
from courses.queries import staff as queries
from courses.views.attendance import get_run
from learners.actions import membership as memberships
from learners.choices import Level, Role
from learners.levels import needs
from learners.models import Learner, Membership
from learners.permissions import is_manager
from learners.queries import organization as organizations
from learners.queries import staff as working

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@needs(Level.REDEEM, to_look=Level.ENROL)
def end(request: HttpRequest, organization_id: UUID, membership_id: int) -> HttpResponse:
    """Ask once more before somebody, or oneself, works there no longer."""
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    actor: Learner = request.user  # type: ignore[assignment]  # a level above
    membership = get_object_or_404(working.ever_in(organization), pk=membership_id)
    is_oneself = membership.learner_id == actor.pk
    if not is_oneself and not is_manager(actor, organization):
        raise PermissionDenied
    if membership.ended_at is not None:
        messages.info(request, _("That role has ended already."))
        return redirect("learners:staff", organization_id=organization.public_id)
    refusal, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            actions.end(membership=membership, actor=actor, now=timezone.now())
        except memberships.UnableToEnd as reason:
            refusal, status = str(reason), HTTPStatus.CONFLICT
        else:
            return _ended(request, membership, is_oneself=is_oneself)
    has_other = working.has_another(membership)
    context = {
        "organization": organization,
        "membership": membership,
        "is_oneself": is_oneself,
        "has_other": has_other,
        "runs": [] if has_other else list(queries.taught_by(membership.learner, organization, on=timezone.localdate())),
        "refusal": refusal,
    }
    return render(request, "courses/staff_end.html", context, status=status)


@asks_and_acts
@login_required
def teachers(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    """Choose who teaches a class from now on."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    if not permissions.may_submit(actor, run.version.course.provider):
        raise PermissionDenied
    form, status = TeachersForm(request.POST if request.method == "POST" else None, run=run), HTTPStatus.OK
    if form.is_valid():
        try:
            actions.choose(run=run, teachers=list(form.cleaned_data["instructors"]), actor=actor, now=timezone.now())
        except actions.UnableToChoose as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Who teaches the class has been changed."))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    return render(request, "courses/run_teachers.html", {"form": form, "run": run}, status=status)


def _ended(request: HttpRequest, membership: Membership, *, is_oneself: bool) -> HttpResponse:
    what = {"name": membership.learner.full_name, "role": Role(membership.role).inside}
    if not is_oneself:
        messages.success(request, _("%(name)s is no longer %(role)s here; we have written to them.") % what)
        return redirect("learners:staff", organization_id=membership.organization.public_id)
    messages.success(request, _("You have given up the role: %(role)s.") % what)
    return redirect("courses:workspaces")
