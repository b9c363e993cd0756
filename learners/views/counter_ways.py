"""The counter: a number or address that reaches its person no more is taken off their record, by two or by a PIN."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners import formats
from learners.actions import dead_way, ways
from learners.actions.consent import Witness
from learners.choices import Way
from learners.forms.closing import PinForm
from learners.models import DeadWay, Learner, Organization
from learners.queries import card as cards
from learners.queries import dead_way as queries
from learners.queries.added_way import own_addresses
from learners.queries.colleague import works_alone
from learners.rules import REMOVED_WAY_KEPT
from learners.views.registration import open_counter_of, person_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_ways(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """What reaches the person, masked; POST writes down that one does not, confirms it, or gives it back."""
    organization, staff = open_counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    form = PinForm(request.POST if "pin" in request.POST else None)
    if request.method != "POST" or ("pin" in request.POST and not form.is_valid()):
        return _page(request, organization, person)
    try:
        said = _act(request, person, Witness(staff=staff, organization=organization), form)
    except (dead_way.UnableToTakeOff, ways.UnableToChangeWay) as reason:
        return _page(request, organization, person, refusal=str(reason))
    messages.success(request, said)
    return redirect("learners:person_ways", organization.public_id, person.public_id)


def _act(request: HttpRequest, person: Learner, witness: Witness, form: PinForm) -> str:
    now = timezone.now()
    if request.POST.get("ask") in Way.values:
        dead_way.ask(learner=person, kind=Way(request.POST["ask"]), witness=witness, now=now)
        return _("Written down. Nothing changes before it is confirmed.")
    way = _named(request, person)
    if "undo" in request.POST:
        dead_way.undo(way=way, actor=witness.staff, now=now)
        return _("It stays with the record.")
    if "pin" in request.POST:
        dead_way.confirm_by_pin(way=way, said=form.cleaned_data["pin"], witness=witness, now=now)
    else:
        dead_way.confirm(way=way, witness=witness, now=now)
    return _("Taken off. Print a card now, or add the new number.")


def _named(request: HttpRequest, person: Learner) -> DeadWay:
    shown = [*queries.waiting(person), *queries.given_back(person, now=timezone.now())]
    for way in shown:
        if str(way.public_id) == request.POST.get("way"):
            return way
    raise Http404


def _is_said_of(request: HttpRequest, way: DeadWay) -> bool:
    return "pin" in request.POST and request.POST.get("way") == str(way.public_id)


def _page(request: HttpRequest, organization: Organization, person: Learner, *, refusal: str = "") -> HttpResponse:
    staff: Learner = request.user  # type: ignore[assignment]  # staff
    is_alone = works_alone(staff, organization, person)
    waiting = {way.kind: way for way in queries.waiting(person)}
    rows = [
        {
            "kind": kind,
            "masked": formats.way_masked(address),
            "waiting": (asked := waiting.get(kind)),
            "is_ones_own": asked is not None and asked.asked_by_id == staff.pk,
            "lapses_at": asked and asked.asked_at + REMOVED_WAY_KEPT,
            "pin_form": PinForm(
                request.POST if asked and _is_said_of(request, asked) else None, auto_id=f"id_{kind}_%s"
            ),
        }
        for kind in Way
        if (address := getattr(person, kind))
    ]
    now, has_address = timezone.now(), bool(own_addresses(person, now=timezone.now()))
    context = {
        "organization": organization,
        "person": person,
        "rows": rows,
        "taken_off": queries.given_back(person, now=now),
        "has_address": has_address,
        "is_alone": is_alone,
        "takes_pin": not is_alone or cards.has_pin_not_from([staff], person),
        "comes_back": not has_address or queries.claimed_since(person, now=now) is not None,
        "refusal": refusal,
    }
    return render(request, "learners/person_ways.html", context)
