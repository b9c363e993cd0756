"""Reviews: what everybody reads of a course, a participant's own page, a reader's report, and the public log."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import feedback as actions
from courses.choices import HidingReason
from courses.forms.feedback import ReportForm
from courses.queries import feedback as queries
from courses.queries import moderation, quality
from courses.rules import QUALITY_PEOPLE_MIN
from courses.views import paging
from courses.views.kept import for_visitors
from learners.models import Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@for_visitors
def reviews(request: HttpRequest, course_id: int) -> HttpResponse:
    """The figures of a course and what its participants say."""
    course = queries.course_of(course_id)
    if course is None:
        raise Http404
    page, shown = queries.of_course(course, page_number=paging.number(request.GET.get("page", "")))
    context = {
        "course": course,
        "version": course.published_version,  # type: ignore[attr-defined]  # put there by the query
        "provider": course.provider,
        "quality": quality.of(course),
        "people_min": QUALITY_PEOPLE_MIN,
        "page": page,
        "reviews": shown,
        "canonical": settings.SITE_URL + request.path,
    }
    return render(request, "courses/reviews.html", context)


@require_safe
@login_required
def review_new(request: HttpRequest, course_id: int) -> HttpResponse:
    """Lead a participant to the review of their newest enrolment; nobody else may write one."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    course = queries.course_of(course_id)
    if course is None:
        raise Http404
    enrollment = queries.newest_of(learner, course_id, now=timezone.now())
    if enrollment is None:
        context = {"course": course, "version": course.published_version}  # type: ignore[attr-defined]
        return render(request, "courses/review_refused.html", context, status=HTTPStatus.FORBIDDEN)
    return redirect("courses:my_review", public_id=enrollment.public_id)


@asks_and_acts
@login_required
def report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A reader says that a review should not be shown; the curators look at it."""
    reader: Learner = request.user  # type: ignore[assignment]  # login_required
    feedback = queries.reportable(public_id)
    if feedback is None:
        raise Http404
    reply = queries.reply_shown(feedback)
    form = ReportForm(request.POST or None, reply=reply)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(
                feedback=feedback,
                reply=form.cleaned_data["about"],
                reporter=reader,
                reason=HidingReason(form.cleaned_data["reason"]),
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except actions.UnableToReport as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. A curator looks at it; what is decided is in the public log."))
            return redirect("courses:reviews", course_id=feedback.course_id)
    return render(request, "courses/review_report.html", {"feedback": feedback, "reply": reply, "form": form})


@require_safe
@for_visitors
def log(request: HttpRequest) -> HttpResponse:
    """What curators decided about reviews: numbers and reasons, no words, no names of people."""
    context = {
        "log": moderation.log(page_number=paging.number(request.GET.get("page", ""))),
        "people_min": QUALITY_PEOPLE_MIN,
    }
    return render(request, "courses/moderation_log.html", context)
