"""
How sure a page must be of who is there: browse, enrol, or redeem (``choices.Level``).

A session opened by a printed card says who enrols and no more; what spends credit, takes everything away or changes a
way of signing in asks for a proof given a few minutes ago. The proofs are allauth's records of the session, which name
the person they belong to, so that one left by somebody else counts for nothing.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form, MultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.choices import Level
from learners.models import Learner
from learners.queries import added_way, changed_way, dead_way, lost_second_step, lost_way

# In the session: that the computer is not one's own, that one works here, when it began and was last used, about.
IS_SHARED, IS_STAFF, BEGAN_AT, SEEN_AT = "is_shared", "is_staff", "began_at", "seen_at"
CARD = "card"  # and by which printed card somebody came in
HELD = "held"  # or that it was by an address of which not two of staff know whose it is
ROSTER = "roster"  # a cookie: a roster was opened on this device, which may hold marks that are not sent
KEPT_FORM = "kept_form"  # what was typed before the person was asked again who is there
CARD_ENDS_AT = "card_ends_at"  # and when that is over, however busy somebody is: seconds since 1970
SCANNED = (
    "room_scan"  # a signed cookie: which code of a room this browser scanned, and when; it says nothing of anybody
)
# What proves a person by something only they hold now; a printed card, which a photograph copies, is not among them.
# Who has set up a second step is proved by the second alone: who reads their mail must not take it away.
CODE, SECOND = "code", "mfa"
View = Callable[..., HttpResponse]


def level_of(request: HttpRequest, *, to_set_up: bool = False) -> Level:
    """
    Return how sure this session is of who is there, now.

    Where a second step was taken off lately, it is for nothing but setting up a new one (``to_set_up``).
    """
    if not request.user.is_authenticated:
        return Level.BROWSE
    if CARD in request.session:
        return Level.ENROL  # whatever else was shown: the session began by paper, which a photograph copies
    since = time.time() - rules.PROOF_FRESH.total_seconds()
    proofs = get_authentication_records(request, request.user)
    fresh = [proof for proof in proofs if proof["at"] > since]
    methods = {proof["method"] for proof in fresh}
    if SECOND not in methods and (
        CODE not in methods or asks_second_step(request) or _proves_little(request.user, fresh)  # type: ignore[arg-type]
    ):
        return Level.ENROL
    return Level.ENROL if _is_held_back(request.user, to_set_up=to_set_up) else Level.REDEEM  # type: ignore[arg-type]


def _is_held_back(learner: Learner, *, to_set_up: bool) -> bool:
    """
    Return whether something was given back by two curators lately, so that it is not certain whose the record is now.

    What they took off, a second step, may be set up anew; where they replaced an address nothing is added yet, and
    neither is where one that was taken off has objected.
    """
    now = timezone.now()
    if not to_set_up and lost_second_step.taken_off_lately(learner, now=now) is not None:
        return True
    if lost_way.replaced_lately(learner, now=now) is not None:
        return True
    return changed_way.objected_lately(learner, now=now) is not None


def _proves_little(learner: Learner, proofs: list[dict[str, Any]]) -> bool:
    """
    Return whether these codes to addresses of this record do not show whose it is.

    What they went to was put in the place of one that may still be given back, or is held.
    """
    is_replaced = dead_way.claimed_since(learner, now=timezone.now()) is not None
    return is_replaced or _went_to_held(learner, proofs)


def _went_to_held(learner: Learner, proofs: list[dict[str, Any]]) -> bool:
    """Return whether something is held, and none of these codes went to another address of the person."""
    now = timezone.now()
    if added_way.held(learner, now=now) is None:
        return False
    own = {each.address for each in added_way.own_addresses(learner, now=now)}
    return own.isdisjoint(proof.get("address") for proof in proofs if proof["method"] == CODE)


def came_by_held(request: HttpRequest, learner: Learner) -> bool:
    """Return whether nothing but an address that is held was shown in this session (decision 0276)."""
    proofs = get_authentication_records(request, learner)
    return bool(proofs) and {proof["method"] for proof in proofs} == {CODE} and _went_to_held(learner, proofs)


def leads_to_set_up(path: str) -> bool:
    """Return whether an address of ours is a page that sets up a second step."""
    try:
        return bool(getattr(resolve(urlsplit(path).path).func, "to_set_up", False))
    except Resolver404:
        return False


def asks_second_step(request: HttpRequest) -> bool:
    """Return whether a code to an address is not enough for whose session this is. ASVS 6.4.3."""
    return bool(is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def has_second_step(request: HttpRequest) -> bool:
    """Return whether this session has shown something besides the code: an app's code, a passkey, a recovery code."""
    proofs = get_authentication_records(request, request.user)  # type: ignore[arg-type]  # nobody has none
    return any(proof["method"] == SECOND for proof in proofs)


