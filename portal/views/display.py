"""How the reader wants pages to look: kept in cookies, so it works without an account; with one, there too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from learners.actions import preferences
from learners.models import Learner
from portal.context_processors import DISPLAY_CHOICES, ON_ACCOUNT

YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Keep one choice of text size, colours or light mode, and go back to the page one came from."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=settings.HTTPS):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    if isinstance(request.user, Learner):
        known = {ON_ACCOUNT[name]: request.POST[name] for name in DISPLAY_CHOICES if _is_known(name, request)}
        preferences.look(learner=request.user, **known)
    for name, allowed in DISPLAY_CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")
        elif value == "":  # back to the default
            response.delete_cookie(name)
    return response


def _is_known(name: str, request: HttpRequest) -> bool:
    return request.POST.get(name) in ("", *DISPLAY_CHOICES[name])
