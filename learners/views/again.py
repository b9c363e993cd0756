"""Asking again who is there, before what spends credit, takes everything away or changes a way of signing in."""

from datetime import date

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.actions import proof_count, sign_in
from learners.choices import CodePurpose
from learners.forms.second_step import PasskeyAgainForm, SecondStepForm
from learners.forms.sign_in import CodeForm
from learners.forms.ways import WhereToForm
from learners.levels import HELD, asks_second_step, came_by_held, leads_to_set_up
from learners.models import Learner
from learners.queries import added_way, changed_way, dead_way, lost_second_step, lost_way
from learners.queries import card as cards
from learners.queries.ways import has_passkey
from learners.views import codes
from learners.views.limits import limited
from learners.views.lost_way import may_say_so

ASKED = "proof_asked"  # in the session: in which week this browser was counted as asked, until it goes on


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Ask where the code shall go and send it, or for the second step if there is one; ``next`` is come back to."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    then = codes.own_path(request.POST.get("next") or request.GET.get("next", ""))
    now = timezone.now()
    if request.method == "GET" and ASKED not in request.session:
        request.session[ASKED] = proof_count.ask(now=now).isoformat()
    taken_off = None if leads_to_set_up(then) else lost_second_step.taken_off_lately(learner, now=now)
    replaced = lost_way.replaced_lately(learner, now=now)
    objected = changed_way.objected_lately(learner, now=now)
    if taken_off is None and replaced is None and objected is None and asks_second_step(request):
        return _again_second(request, learner, then)
    known = added_way.own_addresses(learner, now=now)
    form = WhereToForm(
        request.POST if request.method == "POST" else None, choices=[(each.key, each.masked) for each in known]
    )
    if request.method == "POST" and (refusal := limited(request, "ask")) is not None:
        return refusal
    if form.is_valid():
        address = next(each.address for each in known if each.key == form.cleaned_data["way"])
        try:
            codes.send(request, CodePurpose.AGAIN, address=address, then=then)
        except sign_in.TooManyCodes as reason:
            form.add_error("way", str(reason))
        else:
            return redirect("account_again_code")
    added = None if known else added_way.held(learner, now=now)
    context = {
        "form": form,
        "next": then,
        "only": known[0] if len(known) == 1 else None,
        "held": dead_way.claimed_since(learner, now=now),
        "added": added,
        "takes_pin": added is not None and cards.has_pin_not_from(added_way.know_the_pin(added.added), learner),
        "taken_off": taken_off,
        "replaced": replaced,
        "objected": objected,
        "may_say_so": bool(known) and may_say_so(request),
    }
    return render(request, "account/again.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def again_code(request: HttpRequest) -> HttpResponse:
    """Take the code, write down that it was right a moment ago, and lead back."""
    asked = codes.waiting(request, CodePurpose.AGAIN)
    if asked is None:
        return redirect("account_reauthenticate")
    if request.method == "POST" and (refusal := limited(request, "guess")) is not None:
        return refusal
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            address = codes.prove(request, CodePurpose.AGAIN, form.cleaned_data["code"])
        except sign_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except sign_in.CodeIsDead as reason:
            messages.error(request, str(reason))
            return redirect("account_reauthenticate")
        else:
            record_authentication(request, request.user, method="code", address=address, reauthenticated=True)
            return _lead_back(request, asked.next)
    return render(request, "account/again_code.html", {"form": form, **codes.shown(asked)})


def _again_second(request: HttpRequest, learner: Learner, then: str) -> HttpResponse:
    """Ask for what is asked for at signing in: the code of the app, a recovery code or a passkey."""
    if request.method == "POST" and (refusal := limited(request, "guess")) is not None:
        return refusal
    said = request.POST if request.method == "POST" else None
    form = SecondStepForm(said if "credential" not in request.POST else None, user=learner)
    passkey = PasskeyAgainForm(said if "credential" in request.POST else None, user=learner)
    for each in (form, passkey):
        if each.is_valid():
            each.save()
            return _lead_back(request, then)
    context = {
        "form": form,
        "passkey": passkey,
        "next": then,
        "has_passkey": has_passkey(learner),
        "js_data": {"request_options": begin_authentication(learner)},
    }
    return render(request, "account/again_second.html", context)


def _lead_back(request: HttpRequest, then: str) -> HttpResponse:
    if week := request.session.pop(ASKED, ""):
        proof_count.prove(week=date.fromisoformat(week))
    request.session[HELD] = came_by_held(request, request.user)  # type: ignore[arg-type]  # login_required
    messages.success(request, _("Thank you. For ten minutes we do not ask again."))
    return redirect(then or "learners:ways")
