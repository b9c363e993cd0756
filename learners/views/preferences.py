"""How the portal speaks to me, looks for me and finds what I can come to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners import formats
from learners.actions import preferences as actions
from learners.choices import DAYS, DayPart
from learners.forms.preferences import PreferencesForm, StudyForm
from learners.models import Learner

COOKIES = (
    "text",
    "theme",
    "lite",
    "aloud",
)  # portal.views.display keeps them; what the account says counts from now on


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    form = PreferencesForm(
        request.POST if request.method == "POST" else None, initial=PreferencesForm.initial_for(learner)
    )
    if not form.is_valid():
        return render(request, "learners/preferences.html", {"form": form})
    actions.edit(learner=learner, **form.cleaned_data)
    messages.success(request, _("Saved."))
    response = redirect("learners:preferences")
    for name in COOKIES:
        response.delete_cookie(name)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest) -> HttpResponse:
    """Which languages I understand and when I am free; the catalogue offers both as filters."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    initial = {"understands": learner.understands, "free_slots": learner.free_slots}
    form = StudyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.study(learner=learner, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("learners:study")
    chosen = form["free_slots"].value() or []
    week = [
        (capfirst(day), [(f"{key}-{part}", f"{day}, {part.label}", f"{key}-{part}" in chosen) for part in DayPart])
        for key, day in zip(DAYS, formats.WEEKDAYS[formats.language()], strict=True)
    ]
    return render(request, "learners/study.html", {"form": form, "week": week})
