"""Closing one's account: what happens is said, asked twice, and followed on a page that needs no account."""

from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learners.actions import closing as actions
from learners.choices import Level
from learners.exports import proof_file
from learners.forms.closing import ClosingForm
from learners.levels import needs
from learners.models import Learner
from learners.queries import closing as queries
from learners.rules import CLOSING_WAITS

REALLY = "really"  # the name of the button of the second question


@never_cache
@needs(Level.REDEEM)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # a level above
    form = ClosingForm(request.POST if REALLY in request.POST else None)
    if form.is_valid():
        try:
            _closing, token = actions.ask(learner=learner, now=timezone.now())
        except actions.UnableToClose as reason:
            form.add_error(None, str(reason))
        else:
            logout(request, show_message=False)
            messages.success(request, _("Your account will be closed. Signing in before that stops it."))
            return redirect("learners:closing", token=token) if token else redirect("home")
    context = {
        "form": form,
        "is_asking_again": request.method == "POST",
        "days": CLOSING_WAITS.days,
        "organizations": queries.left_without_manager(learner),
    }
    return render(request, "learners/close.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close_stop(request: HttpRequest) -> HttpResponse:
    """What a card opens while a closing asked for at a counter waits: whether the person wants it."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    waiting = queries.waiting(learner)
    if request.method == "POST":
        if actions.stop_by_card(learner=learner, now=timezone.now()):
            messages.success(request, _("Your account stays open: the closing is stopped."))
        return redirect("dashboard")
    if waiting is None or waiting.organization_id is None or waiting.leaving_at is not None:
        return redirect("dashboard")
    return render(request, "learners/close_stop.html", {"closing": waiting})


@never_cache
@require_safe
def closing(request: HttpRequest, token: str) -> HttpResponse:
    """How far a closing is, for whoever has its link; afterwards its certificate, also as a file."""
    found = queries.by_token(token)
    if found is None:
        raise Http404
    if found.certificate is None:
        is_due = found.leaving_at is None and found.stopped_at is None and found.due_at <= timezone.now()
        waits_for = queries.left_without_manager(found.learner, is_due=True) if is_due else []
        address = request.build_absolute_uri() if found.organization_id else ""
        context = {"closing": found, "organizations": waits_for, "address": address}
        return render(request, "learners/closing.html", context)
    if "file" in request.GET:
        content = proof_file.content(found.certificate)
        answer = HttpResponse(content, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
        return answer
    digest = proof_file.digest(found.certificate)
    context = {"closing": found, "digest": digest, "rows": found.certificate["emptied"]}
    return render(request, "learners/closing.html", context)
