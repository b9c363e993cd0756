"""Where I am signed in: each device, to be signed out one by one or all."""

from uuid import UUID

from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from learners.actions import device as signing
from learners.actions import elsewhere
from learners.models import Learner
from learners.queries.device import open_on

DEVICES_SHOWN_MAX = 50


@login_required
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    shown = list(open_on(_learner(request))[:DEVICES_SHOWN_MAX])
    here = request.session.session_key
    context = {"devices": shown, "here": here, "elsewhere": elsewhere.open_of(_learner(request))}
    return render(request, "learners/devices.html", context)


@login_required
@require_POST
def device_sign_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    if not signing.sign_out(learner=_learner(request), public_id=public_id, now=timezone.now()):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("learners:devices")


@login_required
@require_POST
def devices_sign_out(request: HttpRequest) -> HttpResponse:
    """Every device but this one."""
    ended = signing.sign_out_others(
        learner=_learner(request), but=request.session.session_key or "", now=timezone.now()
    )
    messages.success(
        request,
        ngettext("%(count)s other device is signed out.", "%(count)s other devices are signed out.", ended)
        % {"count": ended},
    )
    return redirect("learners:devices")


def leave(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Sign out and have the browser forget what it kept of us; on a shared computer, everything. ASVS 14.3.1."""
    session = request.session
    everything = ', "cookies"' if session.get("is_shared") else ""
    signing.end(session_key=session.session_key or "", now=timezone.now())
    logout(request, show_message=False)
    answer["Clear-Site-Data"] = f'"cache", "storage"{everything}'
    answer["Cache-Control"] = "no-store"
    return answer


def _learner(request: HttpRequest) -> Learner:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    return learner
