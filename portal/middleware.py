"""What every answer carries: a request id, one log line, and the headers Django does not set."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

logger = structlog.get_logger("portal.request")
Handler = Callable[[HttpRequest], HttpResponse]

QUIET_PATHS = ("/health/", "/static/")


class RequestIdMiddleware:
    """Name each request, so that a reader of the log (or of an error page) can follow one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        request.request_id = request_id  # type: ignore[attr-defined]  # read by the error pages
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            if not request.path.startswith(QUIET_PATHS):
                logger.info(
                    "request",
                    method=request.method,
                    path=_path_to_write_down(request)[:200],
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )
        response["X-Request-Id"] = request_id
        return response


def _path_to_write_down(request: HttpRequest) -> str:
    """Return the path without the token of a letter's link: whoever has it may act, and a reader of the log may not."""
    match = request.resolver_match
    token = match.kwargs.get("token") if match else None
    return request.path.replace(token, "***") if token else request.path


class HeadersMiddleware:
    """Add the isolation headers, and keep what a signed-in person sees out of every shared cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
        )
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
        return response
