"""How I sign in: the ways into one's own record are added, changed and removed here."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learners import formats, identities
from learners.actions import changed_way, dead_way, sign_in
from learners.actions import ways as changing
from learners.channels import is_offered
from learners.choices import CodePurpose, Level, Way
from learners.forms.sign_in import CodeForm
from learners.forms.ways import FORMS
from learners.levels import kept_form, needs
from learners.models import Learner
from learners.queries import dead_way as dead_ways
from learners.queries.ways import addresses
from learners.queries.ways import identities as identities_of
from learners.views import codes
from learners.views.limits import limited


@login_required
@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    learner = _learner(request)
    known = addresses(learner)
    has = {each.kind: each.address for each in known if not each.is_joined}
    rows = [
        {"kind": kind, "address": has.get(kind), "is_last": kind in has and changing.is_last(learner, kind)}
        for kind in Way
        if kind in has or kind != Way.PHONE or is_offered()
    ]
    joined = [{"account": each, "name": identities.name_of(each.provider)} for each in identities_of(learner)]
    context = {
        "rows": rows,
        "of_joined": [each for each in known if each.is_joined],
        "is_one": len(known) == 1,
        "taken_off": dead_ways.given_back(learner, now=timezone.now()),
        "joined": joined,
        "providers": identities.offered(),
    }
    return render(request, "learners/ways.html", context)


@never_cache
@needs(Level.REDEEM, keeps=("address",))
@require_http_methods(["GET", "HEAD", "POST"])
def way_new(request: HttpRequest, way: str) -> HttpResponse:
    """Ask for a new address or number, and send a code to it."""
    kind = _kind(way)
    if request.method == "POST" and (refusal := limited(request, "ask")) is not None:
        return refusal
    initial = kept_form(request, FORMS[kind])
    form = FORMS[kind](request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            codes.send(request, CodePurpose.NEW_WAY, address=form.cleaned_data["address"], then="")
        except sign_in.TooManyCodes as reason:
            form.add_error("address", str(reason))
        else:
            return redirect("learners:way_code")
    return render(
        request, "learners/way_new.html", {"form": form, "kind": kind, "now": getattr(_learner(request), kind)}
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def way_code(request: HttpRequest) -> HttpResponse:
    """Take the code that proves the new address, and use it from now on."""
    asked = codes.waiting(request, CodePurpose.NEW_WAY)
    if asked is None:
        return redirect("learners:ways")
    if request.method == "POST" and (refusal := limited(request, "guess")) is not None:
        return refusal
    if "again" in request.POST:
        codes.send_again(request, CodePurpose.NEW_WAY, asked)
        return redirect("learners:way_code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            address = codes.prove(request, CodePurpose.NEW_WAY, form.cleaned_data["code"])
            changed_way.use(learner=_learner(request), address=address, now=timezone.now())
        except sign_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except (sign_in.CodeIsDead, changing.UnableToChangeWay) as reason:
            messages.error(request, str(reason))
            return redirect("learners:ways")
        else:
            messages.success(request, _("From now on you can sign in with %(way)s.") % {"way": formats.way(address)})
            return redirect("learners:ways")
    return render(request, "learners/way_code.html", {"form": form, **codes.shown(asked)})


@never_cache
@needs(Level.REDEEM)
@require_http_methods(["GET", "HEAD", "POST"])
def joined_way_remove(request: HttpRequest, way: str, account_id: UUID) -> HttpResponse:
    """The same for a way that stands with a record joined to one's own, and opens it too."""
    found = next((each for each in addresses(_learner(request)) if each.key == f"{way}:{account_id}"), None)
    if found is None:
        return redirect("learners:ways")
    if request.method == "POST":
        try:
            changed_way.remove_joined(
                learner=_learner(request), account=found.account, way=found.kind, now=timezone.now()
            )
        except changing.UnableToChangeWay as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("%(way)s no longer opens your record.") % {"way": formats.way(found.address)})
        return redirect("learners:ways")
    return render(request, "learners/way_remove.html", {"address": found.address, "kind": found.kind})


@never_cache
@needs(Level.REDEEM)
@require_http_methods(["GET", "HEAD", "POST"])
def way_give_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A way that staff have taken off: whether it is one's own after all."""
    learner, now = _learner(request), timezone.now()
    way = get_object_or_404(dead_ways.given_back(learner, now=now), public_id=public_id)
    if request.method == "POST":
        try:
            dead_way.undo(way=way, actor=learner, now=now)
        except (dead_way.UnableToTakeOff, changing.UnableToChangeWay) as reason:
            messages.error(request, str(reason))
        else:
            said = _("From now on you can sign in with %(way)s.") % {"way": formats.way(way.address)}
            messages.success(request, said)
        return redirect("learners:ways")
    return render(request, "learners/way_give_back.html", {"way": way})


@never_cache
@needs(Level.REDEEM)
@require_http_methods(["GET", "HEAD", "POST"])
def way_remove(request: HttpRequest, way: str) -> HttpResponse:
    """Ask once more, then remove."""
    kind = _kind(way)
    address = getattr(_learner(request), kind)
    if not address:
        return redirect("learners:ways")
    if request.method != "POST" and changing.is_last(_learner(request), kind):  # the page would promise what is refused
        messages.error(request, _("Your record has no other address of its own. Add one first."))
        return redirect("learners:ways")
    if request.method == "POST":
        try:
            changed_way.remove(learner=_learner(request), way=kind, now=timezone.now())
        except changing.IsTheLastWay as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("%(way)s no longer opens your record.") % {"way": formats.way(address)})
        return redirect("learners:ways")
    return render(request, "learners/way_remove.html", {"address": address, "kind": kind})


def _kind(way: str) -> Way:
    if way not in Way.values or (way == Way.PHONE and not is_offered()):
        raise Http404
    return Way(way)


def _learner(request: HttpRequest) -> Learner:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required, or a level above
    return learner
