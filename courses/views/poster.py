"""The poster of a class: a PDF for whoever puts it up, and the short address on it for whoever reads it."""

from collections.abc import Sequence
from datetime import datetime

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.actions import poster as actions
from courses.models import CourseRun, CourseVersion
from courses.queries import poster as queries
from courses.rules import POSTER_SCANS_COUNTED, POSTERS_SET
from learners import formats
from learners.choices import Language
from learners.models.folding import fold

KEPT_SECONDS = 24 * 3600  # a poster already set; the key is what it says
BOTH = "both"  # the parameter that asks for Vietnamese with English
RATES = {"set": POSTERS_SET.rate, "scan": POSTER_SCANS_COUNTED.rate_of_a_key}


@require_safe
def of_run(request: HttpRequest, run_id: int) -> HttpResponse:
    run = queries.run_to_print(run_id)
    if run is None:
        raise Http404
    return _document(request, run.version, run, [], dated=run.created_at)


@require_safe
def of_course(request: HttpRequest, course_id: int) -> HttpResponse:
    version = queries.course_to_print(course_id)
    if version is None or version.published_at is None:
        raise Http404
    open_runs = queries.runs_to_name(course_id, now=timezone.now())
    return _document(request, version, None, open_runs, dated=version.published_at)


@never_cache
@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from a poster to its course, and count that once in a while for each address; who it was is not kept."""
    target = queries.target(code)
    if target is None:
        raise Http404
    if _is_somebody(request) and _is_counted(request, target):
        actions.count_scan(target=target, now=timezone.now())
    return redirect(target.version)


def _is_somebody(request: HttpRequest) -> bool:
    """Whether a page is being opened, and not looked at ahead by a browser or a robot."""
    return request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")


def _is_counted(request: HttpRequest, target: queries.Target) -> bool:
    """Whether this code has not been opened too often from this address; other codes are counted beside it."""
    key = f"{ratelimit.get_ip(request)} {target.course_id} {target.run_id}"
    return bool(ratelimit.consume(request, app="courses", action="scan", config=RATES, key=key, limit_get=True))


def _document(
    request: HttpRequest,
    version: CourseVersion,
    run: CourseRun | None,
    open_runs: Sequence[CourseRun],
    *,
    dated: datetime,
) -> HttpResponse:
    """Give the poster: as it was set before, or set now, which each address may ask for so often."""
    # typst takes 50 ms to load, and only this needs it.
    from courses.exports import poster_pdf  # noqa: PLC0415

    data = poster_pdf.poster_data(version, run, open_runs, languages=_languages(request))
    digest = poster_pdf.digest(data)
    if unchanged := get_conditional_response(request, etag=f'"{digest}"'):
        return unchanged
    pages, key = caches["pages"], f"poster:{settings.VERSION}:{digest}"
    content = pages.get(key)
    if content is None:
        if refusal := ratelimit.consume_or_429(request, app="courses", action="set", config=RATES, limit_get=True):
            return refusal
        content = poster_pdf.poster_pdf(data, dated=dated)
        pages.set(key, content, KEPT_SECONDS)
    response = HttpResponse(content, content_type="application/pdf", headers=_headers(version, run, digest))
    patch_cache_control(response, public=True, max_age=60)
    return response


def _languages(request: HttpRequest) -> Sequence[str]:
    if request.GET.get("languages") == BOTH:
        return (Language.VI, Language.EN)
    return (formats.language(),)


def _headers(version: CourseVersion, run: CourseRun | None, digest: str) -> dict[str, str]:
    name = slugify(fold(version.title))[:60] or "poster"
    number = queries.code_of(course_id=version.course_id, run=run)
    return {"Content-Disposition": f'inline; filename="{name}-{number}.pdf"', "ETag": f'"{digest}"'}
