"""Making an account one's own: by one's card, or in front of the staff who registered one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.actions import card as cards
from learners.actions import claim as actions
from learners.actions import counter
from learners.actions import sign_in as signing_in
from learners.choices import CodePurpose
from learners.forms.claim import OwnAddressForm, WitnessedAddressForm
from learners.forms.sign_in import CodeForm
from learners.levels import CARD
from learners.models import Learner, Organization
from learners.queries import added_way as added_ways
from learners.views import added_way, codes
from learners.views.limits import limited
from learners.views.registration import counter_of, person_of

WHOSE = "claimed"  # in the session: whose account waits for the code

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@asks_and_acts
@login_required
def claim(request: HttpRequest) -> HttpResponse:
    """By one's card: an address, and the birth year or PIN; then the code."""
    person: Learner = request.user  # type: ignore[assignment]  # login_required
    if CARD in request.session and added_way.NOT_MINE in request.POST:
        return added_way.take_off(request, person)
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
        if organization is not None:
            staff: Learner = request.user  # type: ignore[assignment]  # login_required
            whom: dict[str, Any] = {"learner": person, "actor": staff, "organization": organization}
            counter.refuse_unless_served(**whom, refusal=actions.UnableToClaim, now=timezone.now())
            if "held" in request.GET and (held := added_ways.held(person, now=timezone.now())) is not None:
                return added_way.at_counter(request, person, organization, held)
        actions.refuse_if_claimed(person, now=timezone.now())
    except actions.UnableToClaim as reason:
        held = added_ways.held(person, now=timezone.now()) if isinstance(reason, actions.HasAWay) else None
        if held is not None and organization is not None:
            return added_way.at_counter(request, person, organization, held)
        shown = {"refusal": str(reason), "held": held if CARD in request.session else None}
        return render(request, "learners/claim.html", _context(person, organization, **shown))
    asked = codes.waiting(request, CodePurpose.CLAIM)
    if asked is not None and request.session.get(WHOSE) == person.pk and "again" not in request.GET:
        return _code_step(request, asked, person=person, organization=organization)
    if request.method == "POST" and (refusal := limited(request, "ask")) is not None:
        return refusal
    form_class = WitnessedAddressForm if organization else OwnAddressForm
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_known(form, person=person, organization=organization):
        address = form.cleaned_data["address"]
        try:
            actions.refuse_if_claimed(person, address=address, now=timezone.now())
            where = organization.name if organization else ""
            codes.send(request, CodePurpose.CLAIM, address=address, then="", learner=person, counter=where)
        except (actions.UnableToClaim, signing_in.TooManyCodes) as reason:
            form.add_error("address", str(reason))
        else:
            request.session[WHOSE] = person.pk
            return redirect(request.path)
    return render(request, "learners/claim.html", _context(person, organization, form=form))


def _is_known(form: WitnessedAddressForm, *, person: Learner, organization: Organization | None) -> bool:
    """Staff see who it is; by one's card one says what goes with it."""
    if organization or cards.proves(learner=person, said=form.cleaned_data["known"], now=timezone.now()):
        return True
    form.add_error("known", _("That is not right, or has been wrong too often. They can help where you registered."))
    return False


def _code_step(
    request: HttpRequest, asked: codes.Asked, *, person: Learner, organization: Organization | None
) -> HttpResponse:
    if request.method == "POST" and (refusal := limited(request, "guess")) is not None:
        return refusal
    if "again" in request.POST:
        where = organization.name if organization else ""
        codes.send_again(request, CodePurpose.CLAIM, asked, learner=person, counter=where)
        return redirect(request.path)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            address = codes.prove(request, CodePurpose.CLAIM, form.cleaned_data["code"], learner=person)
            actor: Learner = request.user  # type: ignore[assignment]  # login_required
            actions.claim(learner=person, address=address, actor=actor, organization=organization, now=now)
        except signing_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except (signing_in.CodeIsDead, actions.UnableToClaim) as reason:
            messages.error(request, str(reason))
            return redirect(f"{request.path}?again=1")
        else:
            messages.success(request, _("Done. From now on this address opens the record, and the card still does."))
            if organization is None:
                return redirect("dashboard")
            return redirect("learners:person", organization.public_id, person.public_id)
    if organization:
        form.fields["code"].label = _("Code %(name)s reads out to you") % {"name": person.full_name}
    context = _context(person, organization, form=form, **codes.shown(asked))
    return render(request, "learners/claim_code.html", context)


def _context(person: Learner, organization: Organization | None, **more: Any) -> dict[str, Any]:
    return {"person": person, "organization": organization, **more}
