"""How the portal speaks to me and looks for me."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners.actions import preferences as actions
from learners.forms.preferences import PreferencesForm
from learners.models import Learner

COOKIES = ("text", "theme", "lite")  # portal.views.display keeps them; what the account says counts from now on


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
