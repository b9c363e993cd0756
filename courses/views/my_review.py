"""A participant's own review: written, worded anew, taken back; and an objection when it was hidden."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import feedback as actions
from courses.actions import moderation
from courses.forms.feedback import ObjectionForm, ReviewForm
from courses.models import Enrollment, Feedback
from courses.queries import feedback as queries
from courses.queries import moderation as decisions
from learners.models import Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
WITHDRAW, DECLINE, OBJECT = "withdraw", "decline", "object"  # the names of the other buttons of the page


@asks_and_acts
@login_required
def my_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    enrollment, now = queries.own(learner, public_id), timezone.now()
    if enrollment is None:
        raise Http404
    feedback = queries.given(enrollment)
    may_begin = feedback is None and queries.may_begin(enrollment, now=now)
    if request.method == "POST":
        if feedback is None and not may_begin:
            raise PermissionDenied
        return _act(request, enrollment, feedback, now)
    return _page(request, enrollment, feedback, now, ReviewForm(initial=_initial(feedback)), ObjectionForm(), may_begin)


def _act(request: HttpRequest, enrollment: Enrollment, feedback: Feedback | None, now: datetime) -> HttpResponse:
    """Do what the pressed button says; with what cannot be done, the page comes again as it was filled in."""
    if DECLINE in request.POST:
        if asked := queries.request_of(enrollment):
            actions.decline(request=asked, now=now)
        return redirect("dashboard")
    if feedback is not None and WITHDRAW in request.POST:
        actions.withdraw(feedback=feedback, now=now)
        messages.success(request, _("Your review is taken back: it is no longer shown, and its stars no longer count."))
        return redirect("courses:my_review", public_id=enrollment.public_id)
    if feedback is not None and OBJECT in request.POST:
        return _object(request, enrollment, feedback, now)
    form = ReviewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.give(enrollment=enrollment, stars=said["stars"], can_do=said["can_do"], text=said["text"], now=now)
        except actions.UnableToReview as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Your review is written down."))
            return redirect("courses:my_review", public_id=enrollment.public_id)
    return _page(request, enrollment, feedback, now, form, ObjectionForm(), feedback is None)


def _object(request: HttpRequest, enrollment: Enrollment, feedback: Feedback, now: datetime) -> HttpResponse:
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            moderation.object_to(feedback=feedback, text=form.cleaned_data["text"], now=now)
        except moderation.UnableToObject as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your objection is written down. Another curator answers it."))
            return redirect("courses:my_review", public_id=enrollment.public_id)
    return _page(request, enrollment, feedback, now, ReviewForm(initial=_initial(feedback)), form, False)


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    feedback: Feedback | None,
    now: datetime,
    form: ReviewForm,
    objection_form: ObjectionForm,
    may_begin: bool,
) -> HttpResponse:
    context = {
        "enrollment": enrollment,
        "month": queries.month_of(enrollment),
        "feedback": feedback,
        "may_write": may_begin if feedback is None else feedback.is_editable(now=now),
        "was_asked": feedback is None and queries.request_of(enrollment),
        "form": form,
        "objection_form": objection_form,
        "decision": decisions.standing_decision(feedback) if feedback else None,
        "reply": feedback.replies.order_by("written_at", "pk").last() if feedback else None,
    }
    return render(request, "courses/my_review.html", context)


def _initial(feedback: Feedback | None) -> dict[str, object]:
    if feedback is None:
        return {}
    can_do = {True: "yes", False: "no", None: ""}[feedback.can_do]
    return {"stars": feedback.stars, "can_do": can_do, "text": feedback.text}
