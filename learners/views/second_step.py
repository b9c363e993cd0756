"""
A second step at signing in: an app that shows codes, a passkey, and recovery codes for the day both are lost.

The views behind the list are django-allauth's, opened at level REDEEM in ``learners/urls.py``, with our templates.
"""

from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learners.forms.sign_in import SharedForm
from learners.levels import IS_SHARED
from learners.models import Learner
from learners.permissions import is_curator
from learners.queries import ways as queries
from learners.views import codes
from learners.views.limits import limited


class SecondStepView(AuthenticateView):
    """allauth's page; a passkey is offered to who has one."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return {**super().get_context_data(**more), "has_passkey": queries.has_passkey(self.stage.login.user)}


@login_required
@require_safe
def second_step(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    context = {"second_step": queries.second_step(learner), "is_curator": is_curator(learner)}
    return render(request, "mfa/index.html", context)


@login_required
@require_safe
def passkeys(request: HttpRequest) -> HttpResponse:
    """allauth leads here; the passkeys stand on the page of the second step."""
    return redirect("mfa_index")


@never_cache
@require_safe
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey: a page of its own, because it alone needs a script."""
    then = codes.own_path(request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(then or "dashboard")
    return render(request, "account/passkey.html", {"form": SharedForm(), "next": then})


def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """
    Take what the passkey says, as allauth does, and whether the computer is shared.

    The script asks first (GET) what the passkey shall sign, which the session keeps. Who is not let in is led to the
    codes, on the way to the same page.
    """
    asks_what_to_sign = request.method != "POST"
    if not request.user.is_authenticated:
        if (refusal := limited(request, "ask" if asks_what_to_sign else "guess")) is not None:
            return refusal
        if not asks_what_to_sign:
            request.session[IS_SHARED] = "is_shared" in request.POST
    answer: HttpResponse = login_webauthn(request)
    then = codes.own_path(request.POST.get("next", ""))
    if then and isinstance(answer, HttpResponseRedirect) and answer.url == reverse("account_login"):
        return redirect(f"{answer.url}?{urlencode({'next': then})}")
    return answer
