"""What the demonstration's mailbox holds; absent in production."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import mailbox as box


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    _only_in_a_demonstration()
    return render(request, "portal/mailbox.html", {"letters": list(box.letters())})


@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    _only_in_a_demonstration()
    letter = box.letter(name)
    if letter is None:
        raise Http404
    return render(request, "portal/mailbox_letter.html", {"letter": letter})


def _only_in_a_demonstration() -> None:
    if not settings.DEMO:
        raise Http404
