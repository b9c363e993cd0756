"""What a load balancer asks. It learns nothing else."""

from http import HTTPStatus

import structlog
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learners.queries import clock

log = structlog.get_logger("health")


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """
    Say whether pages can be served: PostgreSQL answers, and its clock is ours (decision 0450).

    Valkey may be away; nothing a page does waits for it.
    """
    said, status = "ok", HTTPStatus.OK
    try:
        clock.refuse_apart()
    except Error:
        said, status = "database unavailable", HTTPStatus.SERVICE_UNAVAILABLE
    except clock.ClockApart as reason:
        said, status = "clock apart", HTTPStatus.SERVICE_UNAVAILABLE
        log.error("clock_apart", reason=str(reason))
    return HttpResponse(f"{said}\n", status=status, content_type="text/plain; charset=utf-8")
