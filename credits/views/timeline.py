"""A whole life's learning on one page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credits.forms.statement import TimelineForm
from credits.queries import timeline as timelines
from credits.views.statement import learner_of, page_number, page_of


@login_required
@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    number, per_page = page_number(request), timelines.LINES_PER_PAGE_MAX
    form = TimelineForm(request.GET)
    found = timelines.timeline(learner_of(request), **form.chosen(), limit=per_page, offset=(number - 1) * per_page)
    form.offer(found.years, found.sources)
    page = {"life": found, "form": form, "page": page_of(found.learned_count, per_page, number)}
    return render(request, "credits/timeline.html", page)
