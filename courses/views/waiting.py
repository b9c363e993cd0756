"""Waiting lists: join one, see and leave one's own, answer an offer signed in or by the link of a letter."""

from http import HTTPStatus
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import enrollment as enrolling
from courses.actions import waiting as actions
from courses.models import CourseRun, SeatOffer
from courses.queries import enrollment, group, group_shown, no_show, offer_link, waiting, waiting_shown
from courses.rules import GROUP_GATHERED_FOR
from learners.models import Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
ENDED_SHOWN = 10
RUNS_NAMED_MAX = 20
ALSO, ONLY = "also", "run"  # other runs of the course to wait for; the one run to leave
DECLINE = "decline"  # the name of the button; the other takes the seat


class Ways(TypedDict):
    """Where an answer to an offer is sent."""

    accept_url: str
    decline_url: str


@require_POST
@login_required
def wait(request: HttpRequest, run_id: int) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_object_or_404(enrollment.runs_on_offer(), pk=run_id)
    others = _runs_named(request, ALSO).filter(version__course=run.version.course_id).exclude(pk=run.pk)
    try:
        actions.join(learner=learner, runs=[run, *others.order_by("pk")], now=timezone.now())
    except actions.UnableToWait as reason:
        messages.warning(request, str(reason))
        return redirect("courses:enroll", run_id=run_id)
    messages.success(request, _("You are on the waiting list. When it is your turn, we write to you at once."))
    return redirect("courses:my_waiting")


@require_safe
@login_required
def my_waiting(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    context = {
        "open": waiting_shown.open_of(learner, now=timezone.now()),
        "order": no_show.shown(learner, now=timezone.now()),
        "groups": group_shown.going_on(learner, since=timezone.now() - GROUP_GATHERED_FOR),
        "ended": waiting_shown.ended_of(learner, limit=ENDED_SHOWN),
        "only": ONLY,
    }
    return render(request, "courses/my_waiting.html", context)


@asks_and_acts
@login_required
def waiting_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask, then leave the line of one run, or of all the request waits for: the turn is gone for good."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = get_object_or_404(waiting_shown.requests_of(learner), public_id=public_id)
    run = _runs_named(request, ONLY).filter(waiting_choices__request=mine).first()
    if run is None and (ONLY in request.POST or ONLY in request.GET):
        raise Http404
    if request.method != "POST":
        now = timezone.now()
        lines = [each for each in waiting_shown.open_of(learner, now=now) if each.request.pk == mine.pk]
        left = [one for each in lines for one in each.choices if run is None or one.choice.run_id == run.pk]
        if not left:
            return redirect("courses:my_waiting")
        context = {"mine": lines[0], "left": left, "run": run, "only": ONLY}
        return render(request, "courses/waiting_leave.html", context)
    actions.leave(request=mine, run=run, now=timezone.now())
    messages.success(request, _("You have left the waiting list."))
    return redirect("courses:my_waiting")


@asks_and_acts
@login_required
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The seat kept for the learner who is signed in: take it, or pass it on."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = get_object_or_404(waiting_shown.offers_of(learner), public_id=public_id)
    if group.speaker(mine.request) != learner:
        return _offer_page(request, mine)
    ways: Ways = {"accept_url": request.path, "decline_url": f"{request.path}?{DECLINE}=1"}
    if request.method == "POST":
        act = offer_link.DECLINE if DECLINE in request.POST else offer_link.ACCEPT
        return _answer(request, mine, act, ways=ways)
    if DECLINE in request.GET:
        return _offer_page(request, mine, decline_url=request.path, back_url=request.path)
    return _offer_page(request, mine, **ways)


@never_cache
@asks_and_acts
def offer_accept(request: HttpRequest, token: str) -> HttpResponse:
    return _by_link(request, token, offer_link.ACCEPT)


@never_cache
@asks_and_acts
def offer_decline(request: HttpRequest, token: str) -> HttpResponse:
    return _by_link(request, token, offer_link.DECLINE)


def _by_link(request: HttpRequest, token: str, act: str) -> HttpResponse:
    """
    Answer an offer without signing in; a link answers with its own act only.

    Mail scanners open links, so GET changes nothing. Whoever may take the seat may pass it on, not the other way round.
    """
    kept = offer_link.offer_of(token, act)
    if kept is None:
        raise Http404
    ways: Ways = {
        "accept_url": request.path if act == offer_link.ACCEPT else "",
        "decline_url": reverse("courses:offer_decline", args=[offer_link.token(kept, offer_link.DECLINE)]),
    }
    if request.method == "POST":
        return _answer(request, kept, act, ways=ways, by_link=True)
    return _offer_page(request, kept, **ways)


def _answer(request: HttpRequest, kept: SeatOffer, act: str, *, ways: Ways, by_link: bool = False) -> HttpResponse:
    """Answer and lead on; where it is refused, say why on the page, with the same ``ways`` to answer."""
    now = timezone.now()
    try:
        if act == offer_link.DECLINE:
            actions.decline(offer=kept, now=now)
            return redirect(request.path)
        place = actions.accept(offer=kept, now=now)
    except actions.OfferIsOver:  # the page says what became of it
        kept.refresh_from_db()
        return _offer_page(request, kept, status=HTTPStatus.CONFLICT)
    except enrolling.UnableToEnroll as reason:
        refusal = str(reason)
        if by_link and kept.request.group_id is not None:  # whoever holds the letter reads no name and no reason
            refusal = _("One of the group cannot come to this class now. Sign in to see who.")
        return _offer_page(request, kept, refusal=refusal, status=HTTPStatus.CONFLICT, **ways)
    if by_link:
        return redirect(request.path)
    if kept.request.group is not None:
        return redirect("courses:group", public_id=kept.request.group.public_id)
    return redirect("courses:enrollment", public_id=place.public_id)


def _offer_page(
    request: HttpRequest,
    kept: SeatOffer,
    *,
    accept_url: str = "",
    decline_url: str = "",
    back_url: str = "",
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "offer": kept,
        "over": actions.why_over(kept, now=now),
        "people": 1 + (waiting.answered_with(kept).count() if kept.request.group_id else 0),
        "speaker": group.speaker(kept.request),
        "facts": enrollment.run_facts(kept.run, now=now),
        "accept_url": accept_url,
        "decline_url": decline_url,
        "back_url": back_url,
        "decline": DECLINE,
        "refusal": refusal,
    }
    return render(request, "courses/offer.html", context, status=status)


def _runs_named(request: HttpRequest, name: str) -> QuerySet[CourseRun]:
    """Return the runs whose ids were sent, or stand in the address; what is no id is left out."""
    sent = (request.POST if request.method == "POST" else request.GET).getlist(name)[:RUNS_NAMED_MAX]
    return waiting_shown.runs_with_ids([int(value) for value in sent if value.isdecimal() and len(value) < 16])
