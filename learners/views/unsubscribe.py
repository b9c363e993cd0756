"""Stopping letters by the link in one of them: GET shows a button, POST acts. Nobody has to sign in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from learners.actions import unsubscribe as unsubscribing
from learners.models import UnsubscribeLink
from learners.queries import unsubscribe as links


@csrf_exempt  # the token is the permission; a mail program that posts it has no cookie of ours
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = links.link_of(token)
    except UnsubscribeLink.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        unsubscribing.stop(link=link)
        if "List-Unsubscribe" in request.POST:  # a mail program's own button; it follows no redirect. RFC 8058, 3.1
            return HttpResponse(status=200)
        return redirect(request.path)
    return render(
        request, "learners/unsubscribe.html", {"kind": link.get_kind_display(), "is_stopped": links.is_stopped(link)}
    )
