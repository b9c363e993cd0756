"""What participants say of an organization's courses, at its desk: read by all who work there, replied to by some."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses import permissions
from courses.actions import feedback_reply as actions
from courses.actions import moderation, reply_moderation
from courses.forms.feedback import ReplyForm, ReplyObjectionForm
from courses.queries import feedback as queries
from courses.queries import reply_moderation as decisions
from courses.rules import QUALITY_PEOPLE_MIN
from courses.views import paging
from learners.models import Learner
from learners.queries import organization as organizations

OBJECT = "object"  # the name of the other button of the page


@require_safe
@login_required
def desk_reviews(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    page, shown = queries.at_desk(organization, page_number=paging.number(request.GET.get("page", "")))
    context = {
        "organization": organization,
        "page": page,
        "reviews": shown,
        "may_reply": permissions.may_draft(request.user, organization),
        "people_min": QUALITY_PEOPLE_MIN,
    }
    return render(request, "courses/desk_reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk_review(request: HttpRequest, organization_id: UUID, public_id: UUID) -> HttpResponse:
    """One review, the organization's reply to it, and its objection where the reply was hidden."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    organization = get_object_or_404(organizations.worked_in_by(actor), public_id=organization_id)
    review = queries.one_at_desk(organization, public_id)
    if review is None:
        raise Http404
    may_reply, now = permissions.may_draft(actor, organization), timezone.now()
    if request.method == "POST" and not may_reply:
        raise PermissionDenied
    objects = OBJECT in request.POST
    form = ReplyForm(
        None if objects else request.POST or None, initial={"text": review.reply.text if review.reply else ""}
    )
    objection_form = ReplyObjectionForm(request.POST if objects else None)
    if (objects and _objected(request, objection_form, review, actor, now)) or (
        form.is_bound and _replied(request, form, review, actor, now)
    ):
        return redirect("courses:desk_reviews", organization_id=organization.public_id)
    context = {
        "organization": organization,
        "review": review,
        "form": form,
        "objection_form": objection_form,
        "decision": decisions.hiding_of(review.reply) if review.reply else None,
        "may_reply": may_reply,
        "may_word_anew": review.reply is None or actions.is_open(review.feedback, now=now),
    }
    return render(request, "courses/desk_review.html", context)


def _replied(request: HttpRequest, form: ReplyForm, review: queries.Shown, actor: Learner, now: datetime) -> bool:
    if not form.is_valid():
        return False
    try:
        reply = actions.reply(feedback=review.feedback, actor=actor, text=form.cleaned_data["text"], now=now)
    except actions.UnableToReply as refusal:
        form.add_error(None, str(refusal))
        return False
    if reply.hidden_at:
        messages.success(request, _("Your reply is written down. It is shown once a curator has read it."))
    else:
        messages.success(request, _("Your reply stands below the review."))
    return True


def _objected(
    request: HttpRequest, form: ReplyObjectionForm, review: queries.Shown, actor: Learner, now: datetime
) -> bool:
    if review.reply is None:
        raise Http404
    if not form.is_valid():
        return False
    try:
        reply_moderation.object_to(reply=review.reply, actor=actor, text=form.cleaned_data["objection"], now=now)
    except moderation.UnableToObject as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your objection is written down. Another curator answers it."))
    return True
