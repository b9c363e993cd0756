"""Who has read my record."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credits.queries import access
from credits.views.statement import page_number, page_or_404
from learners.models import Learner

READINGS_PER_PAGE = 30


@require_safe
@login_required
def readers(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    page = page_or_404(access.readings(learner), READINGS_PER_PAGE, page_number(request))
    return render(request, "credits/readers.html", {"page": page})
