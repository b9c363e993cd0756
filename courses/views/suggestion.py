"""A learner's suggestions: all of them, which were refused, and the two buttons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.actions import suggestion as actions
from courses.queries import catalog
from courses.queries import recommendation as queries
from credits.queries.progress import how_far_on_all
from learners.models import Learner

SHOWN_MAX = 20
AGAIN = "again"  # the name of the button that takes a refusal back


@require_safe
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    pathways = [progress for _follow, progress in how_far_on_all(learner, on=timezone.localdate(now))]
    context = {
        "suggestions": queries.for_learner(learner, pathways=pathways, slots=SHOWN_MAX, now=now),
        "refused": queries.refused(learner, limit=SHOWN_MAX),
        "again": AGAIN,
    }
    return render(request, "courses/suggestions.html", context)


@require_POST
@login_required
def suggestion(request: HttpRequest, course_id: int) -> HttpResponse:
    """Refuse a suggestion, or take that back; then go on where one was."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    course = get_object_or_404(catalog.courses_ever_published(), pk=course_id)
    now = timezone.now()
    if AGAIN in request.POST:
        actions.take_back(learner=learner, course=course, now=now)
        messages.success(request, _("The course may be suggested to you again."))
    else:
        actions.refuse(learner=learner, course=course, now=now)
        messages.success(
            request,
            _("We do not suggest this course to you any more. You can change that on your page of suggestions."),
        )
    there = request.POST.get("next", "")
    is_here = url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(there if is_here else reverse("courses:suggestions"))
