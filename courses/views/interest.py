"""What one likes to learn."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import interest as actions
from courses.forms.interest import InterestForm
from courses.queries import interest as queries
from learners.models import Learner


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interests(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    if request.method != "POST":
        form = InterestForm(initial={"fields_liked": list(queries.of_learner(learner))})
        return render(request, "courses/interests.html", {"form": form})
    form = InterestForm(request.POST)
    if not form.is_valid():
        return render(request, "courses/interests.html", {"form": form})
    actions.choose(learner=learner, codes=form.cleaned_data["fields_liked"], now=timezone.now())
    messages.success(request, _("What you like to learn is saved."))
    return redirect("courses:suggestions")
