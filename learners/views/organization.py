"""Registering an organization."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners.actions import organization as actions
from learners.forms.organization import OrganizationForm
from learners.models import Learner


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organization_new(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    place = learner.place
    here = {"province": place.parent_id or place.pk, "commune": place.pk} if place else {}
    form = OrganizationForm(request.POST or None, initial=here)
    if form.is_valid():
        try:
            organization = actions.register(learner=learner, particulars=form.particulars(), now=timezone.now())
        except actions.UnableToRegister as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Your organisation is registered."))
            return redirect("courses:workspace", organization_id=organization.public_id)
    return render(request, "learners/organization_new.html", {"form": form})
