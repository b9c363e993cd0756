"""The organisation's desk: what happens today, its courses, runs and places, and what waits."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses import permissions
from courses.queries import attendance_history, demand, place_request, uncounted_mark
from courses.queries import workspace as queries
from credits.queries import dispute as disputes
from learners.models import Learner
from learners.permissions import may_help_for
from learners.queries import help as help_requests
from learners.queries import organization as organizations

PLACES_ASKED_SHOWN = 10


@require_safe
@login_required
def workspaces(request: HttpRequest) -> HttpResponse:
    """The organisations somebody works in; with one only, its desk."""
    mine = list(organizations.worked_in_by(request.user))
    if len(mine) == 1:
        return redirect("courses:workspace", organization_id=mine[0].public_id)
    return render(request, "courses/workspaces.html", {"organizations": mine})


@require_safe
@login_required
def workspace(request: HttpRequest, organization_id: str) -> HttpResponse:
    provider = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    today = timezone.localdate(now)
    manages = permissions.may_submit(request.user, provider)
    context = {
        "provider": provider,
        "manages": manages,
        "disputes_waiting": disputes.waiting_for(provider, actor=actor) if manages else 0,
        "objections_waiting": attendance_history.waiting_for(provider, actor=actor) if manages else 0,
        "uncounted": uncounted_mark.news_for(provider, now=now) if manages else 0,
        "now": now,
        "is_verified": provider.is_verified(on=today),
        "answers_help": may_help_for(actor, provider, on=today),
        "help_waiting": help_requests.visible_to(actor, provider, on=today).count(),
        "places_asked": list(place_request.unanswered(provider)[:PLACES_ASKED_SHOWN]) if manages else [],
        "wishes_unanswered": demand.unanswered(provider),
        "may_draft": permissions.may_draft(request.user, provider),
        "desk": queries.desk(provider, actor=actor, now=now, page_number=request.GET.get("page", "")),
    }
    return render(request, "courses/workspace.html", context)
