"""What was added to a record in front of one member of staff: taken off by its person, or confirmed by a second."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import formats
from learners.actions import added_way as actions
from learners.actions.consent import Witness
from learners.forms.closing import PinForm
from learners.models import Learner, Organization
from learners.queries import card as cards
from learners.queries.added_way import Held, know_the_pin
from learners.queries.colleague import works_alone
from learners.queries.learner import account_ids
from learners.views.limits import limited

NOT_MINE = "not_mine"  # the name of the button


def take_off(request: HttpRequest, person: Learner) -> HttpResponse:
    """One press of who came in by the card: it is not theirs. Every session ends, this one too."""
    address = actions.take_off(learner=person, now=timezone.now())
    if address is None:
        messages.info(request, _("It opens your record no more, or it was confirmed meanwhile."))
        return redirect("dashboard")
    said = _("%(way)s no longer opens your record, and everybody is signed out. Come in again with your card.")
    request.session.flush()
    messages.success(request, said % {"way": formats.way_masked(address)})
    return redirect("home")


def at_counter(request: HttpRequest, person: Learner, organization: Organization, held: Held) -> HttpResponse:
    """Whose it is, said by a second person who works there, or by the PIN of the card."""
    staff: Learner = request.user  # type: ignore[assignment]  # staff
    form = PinForm(request.POST if "pin" in request.POST else None)
    refusal = ""
    if "pin" in request.POST and (too_often := limited(request, "guess")) is not None:
        return too_often
    if "confirm" in request.POST or form.is_valid():
        witness, now = Witness(staff=staff, organization=organization), timezone.now()
        try:
            if "pin" in request.POST:
                actions.confirm_by_pin(added=held.added, said=form.cleaned_data["pin"], witness=witness, now=now)
            elif not actions.confirm(added=held.added, witness=witness, now=now).confirmed_at:
                messages.success(request, _("It is written down. A second person who works here confirms it."))
                return redirect(f"{request.path}?held=1")
        except actions.UnableToConfirm as reason:
            refusal = str(reason)
        else:
            messages.success(request, _("It is confirmed: the record opens with it in full."))
            return redirect("learners:person", organization.public_id, person.public_id)
    is_alone = works_alone(staff, organization, person)
    context = {
        "organization": organization,
        "person": person,
        "held": held,
        "form": form,
        "refusal": refusal,
        "is_ones_own": held.added.added_by_id in account_ids(staff),
        "is_alone": is_alone,
        "takes_pin": cards.has_pin_not_from(know_the_pin(held.added, staff), person),
    }
    return render(request, "learners/person_added.html", context)
