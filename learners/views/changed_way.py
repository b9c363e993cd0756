"""What an address or number was sent when it was taken off a record: one button for whoever says it was not them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.actions import changed_way as actions
from learners.queries import changed_way as queries
from learners.views.limits import limited


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Hold the record and ask the curators; opening changes nothing, and says nothing of whose the record is."""
    changed, now = queries.by_token(token), timezone.now()
    if changed is None:
        if (refusal := limited(request, "guess")) is not None:
            return refusal
        raise Http404
    if request.method == "POST":
        actions.object_to(changed=changed, now=now)
        return redirect(request.path)
    context = {"changed": changed, "is_over": queries.is_over(changed, now=now)}
    return render(request, "learners/way_not_me.html", context)
