"""
Coming in by a printed card, and one's own card.

Opening the address in a QR code changes nothing and looks the same for every card, living, dead or made up: a phone's
camera opens addresses by itself, and so do robots. The button on that page signs in.
"""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learners import formats
from learners.actions import card as actions
from learners.choices import Level
from learners.forms.card import CardCodeForm
from learners.forms.registration import OwnCardForm
from learners.levels import CARD, level_of, needs
from learners.models import Card, Learner
from learners.queries import card as cards
from learners.queries import closing
from learners.queries.help import how_to_ask
from learners.queries.learner import of_now
from learners.views import codes
from learners.views.limits import limited

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@asks_and_acts
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """What a card's QR code opens: one button."""
    if request.method != "POST":
        return render(request, "learners/card_scan.html")
    if (refusal := limited(request, "card")) is not None:
        return refusal
    try:
        card = actions.come_in_by_secret(secret=token, now=timezone.now())
    except actions.UnableToComeIn as reason:
        return render(request, "learners/card_scan.html", {"refusal": str(reason)})
    return _come_in(request, card)


@never_cache
@asks_and_acts
def sign_in(request: HttpRequest) -> HttpResponse:
    """The short code of a card, with the birth year or PIN."""
    then = codes.own_path(request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(then or "dashboard")
    form = CardCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (refusal := limited(request, "card")) is not None:
        return refusal
    if form.is_valid():
        said = form.cleaned_data
        try:
            card = actions.come_in_by_code(code=said["code"], said=said["known"], now=timezone.now())
        except actions.UnableToComeIn as reason:
            form.add_error(None, str(reason))
        else:
            return _come_in(request, card, then=then)
    return render(request, "learners/card_sign_in.html", {"form": form, "then": then})


@asks_and_acts
@needs(Level.REDEEM, to_look=Level.ENROL)
def card(request: HttpRequest) -> HttpResponse:
    """One's own card: print a new one, or end it; who came in by the card may only look, or end it."""
    learner: Learner = request.user  # type: ignore[assignment]  # a level above
    needs_pin = not cards.confirmed_years(learner)
    form = OwnCardForm(request.POST if request.method == "POST" else None, needs_pin=needs_pin)
    if form.is_valid():
        try:
            printed = actions.issue(learner=learner, actor=learner, pin=form.cleaned_data["pin"], now=timezone.now())
        except actions.UnableToIssue as reason:
            form.add_error("pin" if isinstance(reason, actions.NeedsPin) else None, str(reason))
        else:
            return card_document(printed)
    own = cards.of_learner(learner)
    context = {
        "form": form,
        "card": own,
        "opens_by_code": own is None or cards.opens_by_code(own),
        "is_by_card": is_by_card(request),
        "must_prove": level_of(request) < Level.REDEEM,
    }
    return render(request, "learners/card.html", context)


@require_POST
@login_required
def card_end(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    actions.revoke(learner=learner, actor=learner, now=timezone.now())
    messages.success(request, _("The card opens nothing any more."))
    return redirect("home" if is_by_card(request) else "learners:card")


def is_by_card(request: HttpRequest) -> bool:
    return CARD in request.session


def card_document(printed: actions.Printed) -> HttpResponse:
    """Return the paper; it is nowhere else, so no cache may have it."""
    # typst takes 50 ms to load, and only this needs it.
    from learners.exports.card_pdf import card_pdf  # noqa: PLC0415

    content = card_pdf(printed.card, secret=printed.secret, code=printed.code, dated=printed.card.issued_at)
    headers = {"Content-Disposition": 'inline; filename="card.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _come_in(request: HttpRequest, card: Card, *, then: str = "") -> HttpResponse:
    """Open a session that ends soon and knows its card; whoever was signed in here is not any more."""
    if (refusal := limited(request, "card_use", key=str(card.pk))) is not None:
        return refusal
    request.session.flush()
    learner = of_now(card.learner)
    record_authentication(request, learner, method="card")
    answer = perform_login(request, Login(user=learner, redirect_url=then or None, signal_kwargs={CARD: card.pk}))
    if is_by_card(request) and (waits := closing.waiting(learner)):
        if waits.organization_id is not None:
            return redirect("learners:close_stop")
        told = _("This account closes on %(day)s. To keep it, sign in with your e-mail address or number, or %(how)s.")
        messages.info(request, told % {"day": formats.day(waits.due_at), "how": how_to_ask()})
    return answer
