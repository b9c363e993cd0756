"""Passing a course on: its short address, and where a message with it begins."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.exports import address
from courses.models import CourseVersion
from courses.queries import catalog


@require_safe
def short(request: HttpRequest, course_id: int) -> HttpResponse:
    """Short enough to be read out or written by hand; it leads to the course as it is now called."""
    version = catalog.get_published(course_id)
    if version is None:
        raise Http404
    return redirect(version)


def ways(version: CourseVersion) -> Mapping[str, str]:
    """Return the short address and, by name, where a message with it begins; nobody is told before one is pressed."""
    short_address = address.absolute(reverse("courses:short", args=[version.course_id]))
    message = {"subject": version.title, "body": f"{version.title}\n{short_address}"}
    return {
        "address": short_address,
        "mail": f"mailto:?{urlencode(message, quote_via=quote)}",
        "facebook": f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': short_address})}",
        "zalo": f"https://zalo.me/share?{urlencode({'url': short_address})}",
    }
