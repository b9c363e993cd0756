"""
One page to sign in or open a new record: an e-mail address or a mobile number, then the code sent to it, then a name
when the address is new.

Nothing before the right code asks whether the address is known (decision 0201).
"""

import time

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learners import identities, rules
from learners.actions import sign_in as signing_in
from learners.actions import sign_up as signing_up
from learners.channels import is_offered
from learners.choices import CodePurpose, Language
from learners.formats import way
from learners.forms.sign_in import AddressForm, CodeForm, SignUpForm
from learners.levels import HELD, IS_SHARED
from learners.models import Learner
from learners.queries import closing as closings
from learners.queries import learner as learners
from learners.views import codes
from learners.views.devices import leave
from learners.views.limits import limited

PROVEN = "sign_up"  # in the session: whose address is proven and new


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and send a code to it, whoever it belongs to."""
    if request.user.is_authenticated:
        return redirect(codes.own_path(request.GET.get("next", "")) or "dashboard")
    if request.method != "POST":
        asked = codes.waiting(request, CodePurpose.SIGN_IN)
        initial = {
            "address": way(asked.address) if asked and not asked.is_left else "",
            "is_shared": asked is not None and asked.is_shared,
            "next": codes.own_path(request.GET.get("next", "")),
        }
        return _address_page(request, AddressForm(initial=initial))
    if (refusal := limited(request, "ask")) is not None:
        return refusal
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            codes.send(
                request,
                CodePurpose.SIGN_IN,
                address=form.cleaned_data["address"],
                then=codes.own_path(form.cleaned_data["next"]),
                is_shared=form.cleaned_data["is_shared"],
            )
        except signing_in.TooManyCodes as reason:
            form.add_error("address", str(reason))
        else:
            return redirect("account_confirm_login_code")
    return _address_page(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code; then sign in who is known, and ask who is new for a name."""
    asked = codes.waiting(request, CodePurpose.SIGN_IN)
    if asked is None or asked.is_left or request.user.is_authenticated:
        return redirect("account_login")
    if request.method != "POST":
        return _code_page(request, CodeForm(), asked)
    if (refusal := limited(request, "guess")) is not None:
        return refusal
    if "again" in request.POST:
        codes.send_again(request, CodePurpose.SIGN_IN, asked)
        return redirect("account_confirm_login_code")
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            address = codes.prove(request, CodePurpose.SIGN_IN, form.cleaned_data["code"])
        except signing_in.WrongCode as reason:
            form.add_error("code", str(reason))
        except signing_in.CodeIsDead as reason:
            messages.error(request, str(reason))
            return redirect("account_login")
        else:
            return _come_in(request, address, asked)
    return _code_page(request, form, asked)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask who is new for a name, and open the account."""
    proven = request.session.get(PROVEN)
    if proven is None or request.user.is_authenticated:
        return redirect("account_login")
    is_shared = proven.get("is_shared", False)
    within = rules.SHARED_IDLE if is_shared else rules.NAME_WITHIN
    if time.time() - proven["at"] > within.total_seconds():
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
        address = proven["address"]
        return _open_session(request, learner, address, then=proven["next"], is_shared=is_shared, is_new=True)
    return render(request, "account/signup.html", {"form": form, "address": proven["address"]})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    answer = leave(request, redirect("home"))
    messages.success(request, _("You are signed out."))
    return answer


def _address_page(request: HttpRequest, form: AddressForm) -> HttpResponse:
    return render(
        request,
        "account/login.html",
        {
            "form": form,
            "then": codes.own_path(form["next"].value() or ""),
            "sends_texts": is_offered(),
            "providers": identities.offered(),
            "identity": identities.waiting(request),
        },
    )


def _code_page(request: HttpRequest, form: CodeForm, asked: codes.Asked) -> HttpResponse:
    return render(request, "account/confirm_login_code.html", {"form": form, **codes.shown(asked)})


def _come_in(request: HttpRequest, address: str, asked: codes.Asked) -> HttpResponse:
    request.session.cycle_key()  # who knew the session before the proof has no part in it after
    learner = learners.by_address(address)
    if learner is None:
        request.session[PROVEN] = {
            "address": address,
            "next": asked.next,
            "is_shared": asked.is_shared,
            "at": time.time(),
        }
        return redirect("learners:sign_up")
    return _open_session(request, learner, address, then=asked.next, is_shared=asked.is_shared)


def _open_session(
    request: HttpRequest, learner: Learner, address: str, *, then: str, is_shared: bool, is_new: bool = False
) -> HttpResponse:
    request.session.pop(PROVEN, None)
    request.session[IS_SHARED] = is_shared
    record_authentication(request, learner, method="code", address=address)
    login = Login(user=learner, redirect_url=then or None, email=learner.email, signup=is_new)
    answer = perform_login(request, login)
    if request.session.get(HELD) and not then and closings.waiting(learner) is not None:
        return redirect("learners:close_stop")  # by such an address nothing stops by itself
    return answer
