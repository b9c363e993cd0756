"""What somebody may be about to write: a page of its own, and the piece of it a search box shows while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.queries import type_ahead


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    template = "courses/_type_ahead.html" if request.GET.get("piece") == "1" else "courses/suggest.html"
    suggestions = type_ahead.suggestions(text, language=get_language() or "vi")
    return render(request, template, {"text": text, "suggestions": suggestions})
