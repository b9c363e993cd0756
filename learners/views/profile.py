"""One's own profile, and the end of all one's sessions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from learners.actions import profile as profiles
from learners.actions import sign_in
from learners.choices import Language, Weekday
from learners.forms.profile import ProfileForm
from learners.models import Learner
from learners.views.devices import leave


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    if request.method != "POST":
        form = ProfileForm(initial=ProfileForm.initial_for(learner))
        return render(request, "learners/profile.html", {"form": form})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "learners/profile.html", {"form": form})
    written = form.cleaned_data
    profiles.edit(
        learner=learner,
        full_name=written["full_name"],
        language=Language(written["language"]),
        place=form.place,
        digest_weekday=Weekday(written["digest_weekday"]),
        digest_hour=written["digest_hour"],
        wants_digest=written["wants_digest"],
        wants_reminders=written["wants_reminders"],
        wants_suggestions=written["wants_suggestions"],
    )
    messages.success(request, _("Your profile is saved."))
    return redirect("learners:profile")


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    sign_in.sign_out_everywhere(learner=learner, now=timezone.now())
    answer = leave(request, redirect("home"))
    messages.success(request, _("You are signed out on every device."))
    return answer
