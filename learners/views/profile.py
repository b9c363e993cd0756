"""One's own profile, and the end of all one's sessions."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from learners.actions import birth_year, correction, elsewhere, sign_in
from learners.actions import profile as profiles
from learners.choices import Language, Weekday
from learners.forms.profile import ProfileForm
from learners.models import Learner
from learners.queries import age
from learners.views.devices import leave


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    form, now = ProfileForm(request.POST if request.method == "POST" else None, learner=learner), timezone.now()
    if not form.is_valid() or not _is_saved(form, learner, now):
        ages = age.ages(on=timezone.localdate(now))
        context = {"form": form, "elsewhere": elsewhere.open_of(learner), **ages.of(learner)}
        return render(request, "learners/profile.html", context)
    messages.success(request, _("Your profile is saved."))
    return redirect("learners:profile")


def _is_saved(form: ProfileForm, learner: Learner, now: datetime) -> bool:
    said = form.cleaned_data
    switches = {name: said[name] for name in ("wants_digest", "wants_reminders", "wants_suggestions")}
    try:
        profiles.edit(
            learner=learner,
            full_name=said["full_name"],
            birth_year=said["birth_year"],
            is_that_young=said["is_that_young"],
            language=Language(said["language"]),
            place=form.place,
            digest_weekday=Weekday(said["digest_weekday"]),
            digest_hour=said["digest_hour"],
            **switches,
            now=now,
        )
    except birth_year.MakesAChild as reason:
        form.ask_whether_so_young(reason)
        return False
    except birth_year.YearStands as reason:  # a child's; or confirmed while the page was open
        form.add_error("birth_year", str(reason))
        return False
    except correction.TooManyNames as reason:
        form.add_error("full_name", str(reason))
        return False
    return True


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    sign_in.sign_out_everywhere(learner=learner, now=timezone.now())
    answer = leave(request, redirect("home"))
    messages.success(request, _("You are signed out on every device."))
    return answer
