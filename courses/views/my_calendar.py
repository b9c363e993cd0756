"""A learner's own calendar address, and what a calendar program reads there."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import calendar_feed as actions
from courses.exports import address
from courses.exports import calendar as calendars
from courses.queries import calendar_feed as queries
from courses.rules import CALENDARS_GUESSED, CALENDARS_READ, CALENDARS_RENEWED
from courses.views.open_to_all import conditional
from learners.models import Learner

RATES = {
    "guess": CALENDARS_GUESSED.rate,
    "read": CALENDARS_READ.rate_of_a_key,
    "renew": CALENDARS_RENEWED.rate_of_a_key,
}
END = "end"  # the name of the button; the other makes a new address


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Make a new address, which is shown this once, or end the one there is."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    context: dict[str, object] = {"end": END}
    if request.method == "POST":
        if END in request.POST:
            actions.end(learner=learner, now=timezone.now())
            return redirect("courses:my_calendar")
        key = str(learner.pk)
        if refusal := ratelimit.consume_or_429(request, app="courses", action="renew", config=RATES, key=key):
            return refusal
        seen = request.POST.get("instead_of", "")[:18]
        try:
            instead_of = int(seen) if seen.isdecimal() else None
            token = actions.renew(learner=learner, instead_of=instead_of, now=timezone.now())
        except actions.MadeMeanwhile as reason:
            messages.info(request, str(reason))
            return redirect("courses:my_calendar")
        made = address.absolute(reverse("personal_calendar", args=[token]))
        context |= {"made": made, "subscribe": made.replace("https://", "webcal://").replace("http://", "webcal://")}
    context["feed"] = queries.open_of(learner)
    return render(request, "courses/my_calendar.html", context)


@require_safe
def personal_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What the address leads to: no cookie is asked for, and nobody but its learner has it."""
    limits = {"app": "courses", "config": RATES, "limit_get": True}
    learner = queries.learner_of(token)
    if learner is None:  # counted by network address; calendars there are are counted each for itself
        if refusal := ratelimit.consume_or_429(request, action="guess", **limits):
            return refusal
        raise Http404
    if refusal := ratelimit.consume_or_429(request, action="read", key=queries.hash_of(token), **limits):
        return refusal
    with translation.override(learner.language):
        content = calendars.calendar(
            queries.sessions_of(learner, now=timezone.now()), name=_("My classes"), here="", personal=True
        )
    whole = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    whole["Cache-Control"] = "private, no-cache"
    whole["Referrer-Policy"] = "no-referrer"
    whole["X-Robots-Tag"] = "noindex"
    whole["Content-Disposition"] = 'inline; filename="classes.ics"'
    return conditional(request, whole, content)  # type: ignore[return-value]  # one of ours
