"""For whoever can read an address of theirs no more: proving a new one in its place, and the link that stops it."""

from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.actions import lost_way as actions
from learners.actions import sign_in
from learners.choices import CodePurpose
from learners.forms.sign_in import CodeForm
from learners.forms.ways import LostWayForm
from learners.levels import HELD, asks_second_step, has_second_step
from learners.models import Learner, LostWay
from learners.queries import lost_way as queries
from learners.queries.ways import Reached
from learners.views import codes
from learners.views.limits import limited

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
WITHOUT_AN_ADDRESS = frozenset({"card", "socialaccount"})  # as the session remembers how somebody came in


def may_say_so(request: HttpRequest) -> bool:
    """
    Return whether this session began by something else than an address, and lacks nothing but that.

    Who has typed a code proves by that address who they are; who has a second step has shown it.
    """
    if request.session.get(HELD) or (asks_second_step(request) and not has_second_step(request)):
        return False
    proofs = get_authentication_records(request, request.user)  # type: ignore[arg-type]  # login_required
    return any(proof["method"] in WITHOUT_AN_ADDRESS for proof in proofs)


@never_cache
@login_required
@asks_and_acts
def lost(request: HttpRequest) -> HttpResponse:
    """Say which address is lost, and send a code to a new one; or how far it is."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    known = _may_be_lost(request)
    if request.method == "POST" and (refusal := limited(request, "ask")) is not None:
        return refusal
    form = LostWayForm(
        request.POST if request.method == "POST" else None, choices=[(each.key, each.masked) for each in known]
    )
    going_on = queries.of_learner(learner)
    if known and going_on is None and form.is_valid():
        said = form.cleaned_data
        try:
            codes.send(request, CodePurpose.LOST_WAY, address=said["address"], then=said["way"])
        except sign_in.TooManyCodes as reason:
            form.add_error("address", str(reason))
        else:
            return redirect("learners:way_lost_code")
    context = {
        "form": form,
        "known": known,
        "only": known[0] if len(known) == 1 else None,
        "lost": going_on or queries.last_of(learner),
        "is_open": going_on is not None,
        "may_say_so": may_say_so(request),
    }
    return render(request, "learners/way_lost.html", context)


@never_cache
@login_required
@asks_and_acts
def lost_code(request: HttpRequest) -> HttpResponse:
    """Take the code that proves the new address, and ask the curators."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    asked = codes.waiting(request, CodePurpose.LOST_WAY)
    known = next((each for each in _may_be_lost(request) if asked and each.key == asked.next), None)
    if asked is None or known is None:
        return redirect("learners:way_lost")
    if request.method == "POST" and (refusal := limited(request, "guess")) is not None:
        return refusal
    if "again" in request.POST:
        codes.send_again(request, CodePurpose.LOST_WAY, asked)
        return redirect("learners:way_lost_code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            address = codes.prove(request, CodePurpose.LOST_WAY, form.cleaned_data["code"])
            actions.ask(learner=learner, lost=known.address, address=address, now=timezone.now())
        except sign_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except (sign_in.CodeIsDead, actions.UnableToReplace) as reason:
            messages.error(request, str(reason))
            return redirect("learners:way_lost")
        else:
            return redirect("learners:way_lost")
    return render(request, "learners/way_lost_code.html", {"form": form, **codes.shown(asked)})


@never_cache
@asks_and_acts
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What every address was sent: one button, which leaves everything as it is; opening changes nothing."""
    asked = get_object_or_404(LostWay, public_id=public_id)
    if request.method == "POST":
        actions.stop(public_id=public_id, now=timezone.now())
        return redirect(f"{request.path}?stopped")
    context = {"lost": asked, "is_by_link": "stopped" in request.GET}  # just now, by who says it was not them
    return render(request, "learners/way_stop.html", context)


def _may_be_lost(request: HttpRequest) -> list[Reached]:
    if not may_say_so(request):
        return []
    return queries.may_be_lost(request.user, now=timezone.now())  # type: ignore[arg-type]  # login_required
