"""Where I am signed in: each device, to be signed out one by one or all."""

from datetime import timedelta
from uuid import UUID

from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from learners.actions import device as signing
from learners.actions import elsewhere
from learners.levels import IS_SHARED, ROSTER, SCANNED
from learners.models import Learner
from learners.queries.device import open_on
from learners.rules import SHARED_IDLE

DEVICES_SHOWN_MAX = 50


@login_required
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    shown = list(open_on(_learner(request))[:DEVICES_SHOWN_MAX])
    here = request.session.session_key
    context = {"devices": shown, "here": here, "elsewhere": elsewhere.open_of(_learner(request))}
    return render(request, "learners/devices.html", context)


@never_cache
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """
    What a tab on a shared computer shows in the place of a page nobody has touched: nothing of anybody.

    The session was ended by the middleware, unless another tab of it is in use.
    """
    context = {
        "minutes": SHARED_IDLE // timedelta(minutes=1),
        "is_open": request.user.is_authenticated,
        "user": AnonymousUser(),
    }
    return render(request, "learners/left.html", context)


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
    """
    Sign out and have the browser forget what it kept of us; on a shared computer, everything. ASVS 14.3.1.

    A phone on which a roster was opened may hold marks of a class that are not sent: it keeps them unless its script
    has said that it holds nothing (decision 0421). The pages of names are gone by then.
    """
    session = request.session
    what = ["cache"]
    if not request.COOKIES.get(ROSTER) or request.POST.get("phone") == "empty":
        what.append("storage")
        answer.delete_cookie(ROSTER)
    if session.get(IS_SHARED):
        what.append("cookies")
    signing.end(session_key=session.session_key or "", now=timezone.now())
    logout(request, show_message=False)
    answer.delete_cookie(SCANNED)
    answer["Clear-Site-Data"] = ", ".join(f'"{each}"' for each in what)
    answer["Cache-Control"] = "no-store"
    return answer


def _learner(request: HttpRequest) -> Learner:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    return learner
