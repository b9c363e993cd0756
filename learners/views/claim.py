"""Making an account one's own: by one's card, or in front of the staff who registered one."""

from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.actions import card as cards
from learners.actions import claim as actions
from learners.actions import sign_in as signing_in
from learners.choices import Language
from learners.forms.claim import OwnAddressForm, WitnessedAddressForm
from learners.forms.sign_in import CodeForm
from learners.models import Learner, Organization
from learners.views.registration import counter_of, person_of
from learners.views.sign_in import RATES

ASKED = "claim"  # in the session: whose account waits for the code that was sent to which address

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@asks_and_acts
@login_required
def claim(request: HttpRequest) -> HttpResponse:
    """By one's card: an address, and the birth year or PIN; then the code."""
    person: Learner = request.user  # type: ignore[assignment]  # login_required
    return _claim(request, person=person, organization=None)


@never_cache
@asks_and_acts
@login_required
def person_claim(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """In front of staff: an address, then the code the person reads out or types."""
    organization, staff = counter_of(request, organization_id)
    return _claim(request, person=person_of(organization, staff, person_id).learner, organization=organization)


def _claim(request: HttpRequest, *, person: Learner, organization: Organization | None) -> HttpResponse:
    """Ask for the address; once a code is on its way, for the code."""
    try:
        actions.refuse_if_claimed(person)
    except actions.UnableToClaim as reason:
        return render(request, "learners/claim.html", _context(person, organization, refusal=str(reason)))
    asked = request.session.get(ASKED)
    if asked is not None and asked["person"] == person.pk and "again" not in request.GET:
        return _code_step(request, asked, person=person, organization=organization)
    if request.method == "POST" and (refusal := _limited(request, "ask")):
        return refusal
    form_class = WitnessedAddressForm if organization else OwnAddressForm
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid() and _may_be_asked(request, form, person=person, organization=organization):
        address, now = form.cleaned_data["address"], timezone.now()
        code = signing_in.ask(address=address, language=Language(get_language()), now=now)
        request.session[ASKED] = {"person": person.pk, "code_id": str(code.pk), "address": address}
        return redirect(request.path)
    return render(request, "learners/claim.html", _context(person, organization, form=form))


def _may_be_asked(
    request: HttpRequest, form: WitnessedAddressForm, *, person: Learner, organization: Organization | None
) -> bool:
    if organization is None and not cards.proves(learner=person, said=form.cleaned_data["known"], now=timezone.now()):
        form.add_error(
            "known", _("That is not right, or has been wrong too often. They can help where you registered.")
        )
        return False
    if not ratelimit.consume(request, app="learners", action="code", config=RATES, key=form.cleaned_data["address"]):
        form.add_error("address", _("This address has been sent many codes already. Try again in an hour."))
        return False
    return True


def _code_step(
    request: HttpRequest, asked: dict[str, Any], *, person: Learner, organization: Organization | None
) -> HttpResponse:
    if request.method == "POST" and (refusal := _limited(request, "guess")):
        return refusal
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            address = signing_in.prove(code_id=UUID(asked["code_id"]), code=form.cleaned_data["code"], now=now)
            actor: Learner = request.user  # type: ignore[assignment]  # login_required
            actions.claim(learner=person, address=address, actor=actor, organization=organization, now=now)
        except signing_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except (signing_in.CodeIsDead, actions.UnableToClaim) as reason:
            del request.session[ASKED]
            messages.error(request, str(reason))
            return redirect(request.path)
        else:
            del request.session[ASKED]
            messages.success(request, _("Done. From now on this address opens the record, and the card still does."))
            if organization is None:
                return redirect("dashboard")
            return redirect("learners:person", organization.public_id, person.public_id)
    context = _context(person, organization, form=form, address=asked["address"])
    return render(request, "learners/claim_code.html", context)


def _context(person: Learner, organization: Organization | None, **more: Any) -> dict[str, Any]:
    return {"person": person, "organization": organization, **more}


def _limited(request: HttpRequest, action: str) -> HttpResponse | None:
    refusal: HttpResponse | None = ratelimit.consume_or_429(request, app="learners", action=action, config=RATES)
    return refusal
