"""The pages shown when a page cannot be."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from learners.helped import Ended

RETRY_AFTER_SECONDS = 5
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, TOO_MUCH):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, Ended):
        return render(
            request, "learners/mandate_ended.html", {"mandate": exception.mandate}, status=HTTPStatus.NOT_FOUND
        )
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def busy(request: HttpRequest) -> HttpResponse:
    """Answer while the database is away, restarting, or somebody holds a lock for too long: nothing was done."""
    response = HttpResponse(render_to_string("503.html", _whom_to_call()), status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the database, the session or any context: any of them may be what failed."""
    return HttpResponse(render_to_string("500.html", _whom_to_call()), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _whom_to_call() -> dict[str, str]:
    """Return what these pages say of the settings alone: who stands before one needs a human most."""
    return {"helpline": settings.HELPLINE, "hours": settings.HELPLINE_HOURS}
