"""For whoever has lost app and recovery codes: asking for help at the second step, and the link that stops it."""

from uuid import UUID

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.actions import lost_second_step as actions
from learners.levels import CODE
from learners.models import Learner, LostSecondStep
from learners.queries import lost_second_step as queries
from learners.views.limits import limited


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[misc]
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """Between the two steps: who has typed a code sent to their address asks that the second be taken off."""
    learner: Learner = request._login_stage.login.user  # type: ignore[attr-defined]  # set by the decorator
    is_by_code = any(proof["method"] == CODE for proof in get_authentication_records(request, learner))
    if request.method == "POST" and is_by_code:
        if (refusal := limited(request, "ask")) is not None:
            return refusal
        try:
            actions.ask(learner=learner, now=timezone.now())
        except actions.UnableToTakeOff as reason:
            messages.error(request, str(reason))
        return redirect("account_second_step_lost")
    context = {"lost": queries.of_learner(learner), "is_by_code": is_by_code}
    return render(request, "account/second_step_lost.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What every address was sent: one button, which leaves the second step as it is; opening changes nothing."""
    asked = get_object_or_404(LostSecondStep, public_id=public_id)
    if request.method == "POST":
        actions.stop(public_id=public_id, now=timezone.now())
        return redirect(f"{request.path}?stopped")
    context = {"lost": asked, "is_by_link": "stopped" in request.GET}  # just now, by who says it was not them
    return render(request, "learners/second_step_stop.html", context)
