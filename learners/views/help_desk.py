"""The organisation's desk: who of the commune waits for a call, closing a request, and naming the helper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from learners.actions import help as actions
from learners.actions import helper as helpers
from learners.choices import HelpOutcome, HelpTag
from learners.forms.help import HelpAnswerForm, HelperForm
from learners.models import Learner, Organization
from learners.permissions import is_manager, may_help_for
from learners.queries import help as queries
from learners.queries import organization as organizations


@require_safe
@login_required
def help_waiting(request: HttpRequest, organization_id: str) -> HttpResponse:
    organization = _organization(request, organization_id)
    today = timezone.localdate()
    if not may_help_for(request.user, organization, on=today):
        raise Http404
    context = {
        "organization": organization,
        "waiting": queries.visible_to(request.user, organization, on=today)[: queries.SHOWN_MAX],
        "today": today,
        "helper": queries.helper_of(organization),
        "manages": is_manager(request.user, organization),
    }
    return render(request, "learners/help_waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def help_answer(request: HttpRequest, organization_id: str, public_id: str) -> HttpResponse:
    organization = _organization(request, organization_id)
    today = timezone.localdate()
    asked = get_object_or_404(queries.visible_to(request.user, organization, on=today), public_id=public_id)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    form = HelpAnswerForm(request.POST or None)
    if form.is_valid():
        tag, outcome = HelpTag(form.cleaned_data["tag"]), HelpOutcome(form.cleaned_data["outcome"])
        said = {"tag": tag, "outcome": outcome, "note": form.cleaned_data["note"]}
        try:
            actions.answer(asked=asked, actor=actor, organization=organization, **said, now=timezone.now())
        except actions.UnableToAnswer as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("The request is closed."))
        return redirect("learners:help_waiting", organization_id=organization.public_id)
    context = {"organization": organization, "asked": asked, "form": form, "today": today}
    return render(request, "learners/help_answer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def helper(request: HttpRequest, organization_id: str) -> HttpResponse:
    organization = _organization(request, organization_id)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    if not is_manager(actor, organization):
        raise PermissionDenied
    current, now = queries.helper_of(organization), timezone.now()
    if "end" in request.POST:
        helpers.end(organization=organization, actor=actor, now=now)
        messages.success(request, _("No helper is shown any more."))
        return redirect(request.path)
    initial = {name: getattr(current, name) for name in HelperForm.base_fields} if current else None
    form = HelperForm(request.POST or None, initial=initial)
    if form.is_valid():
        said = dict(form.cleaned_data)
        helpers.name(organization=organization, actor=actor, full_name=said.pop("name"), **said, now=now)
        messages.success(request, _("The people of your commune can read now whom to ask, and when."))
        return redirect(request.path)
    return render(request, "learners/helper.html", {"organization": organization, "current": current, "form": form})


def _organization(request: HttpRequest, organization_id: str) -> Organization:
    return get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
