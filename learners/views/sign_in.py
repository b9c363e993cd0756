"""
One page to sign in or open a new record: an address, then the code sent to it, then a name when the address is new.

Nothing before the right code asks whether the address is known (decision 0201).
"""

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learners import rules
from learners.actions import sign_in as signing_in
from learners.actions import sign_up as signing_up
from learners.choices import Language
from learners.forms.sign_in import AddressForm, CodeForm, SignUpForm
from learners.models import Learner
from learners.queries import learner as learners

ASKED = "sign_in"  # in the session: who waits for a code
PROVEN = "sign_up"  # in the session: whose address is proven and new


def _rates(*limits: rules.Limit, per: str) -> str:
    return ",".join(f"{limit.times}/{int(limit.per.total_seconds())}s/{per}" for limit in limits)


RATES = {
    "ask": _rates(rules.SIGN_IN_POSTS_PER_IP, per="ip"),
    "guess": _rates(rules.SIGN_IN_POSTS_PER_IP, per="ip"),
    "code": _rates(*rules.CODES_PER_ADDRESS, per="key"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the session remembers of who waits for a code."""

    code_id: str
    address: str
    next: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and send a code to it, whoever it belongs to."""
    if request.user.is_authenticated:
        return redirect(_own_path(request.GET.get("next", "")) or "dashboard")
    if request.method != "POST":
        asked = _asked(request)
        initial = {"address": asked.address if asked else "", "next": _own_path(request.GET.get("next", ""))}
        return render(request, "account/login.html", {"form": AddressForm(initial=initial)})
    if (refusal := _limited(request, "ask")) is not None:
        return refusal
    form = AddressForm(request.POST)
    if form.is_valid():
        if _send_code(request, address=form.cleaned_data["address"], then=_own_path(form.cleaned_data["next"])):
            return redirect("account_confirm_login_code")
        form.add_error("address", _too_many_codes())
    return render(request, "account/login.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code; then sign in who is known, and ask who is new for a name."""
    asked = _asked(request)
    if asked is None or request.user.is_authenticated:
        return redirect("account_login")
    if request.method != "POST":
        return _code_page(request, CodeForm(), asked)
    if (refusal := _limited(request, "guess")) is not None:
        return refusal
    if "again" in request.POST:
        return _send_again(request, asked)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            address = signing_in.prove(code_id=UUID(asked.code_id), code=form.cleaned_data["code"], now=timezone.now())
        except signing_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except signing_in.CodeIsDead as reason:
            messages.error(request, str(reason))
            return redirect("account_login")
        else:
            return _come_in(request, address, then=asked.next)
    return _code_page(request, form, asked)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask who is new for a name, and open the account."""
    proven = request.session.get(PROVEN)
    if proven is None or request.user.is_authenticated:
        return redirect("account_login")
    if time.time() - proven["at"] > rules.NAME_WITHIN.total_seconds():
        del request.session[PROVEN]
        messages.error(request, _("That took a while, so the code no longer works. Ask for a new one."))
        return redirect("account_login")
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        learner = signing_up.sign_up(
            address=proven["address"],
            full_name=form.cleaned_data["full_name"],
            place=form.place,
            language=Language(get_language()),
            now=timezone.now(),
        )
        return _open_session(request, learner, then=proven["next"], is_new=True)
    return render(request, "account/signup.html", {"form": form, "address": proven["address"]})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("home")


def _code_page(request: HttpRequest, form: CodeForm, asked: Asked) -> HttpResponse:
    minutes = rules.CODE_VALID // timedelta(minutes=1)
    return render(
        request, "account/confirm_login_code.html", {"form": form, "address": asked.address, "minutes": minutes}
    )


def _come_in(request: HttpRequest, address: str, *, then: str) -> HttpResponse:
    del request.session[ASKED]
    request.session.cycle_key()  # who knew the session before the proof has no part in it after
    learner = learners.by_address(address)
    if learner is None:
        request.session[PROVEN] = {"address": address, "next": then, "at": time.time()}
        return redirect("learners:sign_up")
    return _open_session(request, learner, then=then)


def _open_session(request: HttpRequest, learner: Learner, *, then: str, is_new: bool = False) -> HttpResponse:
    request.session.pop(PROVEN, None)
    record_authentication(request, learner, method="code", email=learner.email)
    login = Login(user=learner, redirect_url=then or None, email=learner.email, signup=is_new)
    return perform_login(request, login)


def _send_code(request: HttpRequest, *, address: str, then: str) -> bool:
    """Send a code and remember who waits for it; False when this address has had too many."""
    if not ratelimit.consume(request, app="learners", action="code", config=RATES, key=address):
        return False
    asked = signing_in.ask(address=address, language=Language(get_language()), now=timezone.now())
    request.session[ASKED] = asdict(Asked(code_id=str(asked.pk), address=address, next=then))
    return True


def _send_again(request: HttpRequest, asked: Asked) -> HttpResponse:
    if _send_code(request, address=asked.address, then=asked.next):
        messages.success(request, _("We have sent a new code. The one before it no longer works."))
    else:
        messages.error(request, _too_many_codes())
    return redirect("account_confirm_login_code")


def _too_many_codes() -> str:
    return _("This address has been sent many codes already. Use the last one, or try again in an hour.")


def _asked(request: HttpRequest) -> Asked | None:
    stored = request.session.get(ASKED)
    return Asked(**stored) if stored else None


def _limited(request: HttpRequest, action: str) -> HttpResponse | None:
    refusal: HttpResponse | None = ratelimit.consume_or_429(request, app="learners", action=action, config=RATES)
    if refusal is not None:
        refusal["Retry-After"] = str(int(rules.SIGN_IN_POSTS_PER_IP.per.total_seconds()))
    return refusal


def _own_path(path: str) -> str:
    """Return ``path`` when it leads to a page of this portal, else nothing."""
    return path if get_adapter().is_safe_url(path) else ""
