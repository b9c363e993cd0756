"""A version of a course as it was published: for whoever follows a link to it, above all from a credit record."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.queries import syllabus as syllabuses
from courses.queries import version as queries
from courses.views.kept import for_visitors


@require_safe
@for_visitors
def version(request: HttpRequest, course_id: int, number: int) -> HttpResponse:
    """The version as it was, when that was, and what had changed; not for search engines."""
    reading = queries.reading(course_id, number, actor=request.user)
    if reading is None:
        raise Http404
    found = reading.version
    context = {
        "reading": reading,
        "version": found,
        "provider": found.course.provider,
        "accessibility": found.labels("accessibility"),
        "languages": found.labels("languages"),
        "syllabus_digest": syllabuses.digest(found),
        "canonical": settings.SITE_URL + reading.current.get_absolute_url() if reading.is_on_offer else "",
    }
    return render(request, "courses/version.html", context)


@require_safe
def syllabus(request: HttpRequest, course_id: int, number: int) -> HttpResponse:
    """The syllabus as the bytes whose digest stands in the credit; for who may read the version."""
    reading = queries.reading(course_id, number, actor=request.user)
    if reading is None:
        raise Http404
    written = syllabuses.written(reading.version)
    name = f"syllabus-{course_id}-{number}.json"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(written, content_type="application/json", headers=headers)
