"""The counter: places, waiting lists and requests of somebody who has only a card, in its organization's classes."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import at_counter as actions
from courses.choices import PlaceAct
from courses.forms.terms import AboutForm, AgreedForm
from courses.models import CourseRun
from courses.queries import at_counter as queries
from courses.queries import terms
from courses.views import steps
from learners.actions import birth_year, reading
from learners.choices import Seen
from learners.models import Learner, Organization
from learners.permissions import is_staff_of
from learners.queries import organization as organizations
from learners.queries import registration as registrations
from learners.queries.added_way import own_addresses

# What of the context is a step with a button; how the person agreed is asked for only where there is one.
STEPS = ("has_place", "about", "may_enroll", "asks_for_approval", "asked", "is_full")


@require_safe
@login_required
def person_classes(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Where the person has a place, waits or has asked, and what they could join."""
    organization, _staff, person = _served(request, organization_id, person_id)
    context = {
        "organization": organization,
        "person": person,
        "shown": queries.of_person(person, organization, now=timezone.now()),
        "is_open": _is_open(organization),
        "has_address": bool(own_addresses(person, now=timezone.now())),
    }
    return render(request, "courses/person_classes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def person_class(request: HttpRequest, organization_id: UUID, person_id: UUID, run_id: int) -> HttpResponse:
    """One class, with the step that comes next; how the person agreed is written down with each."""
    organization, staff, person = _served(request, organization_id, person_id)
    run = get_object_or_404(queries.runs_of(organization), pk=run_id)
    if request.method != "POST":
        return _page(request, organization, person, run, AgreedForm())
    if request.POST.get("act") not in PlaceAct.values:
        raise Http404
    act, agreed = PlaceAct(request.POST["act"]), AgreedForm(request.POST)
    about = AboutForm(request.POST, needed=terms.needed(person, run)) if act == PlaceAct.SAY else None
    forms = [form for form in (agreed, about) if form is not None]
    if not all([form.is_valid() for form in forms]):
        return _page(request, organization, person, run, agreed, about=about)
    take_step: Callable[..., object] = partial(actions.take_step, act=act)
    if about is not None:
        take_step = partial(actions.say, **about.said)
    try:
        take_step(
            person=person,
            run=run,
            agreed_by=agreed.way,
            actor=staff,
            organization=organization,
            now=timezone.now(),
        )
    except birth_year.MakesAChild as reason:
        cast(AboutForm, about).ask_whether_so_young(reason, of=person.full_name)
        return _page(request, organization, person, run, agreed, about=about)
    except actions.UnableToAct as reason:
        return _page(request, organization, person, run, agreed, refusal=str(reason))
    messages.success(request, _("Written down."))
    return redirect(request.path)


def _served(request: HttpRequest, organization_id: UUID, person_id: UUID) -> tuple[Organization, Learner, Learner]:
    """Return the organization, who of its staff stands behind the counter, and whom; that they are seen is written."""
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    staff: Learner = request.user  # type: ignore[assignment]  # login_required
    if not is_staff_of(staff, organization):
        raise Http404
    registered = get_object_or_404(registrations.at_counter(organization, staff), learner__public_id=person_id)
    reading.write(
        reader=staff,
        learner_ids=[registered.learner_id],
        seen=Seen.COUNTER_PERSON,
        organization=organization,
        now=timezone.now(),
    )
    return organization, staff, registered.learner


def _is_open(organization: Organization) -> bool:
    """Return whether the counter serves people now; a closed one only ends things."""
    return organization.is_verified(on=timezone.localdate())


def _page(
    request: HttpRequest,
    organization: Organization,
    person: Learner,
    run: CourseRun,
    agreed: AgreedForm,
    *,
    about: AboutForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = steps.context(person, run, about=about, refusal=refusal)
    if not (is_open := _is_open(organization)):
        context |= {"about": None, "may_enroll": False, "asks_for_approval": False, "is_full": False}
    standing = context["standing"]
    has_step = any(context[step] for step in STEPS) or (standing is not None and standing.mine is not None)
    context |= {"organization": organization, "agreed": agreed if has_step else None, "may_withdraw": True}
    context |= {"gives_up": True, "is_open": is_open, "has_address": bool(own_addresses(person, now=timezone.now()))}
    is_asked_once_more = context["has_place"] and PlaceAct.GIVE_UP in (request.GET.get("act"), request.POST.get("act"))
    template = "courses/person_give_up.html" if is_asked_once_more else "courses/person_class.html"
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, template, context, status=status)
