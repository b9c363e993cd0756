"""Complaining about an organization, and what became of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from learners import formats
from learners.actions import complaint as actions
from learners.choices import ComplaintSubject
from learners.forms.complaint import ComplaintForm
from learners.models import Learner
from learners.queries import complaint as queries
from learners.queries import organization as organizations


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def complaint_new(request: HttpRequest, organization_id: int) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    organization = get_object_or_404(organizations.complained_about_by(learner), pk=organization_id)
    form, now = ComplaintForm(request.POST or None), timezone.now()
    if form.is_valid():
        subject, text = ComplaintSubject(form.cleaned_data["subject"]), form.cleaned_data["text"]
        try:
            made = actions.complain(learner=learner, organization=organization, subject=subject, text=text, now=now)
        except actions.UnableToComplain as reason:
            form.add_error(None, str(reason))
        else:
            told = _("Your complaint is with the curators. They answer by %(day)s.")
            messages.success(request, told % {"day": formats.day(made.due_on)})
            return redirect("learners:complaints")
    context = {"form": form, "organization": organization, "due_on": actions.answer_due(now=now)}
    return render(request, "learners/complaint_new.html", context)


@require_safe
@login_required
def complaints(request: HttpRequest) -> HttpResponse:
    """One's own complaints and what was answered."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    return render(request, "learners/complaints.html", {"complaints": queries.of_learner(learner)})
