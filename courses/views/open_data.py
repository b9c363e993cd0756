"""Open data: the files, and the dictionary of their columns."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.exports import open_data as exports
from courses.exports.open_data import DATASETS, Dataset
from courses.rules import OPEN_DATA_LICENCE, OPEN_DATA_LICENCE_URL
from courses.views.open_to_all import stream


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    context = {
        "datasets": DATASETS.values(),
        "licence": OPEN_DATA_LICENCE,
        "licence_address": OPEN_DATA_LICENCE_URL,
    }
    return render(request, "courses/open_data.html", context)


@require_safe
def file_csv(request: HttpRequest, name: str) -> HttpResponseBase:
    dataset, now = _dataset(name), timezone.now()
    edition = dataset.edition(now)
    answer = stream(
        request,
        exports.as_csv(dataset, now=now),
        "text/csv; charset=utf-8",
        version=f"csv {edition.mark}",
        modified=edition.modified,
    )
    if answer.status_code == HTTPStatus.OK:
        answer["Content-Disposition"] = f'attachment; filename="{dataset.name}.csv"'
    return answer


@require_safe
def file_json(request: HttpRequest, name: str) -> HttpResponseBase:
    dataset, now = _dataset(name), timezone.now()
    edition = dataset.edition(now)
    return stream(
        request,
        exports.as_json(dataset, now=now),
        "application/json; charset=utf-8",
        version=f"json {edition.mark}",
        modified=edition.modified,
    )


def _dataset(name: str) -> Dataset:
    if name not in DATASETS:
        raise Http404
    return DATASETS[name]
