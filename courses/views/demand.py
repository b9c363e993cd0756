"""The demand board of an organization: what people near it would like to learn, and its answers."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses import permissions
from courses.actions import wish_answer as actions
from courses.choices import WishAnswerKind
from courses.forms.wish import AnswerForm
from courses.queries import demand as queries
from courses.queries.demand import Demand
from learners.models import Learner, Organization
from learners.queries import organization as organizations

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
DISMISS, ACCEPT = "dismiss", "accept"  # the names of a proposal's two buttons


@require_safe
@login_required
def board(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    is_verified = organization.is_verified(on=timezone.localdate())
    context = {
        "organization": organization,
        "is_verified": is_verified,
        "board": queries.demand(organization, page_number=request.GET.get("page", "")) if is_verified else None,
    }
    return render(request, "courses/demand.html", context)


@asks_and_acts
@login_required
def one(request: HttpRequest, organization_id: UUID, public_id: UUID) -> HttpResponse:
    """One wish: a manager answers it; a proposed run is taken or dismissed with one button."""
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    demand = _demand(organization, public_id)
    may_answer = permissions.may_submit(request.user, organization)
    runs = list(queries.runs_to_answer_with(organization, now=timezone.now())) if may_answer else []
    form = AnswerForm(None, runs=runs, initial=_initial(demand))
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        if DISMISS in request.POST or ACCEPT in request.POST:
            return _on_proposal(request, organization, demand)
        form = AnswerForm(request.POST, runs=runs)
        if form.is_valid() and _answered(request, organization, demand, form):
            return redirect("courses:demand", organization_id=organization.public_id)
    context = {"organization": organization, "demand": demand, "form": form, "may_answer": may_answer, "runs": runs}
    return render(request, "courses/demand_wish.html", context)


def _demand(organization: Organization, public_id: UUID) -> Demand:
    demand = queries.demand_for(organization, public_id) if organization.is_verified(on=timezone.localdate()) else None
    if demand is None:
        raise Http404
    return demand


def _answered(request: HttpRequest, organization: Organization, demand: Demand, form: AnswerForm) -> bool:
    """Give the answer of a valid form; say at the form why it cannot be given."""
    said = form.cleaned_data
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    try:
        actions.answer(
            wish=demand.wish,
            organization=organization,
            actor=actor,
            kind=WishAnswerKind(said["kind"]),
            run=form.chosen_run,
            reason=said["reason"],
            now=timezone.now(),
        )
    except actions.UnableToAnswer as reason:
        form.add_error(None, str(reason))
        return False
    messages.success(request, _("Your answer stands on the page of everybody who asked."))
    return True


def _on_proposal(request: HttpRequest, organization: Organization, demand: Demand) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    pressed = ACCEPT if ACCEPT in request.POST else DISMISS
    proposal = next((each for each in demand.proposals if str(each.pk) == request.POST[pressed]), None)
    if proposal is None:  # pressed twice, or by somebody else meanwhile
        return redirect("courses:demand_wish", organization_id=organization.public_id, public_id=demand.wish.public_id)
    now = timezone.now()
    try:
        if pressed == DISMISS:
            actions.dismiss(proposal=proposal, organization=organization, actor=actor, now=now)
        else:
            actions.answer(
                wish=demand.wish,
                organization=organization,
                actor=actor,
                kind=WishAnswerKind.OPEN,
                run=proposal.run,
                now=now,
            )
            messages.success(request, _("Everybody who asked is told about this class."))
    except actions.UnableToAnswer as reason:
        messages.error(request, str(reason))
    return redirect("courses:demand", organization_id=organization.public_id)


def _initial(demand: Demand) -> dict[str, str]:
    if demand.ours is None:
        return {}
    return {"kind": demand.ours.kind, "run": str(demand.ours.run_id or ""), "reason": demand.ours.reason}
