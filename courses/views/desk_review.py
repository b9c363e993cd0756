"""What participants say of an organization's courses, at its desk: read by all who work there, replied to by some."""

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
from courses.forms.feedback import ReplyForm
from courses.queries import feedback as queries
from courses.rules import QUALITY_PEOPLE_MIN
from courses.views import paging
from learners.models import Learner
from learners.queries import organization as organizations


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
    """One review, and the organization's reply to it."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    organization = get_object_or_404(organizations.worked_in_by(actor), public_id=organization_id)
    review = queries.one_at_desk(organization, public_id)
    if review is None:
        raise Http404
    may_reply = permissions.may_draft(actor, organization)
    form = ReplyForm(request.POST or None, initial={"text": review.reply.text if review.reply else ""})
    if request.method == "POST":
        if not may_reply:
            raise PermissionDenied
        if form.is_valid():
            try:
                actions.reply(feedback=review.feedback, actor=actor, text=form.cleaned_data["text"], now=timezone.now())
            except actions.UnableToReply as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Your reply stands below the review."))
                return redirect("courses:desk_reviews", organization_id=organization.public_id)
    context = {"organization": organization, "review": review, "form": form, "may_reply": may_reply}
    return render(request, "courses/desk_review.html", context)
