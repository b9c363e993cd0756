"""
A second step at signing in: an app that shows codes, a passkey, and recovery codes for the day both are lost.

The views behind the list are django-allauth's, opened at level REDEEM in ``learners/urls.py``, with our templates.
"""

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learners.permissions import is_curator


@login_required
@require_safe
def second_step(request: HttpRequest) -> HttpResponse:
    mine = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at"))
    kind = Authenticator.Type
    codes = next((each.wrap() for each in mine if each.type == kind.RECOVERY_CODES), None)
    context = {
        "app": next((each for each in mine if each.type == kind.TOTP), None),
        "passkeys": [each for each in mine if each.type == kind.WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "is_curator": is_curator(request.user),  # type: ignore[arg-type]  # login_required
    }
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
    if request.user.is_authenticated:
        return redirect("dashboard")
    return render(request, "account/passkey.html")
