"""The transfer register: public, to search and to take away."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from credits.exports import acceptance as exports
from credits.queries import acceptance as queries
from credits.rules import RESULTS_PER_PAGE

TEXT_CHARACTERS_MAX = 100


@require_safe
def accepted(request: HttpRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:TEXT_CHARACTERS_MAX]
    found = queries.search(text, on=timezone.localdate())
    page = Paginator(found, RESULTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "credits/accepted.html", {"text": text, "page": page})


@require_safe
def file_csv(request: HttpRequest) -> HttpResponse:
    """The whole register as a table, what has ended too; cells that a program might take for a formula are marked."""
    answer = HttpResponse(exports.as_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accepted-credit.csv"'
    return answer


@require_safe
def file_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"accepted": exports.as_list()}, json_dumps_params={"ensure_ascii": False})
