"""Who helps me, whom I help; and the same at the counter for somebody registered there."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learners.actions import helper_look
from learners.actions import mandate as actions
from learners.choices import HelperAct, Level
from learners.formats import in_fours
from learners.forms.mandate import HelperCodeForm, HelperLookForm, MandateForm, WitnessedMandateForm
from learners.helped import to_act_by
from learners.levels import kept_form, level_of, needs
from learners.models import Learner, Organization
from learners.queries import mandate as queries
from learners.queries.added_way import own_addresses
from learners.views import shown_once
from learners.views.card import is_by_card
from learners.views.limits import limited
from learners.views.registration import counter_of, is_open, person_of

ACTS_TICKED = [act.value for act in HelperAct if act != HelperAct.LOOK]  # what a class needs; the look is asked for
GIVEN = "mandate_given"  # in the session until the next page: for whom a mandate was made out, and its code
asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@needs(Level.REDEEM, to_look=Level.ENROL, keeps=("helper_words", "acts", "days"))
def helpers(request: HttpRequest) -> HttpResponse:
    """Who helps me, what they did for me, and a new mandate; by a card one may look and take back."""
    person: Learner = request.user  # type: ignore[assignment]  # a level above
    return _helpers_page(request, person=person, actor=person, organization=None)


@asks_and_acts
@login_required
def person_helpers(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """The same in front of staff, where the person was registered."""
    organization, staff = counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    return _helpers_page(request, person=person, actor=staff, organization=organization)


@require_POST
@login_required
def helper_end(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    person: Learner = request.user  # type: ignore[assignment]  # login_required
    mandate = get_object_or_404(queries.given_by(person) | queries.held_by(person), public_id=mandate_id)
    actions.revoke(mandate=mandate, actor=person, now=timezone.now())
    messages.success(request, _("The mandate has ended; nothing more can be done by it."))
    is_mine = queries.given_by(person).filter(pk=mandate.pk).exists()
    return redirect("learners:helpers" if is_mine else "learners:helping")


@never_cache
@asks_and_acts
def helper_end_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What the person was sent when a helper took a mandate up: one button, which ends it; opening changes nothing."""
    mandate = queries.by_end_token(token)
    if mandate is None:
        raise Http404
    if request.method == "POST":
        actions.end_by_token(token=token, now=timezone.now())
        return redirect(request.path)
    return render(request, "learners/helper_end_by_link.html", {"mandate": mandate, "today": timezone.localdate()})


@require_POST
@login_required
def person_helper_end(request: HttpRequest, organization_id: UUID, person_id: UUID, mandate_id: UUID) -> HttpResponse:
    organization, staff = counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    mandate = get_object_or_404(queries.given_by(person), public_id=mandate_id)
    actions.revoke(mandate=mandate, actor=staff, organization=organization, now=timezone.now())
    messages.success(request, _("The mandate has ended; nothing more can be done by it."))
    return redirect("learners:person_helpers", organization.public_id, person.public_id)


@asks_and_acts
@login_required
def helping(request: HttpRequest) -> HttpResponse:
    """Whom I help, what I did for them, and the code of a new mandate."""
    helper: Learner = request.user  # type: ignore[assignment]  # login_required
    form = HelperCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (refusal := limited(request, "helper")) is not None:
        return refusal
    if form.is_valid():
        try:
            mandate = actions.take_up(code=form.cleaned_data["code"], helper=helper, now=timezone.now())
        except actions.UnableToTakeUp as reason:
            form.add_error("code", str(reason))
        else:
            messages.success(request, _("You may now help %(person)s.") % {"person": mandate.person.full_name})
            return redirect("learners:helping")
    now = timezone.now()
    holding = {mandate.pk for mandate in queries.holding(helper, now=now)}
    context = {"form": form, "mandates": queries.held_by(helper), "holding": holding}
    context |= {"today": timezone.localdate(now), "now": now}
    return render(request, "learners/helping.html", context)


@asks_and_acts
@login_required
def look_for(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """How pages look for whom I help; to who may not set it there is no such page."""
    mandate = to_act_by(request.user, mandate_id, act=HelperAct.LOOK, now=timezone.now())
    helper: Learner = request.user  # type: ignore[assignment]  # login_required
    now_so = {name: getattr(mandate.person, name) for name in HelperLookForm.base_fields}
    form = HelperLookForm(request.POST if request.method == "POST" else None, initial=now_so)
    if form.is_valid():
        try:
            helper_look.set_look(mandate=mandate, helper=helper, **form.cleaned_data, now=timezone.now())
        except helper_look.TooOften as reason:
            form.add_error(None, str(reason))
        except actions.NotAllowed as reason:  # taken back in this very moment
            raise Http404 from reason
        else:
            said = _("Saved. This is how pages look for %(person)s now.")
            messages.success(request, said % {"person": mandate.person.full_name})
            return redirect("learners:helping")
    return render(request, "learners/look_for.html", {"mandate": mandate, "form": form})


def _helpers_page(
    request: HttpRequest, *, person: Learner, actor: Learner, organization: Organization | None
) -> HttpResponse:
    now = timezone.now()
    form_class = WitnessedMandateForm if organization else MandateForm
    initial = {"acts": ACTS_TICKED} | kept_form(request, form_class)
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            mandate, code = actions.give(
                person=person,
                terms=form.terms(now=now),
                actor=actor,
                organization=organization,
                idempotency_key=form.cleaned_data["once"] or uuid4(),
                now=now,
            )
        except actions.UnableToGive as reason:
            form.add_error(None, str(reason))
        else:
            if mandate.revoked_at is not None:
                said = _("The mandate made by that form has ended. If you still want a helper, fill the form in anew.")
                messages.info(request, said)
            elif mandate.accepted_at is None:
                shown_once.keep(request, GIVEN, about=person.pk, code=code)
            return redirect(request.path)  # with an empty form, for another helper
    context = {
        "form": form,
        "code": in_fours(shown_once.take(request, GIVEN, about=person.pk)),
        "person": person,
        "organization": organization,
        "mandates": queries.given_by(person),
        "today": timezone.localdate(now),
        "now": now,
        "is_by_card": is_by_card(request),
        "must_prove": organization is None and level_of(request) < Level.REDEEM,
        "is_closed": organization is not None and not is_open(organization),
        "has_address": organization is not None and bool(own_addresses(person, now=timezone.now())),
    }
    return render(request, "learners/helpers.html", context)
