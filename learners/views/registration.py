"""The counter of an organization: register somebody who has neither e-mail nor phone, print their card."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learners.actions import birth_year, reading
from learners.actions import card as cards
from learners.actions import registration as actions
from learners.choices import ConsentWay, Language, Seen, Way
from learners.forms.registration import BirthYearForm, CardForm, LookForm, NameForm, RegistrationForm
from learners.models import AccountClosing, Learner, Organization, Registration
from learners.permissions import is_staff_of
from learners.queries import added_way, age, dead_way
from learners.queries import card as card_queries
from learners.queries import closing as closings
from learners.queries import consent as consents
from learners.queries import organization as organizations
from learners.queries import registration as registrations
from learners.queries.added_way import own_addresses
from learners.views.card import card_document

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
PEOPLE_PER_PAGE = 30
IS_ANOTHER = "is_another"  # the name of the button by which staff say that it is nobody of those shown
TO_CONFIRM_MAX = 50  # the oldest; each is written as seen


def counter_of(request: HttpRequest, organization_id: UUID) -> tuple[Organization, Learner]:
    """Return the organization and who of its staff stands behind the counter; strangers find nothing there."""
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    if not isinstance(request.user, Learner) or not is_staff_of(request.user, organization):
        raise Http404
    return organization, request.user


def is_open(organization: Organization) -> bool:
    """Return whether the counter serves people now; a closed one only ends cards, mandates and guardians."""
    return organization.is_verified(on=timezone.localdate())


def open_counter_of(request: HttpRequest, organization_id: UUID) -> tuple[Organization, Learner]:
    """Return the same of a counter that serves people now; nobody finds another there."""
    organization, staff = counter_of(request, organization_id)
    if not is_open(organization):
        raise Http404
    return organization, staff


def person_of(organization: Organization, staff: Learner, person_id: UUID) -> Registration:
    """Return how somebody was registered here, after it is written that they are seen."""
    found = get_object_or_404(registrations.at_counter(organization, staff), learner__public_id=person_id)
    _write(organization, staff, [found], Seen.COUNTER_PERSON)
    return found


def _write(
    organization: Organization, staff: Learner, rows: Iterable[Registration | AccountClosing], seen: Seen
) -> None:
    ids = {row.learner_id for row in rows}
    reading.write(reader=staff, learner_ids=ids, seen=seen, organization=organization, now=timezone.now())


@require_safe
@login_required
def people(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Whom the organization has registered, by name or newest first."""
    organization, staff = counter_of(request, organization_id)
    words = request.GET.get("q", "")[:120].replace("\0", "")
    found = registrations.named(registrations.at_counter(organization, staff), words)
    page = Paginator(found, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    is_serving = is_open(organization)
    to_confirm = list(closings.without_second(organization)[:TO_CONFIRM_MAX]) if is_serving and not words else []
    _write(organization, staff, [*page, *to_confirm], Seen.COUNTER_SEARCH if words else Seen.COUNTER_LIST)
    context = {"organization": organization, "page": page, "words": words, "is_open": is_serving}
    context["to_confirm"] = to_confirm
    return render(request, "learners/people.html", context)


def _typed(request: HttpRequest) -> str:
    """Return the name and year that were typed: “another person” is said of these, and asked anew of others."""
    return f"{request.POST.get('full_name', '')} {request.POST.get('birth_year', '')}"


@asks_and_acts
@login_required
def person_new(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    organization, staff = counter_of(request, organization_id)
    here = {"province": organization.place.parent_id, "commune": organization.place_id}
    form = RegistrationForm(request.POST or None, initial=here, ages=age.ages(on=timezone.localdate()))
    alike: Sequence[Registration] = ()
    if form.is_valid():
        said = form.cleaned_data
        try:
            registered = actions.register(
                organization=organization,
                actor=staff,
                full_name=said["full_name"],
                birth_year=said["birth_year"],
                place=form.place,
                language=Language(get_language()),
                consent_way=ConsentWay(said["consent_way"]),
                idempotency_key=said["once"] or uuid4(),
                saw_paper=said["saw_paper"],
                guardian_agreed=said["guardian_agreed"],
                is_another=request.POST.get(IS_ANOTHER) == _typed(request),
                now=timezone.now(),
            )
        except actions.MayBeRegistered as reason:
            alike = reason.found
            _write(organization, staff, alike, Seen.COUNTER_SEARCH)
        except actions.NeedsGuardian as reason:
            form.add_error("guardian_agreed", str(reason))
        except actions.UnableToRegister as reason:
            form.add_error(None, str(reason))
        else:
            if registered.guardian_agreed:
                messages.success(request, _("The record is open. Now write down who the parent or guardian is."))
                return redirect("learners:person_guardians", organization.public_id, registered.learner.public_id)
            messages.success(request, _("The record is open. Now print the card."))
            return redirect("learners:person", organization.public_id, registered.learner.public_id)
    context = {"organization": organization, "form": form, "alike": alike, "is_another": IS_ANOTHER}
    context["typed"] = _typed(request)
    return render(request, "learners/person_new.html", context)


@require_safe
@login_required
def person(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """One person the organization has registered, and their card."""
    organization, staff = counter_of(request, organization_id)
    registered = person_of(organization, staff, person_id)
    return person_page(request, registered)


@require_POST
@login_required
def card_print(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Print a new card: the answer is the paper, and nothing keeps what stands on it."""
    organization, staff = counter_of(request, organization_id)
    registered = person_of(organization, staff, person_id)
    form = CardForm(request.POST, needs_pin=not card_queries.confirmed_years(registered.learner))
    if form.is_valid():
        try:
            printed = cards.issue(
                learner=registered.learner,
                actor=staff,
                organization=organization,
                pin=form.cleaned_data["pin"],
                now=timezone.now(),
            )
        except cards.UnableToIssue as reason:
            form.add_error("pin" if isinstance(reason, cards.NeedsPin) else None, str(reason))
        else:
            return card_document(printed)
    return person_page(request, registered, card_form=form)


@require_POST
@login_required
def card_revoke(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    organization, staff = counter_of(request, organization_id)
    registered = person_of(organization, staff, person_id)
    cards.revoke(learner=registered.learner, actor=staff, organization=organization, now=timezone.now())
    messages.success(request, _("The card opens nothing any more."))
    return redirect("learners:person", organization.public_id, registered.learner.public_id)


@require_POST
@login_required
def person_birth_year(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Confirm the year on a paper staff have seen; from then on the person does not change it."""
    organization, staff = counter_of(request, organization_id)
    registered = person_of(organization, staff, person_id)
    form = BirthYearForm(request.POST)
    if form.is_valid():
        year, now = form.cleaned_data["birth_year"], timezone.now()
        try:
            birth_year.confirm(learner=registered.learner, year=year, actor=staff, organization=organization, now=now)
        except birth_year.UnableToConfirm as reason:
            form.add_error("birth_year", str(reason))
        else:
            messages.success(request, _("The birth year is confirmed."))
            return redirect("learners:person", organization.public_id, registered.learner.public_id)
    return person_page(request, registered, year_form=form)


def person_page(
    request: HttpRequest,
    registered: Registration,
    *,
    card_form: CardForm | None = None,
    name_form: NameForm | None = None,
    year_form: BirthYearForm | None = None,
) -> HttpResponse:
    """Return the page of one person, with whichever form has come back."""
    name = {"full_name": registered.learner.full_name}
    look = {"text_size": registered.learner.text_size, "aloud": registered.learner.aloud}
    card, needs_pin = card_queries.of_learner(registered.learner), not card_queries.confirmed_years(registered.learner)
    own_ways = [Way(kind) for kind in Way if getattr(registered.learner, kind)]
    context = {
        "organization": registered.organization,
        "registered": registered,
        "person": registered.learner,
        "card": card,
        "opens_by_code": card is None or card_queries.opens_by_code(card),
        "form": card_form or CardForm(needs_pin=needs_pin),
        "name_form": name_form or NameForm(initial=name),
        "look_form": LookForm(initial=look),
        "year_form": year_form or BirthYearForm(),
        "consents": [each for each in consents.history(registered.learner) if each.withdrawn_at is None],
        "closing": closings.waiting(registered.learner),
        "is_open": is_open(registered.organization),
        "has_address": bool(own_addresses(registered.learner, now=timezone.now())),
        "has_ways": bool(own_ways) or dead_way.given_back(registered.learner, now=timezone.now()).exists(),
        "held": added_way.held(registered.learner, now=timezone.now()),
        "is_child": age.ages(on=timezone.localdate()).needs_guardian(registered.learner),
    }
    return render(request, "learners/person.html", context)
