"""The counter: what somebody who has only a card may have mended, withdrawn or closed, in front of staff."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learners import formats
from learners.actions import closing as closings
from learners.actions import correction, counter_consent
from learners.actions.consent import Witness
from learners.choices import ConsentPurpose
from learners.forms.closing import CounterClosingForm, PinForm
from learners.forms.registration import LookForm, NameForm
from learners.models import Learner, Organization
from learners.queries import card as cards
from learners.queries import closing as queries
from learners.queries.added_way import own_addresses
from learners.queries.colleague import works_alone
from learners.rules import CLOSING_WAITS
from learners.views.registration import counter_of, open_counter_of, person_of, person_page


@require_POST
@login_required
def person_name(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Write the name as it should stand; the one before is kept, with who corrected it."""
    organization, staff = open_counter_of(request, organization_id)
    registered = person_of(organization, staff, person_id)
    form = NameForm(request.POST)
    if form.is_valid():
        said = {"full_name": form.cleaned_data["full_name"], "actor": staff, "organization": organization}
        try:
            correction.correct_name(learner=registered.learner, **said, now=timezone.now())
        except correction.UnableToCorrect as reason:
            form.add_error("full_name", str(reason))
        else:
            messages.success(request, _("The name is corrected. A card printed before still shows the old one."))
            return redirect("learners:person", organization.public_id, registered.learner.public_id)
    return person_page(request, registered, name_form=form)


@require_POST
@login_required
def person_look(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Set how pages look for the person, wherever their card is shown."""
    organization, staff = open_counter_of(request, organization_id)
    registered = person_of(organization, staff, person_id)
    form = LookForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data | {"actor": staff, "organization": organization, "now": timezone.now()}
        try:
            correction.set_look(learner=registered.learner, **said)
        except correction.UnableToCorrect as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Saved. Pages look so wherever the card is shown."))
        return redirect("learners:person", organization.public_id, registered.learner.public_id)
    return person_page(request, registered)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_close(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Ask for the account to be closed, as the person wishes; the answer is the page they follow it on."""
    organization, staff = open_counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    form = CounterClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        witness = Witness(staff=staff, organization=organization)
        try:
            _closing, token = closings.ask(learner=person, witness=witness, now=timezone.now())
        except closings.UnableToClose as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Written down. Print this page for the person: only they are to have it."))
            back = redirect("learners:person", organization.public_id, person.public_id)
            return redirect("learners:closing", token=token) if token else back
    return _closing_page(request, organization, person, form=form)


@require_POST
@login_required
def person_close_confirm(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Confirm what another has asked for, or take the PIN the person types."""
    organization, staff = open_counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    is_by_pin = "pin" in request.POST
    form = PinForm(request.POST if is_by_pin else None)
    if not is_by_pin or form.is_valid():
        witness, now = Witness(staff=staff, organization=organization), timezone.now()
        try:
            if is_by_pin:
                closing = closings.confirm_by_pin(
                    learner=person, said=form.cleaned_data["pin"], witness=witness, now=now
                )
            else:
                closing = closings.confirm(learner=person, witness=witness, now=now)
        except closings.UnableToClose as reason:
            if not is_by_pin:
                messages.error(request, str(reason))
                return redirect("learners:person_close", organization.public_id, person.public_id)
            form.add_error("pin", str(reason))
        else:
            said = _("Confirmed. The account is closed after %(day)s, unless the person changes their mind.")
            messages.success(request, said % {"day": formats.day_plain(closing.due_at)})
            return redirect("learners:person", organization.public_id, person.public_id)
    return _closing_page(request, organization, person, pin_form=form)


def _closing_page(
    request: HttpRequest,
    organization: Organization,
    person: Learner,
    *,
    form: CounterClosingForm | None = None,
    pin_form: PinForm | None = None,
) -> HttpResponse:
    waiting = queries.waiting(person)
    staff: Learner = request.user  # type: ignore[assignment]  # staff
    is_alone = works_alone(staff, organization, person)
    context = {
        "organization": organization,
        "person": person,
        "form": form or CounterClosingForm(),
        "pin_form": pin_form or PinForm(),
        "days": CLOSING_WAITS.days,
        "has_address": bool(own_addresses(person, now=timezone.now())),
        "waiting": waiting,
        "is_ones_own": waiting is not None and waiting.witnessed_by_id == staff.pk,
        "is_alone": is_alone,
        "takes_pin": not is_alone or cards.has_pin_not_from([staff], person),
    }
    return render(request, "learners/person_close.html", context)


@require_POST
@login_required
def person_close_stop(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Stop a closing that waits, for who has no address to sign in with; a closed counter does this too."""
    organization, staff = counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    witness = Witness(staff=staff, organization=organization)
    if closings.stop_at_counter(learner=person, witness=witness, now=timezone.now()):
        messages.success(request, _("The account stays open."))
    return redirect("learners:person", organization.public_id, person.public_id)


@require_POST
@login_required
def person_withdraw(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Withdraw a consent as the person says; a closed counter does this too."""
    organization, staff = counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    if request.POST.get("withdraw") not in ConsentPurpose.values:
        raise Http404
    purpose, witness = ConsentPurpose(request.POST["withdraw"]), Witness(staff=staff, organization=organization)
    try:
        counter_consent.withdraw(person=person, purpose=purpose, witness=witness, now=timezone.now())
    except counter_consent.UnableToAnswer as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Withdrawn, with effect from now."))
    return redirect("learners:person", organization.public_id, person.public_id)
