"""Pathways: the list and the page of one are public; how far one is, and using credit for it, are the learner's own."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from credits.actions import pathway as actions
from credits.actions import qualification
from credits.actions.posting import UnableToPost
from credits.queries import pathway as pathways
from credits.queries.progress import how_far, how_far_on_all
from credits.queries.qualification import held
from credits.rules import RESULTS_PER_PAGE
from learners.choices import Level
from learners.levels import needs
from learners.models import Learner
from portal.queries import pathway as queries

if TYPE_CHECKING:
    from credits.models import PathwayFollow, PathwayVersion

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
TEXT_CHARACTERS_MAX = 100
TRIED_MAX = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:TEXT_CHARACTERS_MAX]
    page = Paginator(pathways.published(text), RESULTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/pathways.html", {"text": text, "page": page})


@require_safe
def pathway(request: HttpRequest, slug: str) -> HttpResponse:
    learner = request.user if isinstance(request.user, Learner) else None
    page = queries.public(_published(slug), learner=learner, on=timezone.localdate())
    return render(request, "portal/pathway.html", {"page": page})


@require_POST
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    version = _published(slug)
    try:
        actions.follow(learner=_learner(request), version=version, now=timezone.now())
    except actions.UnableToFollow as reason:
        messages.error(request, str(reason))
        return redirect("pathway", slug)
    return redirect("my_pathway", slug)


@require_safe
@login_required
def my_index(request: HttpRequest) -> HttpResponse:
    learner, today = _learner(request), timezone.localdate()
    context = {
        "followed": how_far_on_all(learner, on=today),
        "reached": [each for each in held(learner) if each.stands],
    }
    return render(request, "portal/my_pathways.html", context)


@require_safe
@login_required
def my_pathway(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the learner is; ``?course=12&course=15`` shows what would be with suggested courses done."""
    tried = {int(value) for value in request.GET.getlist("course")[:TRIED_MAX] if value.isdecimal() and len(value) < 10}
    page = queries.mine(_learner(request), slug, now=timezone.now(), tried=tried)
    if page is None:
        raise Http404
    return render(request, "portal/my_pathway.html", {"page": page})


@asks_and_acts
@needs(Level.REDEEM)
def use(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then use the credit."""
    follow = _follow(request, slug)
    status = HTTPStatus.OK
    if request.method == "POST":
        key = f"qualification:{follow.pk}:{pathways.times_reached(follow)}"
        try:
            qualification.claim(follow=follow, idempotency_key=key, now=timezone.now())
        except qualification.HeldAlready:
            return redirect("my_pathway", slug)  # the button was pressed twice
        except UnableToPost as reason:
            messages.error(request, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            return redirect("my_pathway", slug)
    page = queries.mine(_learner(request), slug, now=timezone.now(), suggest=False)
    return render(request, "portal/pathway_use.html", {"page": page}, status=status)


@asks_and_acts
@login_required
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    follow = _follow(request, slug)
    if request.method == "POST":
        actions.leave(follow=follow, now=timezone.now())
        messages.success(request, _("You have left this pathway. Nothing in your record has changed."))
        return redirect("my_pathways")
    return render(request, "portal/pathway_leave.html", {"follow": follow})


@asks_and_acts
@login_required
def newer(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the version of today asks, and what one would have under it; then change to it."""
    follow, version = _follow(request, slug), _published(slug)
    if version == follow.version:
        return redirect("my_pathway", slug)
    now = timezone.now()
    if request.method == "POST":
        try:
            actions.choose_newer(follow=follow, now=now)
        except actions.UnableToFollow as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("You are on version %(number)s now.") % {"number": version.number})
        return redirect("my_pathway", slug)
    today = timezone.localdate(now)
    context = {
        "follow": follow,
        "now": how_far(follow.learner, follow.version, started_on=pathways.started_on(follow), on=today),
        "then": how_far(follow.learner, version, started_on=today, on=today),
    }
    return render(request, "portal/pathway_newer.html", context)


def _learner(request: HttpRequest) -> Learner:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    return learner


def _published(slug: str) -> "PathwayVersion":
    version = pathways.get_published(slug)
    if version is None:
        raise Http404
    return version


def _follow(request: HttpRequest, slug: str) -> "PathwayFollow":
    """Return the learner's own place on a pathway; nobody else's is looked at."""
    follow = pathways.follow_of(_learner(request), slug)
    if follow is None:
        raise Http404
    return follow
