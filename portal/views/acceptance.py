"""An organisation's page of the transfer register: what it accepts, one more row, the end of one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from credits.actions import acceptance as actions
from credits.queries import acceptance as queries
from learners.models import Learner, Organization
from learners.permissions import is_manager
from learners.queries import organization as organizations
from portal.forms.acceptance import AcceptanceForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    organization = _managed(request, organization_id)
    form = AcceptanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        accepted = form.accepted(since=timezone.localdate(now))
        try:
            actions.record(organization=organization, accepted=accepted, actor=_learner(request), now=now)
        except actions.UnableToRecord as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("It stands in the register now, for everybody to see."))
            return redirect("acceptance_desk", organization_id)
    context = {
        "provider": organization,
        "form": form,
        "rows": queries.of_organization(organization),
        "is_verified": organization.is_verified(on=timezone.localdate()),
    }
    return render(request, "portal/acceptance_desk.html", context)


@require_POST
@login_required
def end(request: HttpRequest, organization_id: UUID, public_id: UUID) -> HttpResponse:
    """Let a row end today; what was accepted until then stays accepted."""
    organization = _managed(request, organization_id)
    row = get_object_or_404(queries.of_organization(organization), public_id=public_id)
    now = timezone.now()
    try:
        actions.end(acceptance=row, until=timezone.localdate(now), actor=_learner(request), now=now)
    except actions.UnableToRecord as reason:
        messages.error(request, str(reason))
    return redirect("acceptance_desk", organization_id)


def _managed(request: HttpRequest, organization_id: UUID) -> Organization:
    """Return an organisation the reader manages; for strangers there is none, for its other staff no entrance."""
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    if not is_manager(request.user, organization):
        raise PermissionDenied
    return organization


def _learner(request: HttpRequest) -> Learner:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    return learner