def needs(
    level: Level, *, to_look: Level | None = None, to_set_up: bool = False, keeps: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """
    Decorate a view that needs a level: who has less is asked for it and comes back. ``to_look`` is enough without POST.

    Nothing is done by what was posted: the person comes back to the page with the button, and presses it again. ASVS
    7.5.1. Of what was typed, what is named in ``keeps`` is there again (``kept_form``); a code or a PIN is never named.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            has = level_of(request, to_set_up=to_set_up)
            _kept(request)
            if has >= (level if request.method == "POST" or to_look is None else to_look):
                if request.method == "POST" and keeps:
                    request.session.pop(KEPT_FORM, None)
                return view(request, *arguments, **named)
            if has == Level.BROWSE:
                return redirect_to_login(request.get_full_path())
            if request.method == "POST" and keeps and _may_prove(request):
                _keep_form(request, keeps)
            return redirect_to_login(_page_with_the_button(request), reverse("account_reauthenticate"))

        # Read by pages, which say what they need, and by the test that lists it.
        checked.level = level if to_look is None else to_look  # type: ignore[attr-defined]
        checked.to_set_up = to_set_up  # type: ignore[attr-defined]
        checked.level_to_act = level  # type: ignore[attr-defined]
        return checked

    return decorate


def _may_prove(request: HttpRequest) -> bool:
    """Return whether a proof would raise the level: neither of who came in by a card, nor of a record that is held."""
    return CARD not in request.session and not _is_held_back(request.user, to_set_up=False)  # type: ignore[arg-type]


def kept_form(request: HttpRequest, form: type[Form]) -> dict[str, Any]:
    """Return what was typed into the form of this page before its person was asked again who is there, as initials."""
    kept = _kept(request)
    if kept is None or kept["path"] != request.path:
        return {}
    many = {name for name, field in form.base_fields.items() if isinstance(field, MultipleChoiceField)}
    return {name: said if name in many else "".join(said[-1:]) for name, said in kept["said"].items()}


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is kept of a form; what is too old goes."""
    kept: dict[str, Any] | None = request.session.get(KEPT_FORM)
    if kept is not None and kept["until"] < time.time():
        del request.session[KEPT_FORM]
        return None
    return kept


def _keep_form(request: HttpRequest, names: tuple[str, ...]) -> None:
    """Keep it in the session, which ends with it; one form at a time, and none that is longer than a form of ours."""
    said = {name: request.POST.getlist(name) for name in names}
    if sum(len(each) + 1 for values in said.values() for each in values) > rules.KEPT_FORM_LENGTH_MAX:
        return
    until = time.time() + rules.KEPT_FORM_FOR.total_seconds()
    request.session[KEPT_FORM] = {"path": request.path, "until": until, "said": said}
    messages.info(request, _("What you have typed is kept: you come back to it, and press the button once more."))


def _page_with_the_button(request: HttpRequest) -> str:
    """Return the page to come back to: this one, or where its button stood when it has no page of its own."""
    if request.method != "POST":
        return request.get_full_path()
    came_from = request.headers.get("Referer", "").removeprefix(f"{request.scheme}://{request.get_host()}")
    return came_from if get_adapter().is_safe_url(came_from) else request.get_full_path()
