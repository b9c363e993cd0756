"""What search engines may read: the public pages; nothing at all of a demonstration."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

PERSONAL = ("me/", "account/", "enrollments/", "runs/", "organizations/", "messages/", "display/", "admin/", "dev/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        closed = [f"Disallow: {prefix}{path}" for prefix in ("/", "/en/") for path in PERSONAL]
        lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
