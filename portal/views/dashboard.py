"""The learner's own page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.queries import feedback, recommendation, waiting_shown
from courses.rules import SUGGESTIONS_SHOWN
from learners.choices import FormOfAddress
from learners.levels import CARD
from learners.models import Learner
from learners.queries import added_way
from portal.queries.dashboard import dashboard as dashboard_of


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    page = dashboard_of(learner, now=now)
    context = {
        "page": page,
        "suggestions": recommendation.for_learner(learner, pathways=page.pathways, slots=SUGGESTIONS_SHOWN, now=now),
        "feedback_asked": feedback.asked(learner, now=now),
        "waiting": waiting_shown.summary(learner, now=now),
        # Who has the address would be told by its letters; who comes in by the card is told here.
        "held": added_way.held(learner, now=now) if CARD in request.session else None,
        "now": now,
        "name": _greeted(learner),
    }
    return render(request, "portal/dashboard.html", context)


def _greeted(learner: Learner) -> str:
    """Return the given name after the chosen word, "bạn" unless one is chosen; English has none: the whole name."""
    if get_language() != "vi" or not learner.full_name:
        return learner.full_name
    return f"{FormOfAddress(learner.form_of_address or FormOfAddress.BAN).label} {learner.get_short_name()}"
