"""
Whole pages kept for visitors: the same for everybody who has not signed in, for a few seconds.

Nothing needs to be told that something has changed: a page is never older than ``PAGES_KEPT_SECONDS``, counted from
before its facts were read (decision 0317). What differs from visitor to visitor is part of the key (the address and the
display settings) or put in afterwards (the token of the forms).
"""

import hashlib
import re
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers

View = Callable[..., HttpResponse]
OK = 200
# What base.html makes of these: portal.context_processors.display.
DISPLAY_COOKIES = ("theme", "text", "lite", "aloud")
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*(")')
_MARK = b"\0token\0"


def for_visitors(view: View) -> View:
    """Serve a view's page from the cache to whoever has no session; everybody else gets it made."""

    @wraps(view)
    def kept(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        seconds = settings.PAGES_KEPT_SECONDS
        if not seconds or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return view(request, *arguments, **named)
        pages, key, began = caches["pages"], _key(request), time.monotonic()
        page = pages.get(key)
        if page is None:
            response = view(request, *arguments, **named)
            if response.status_code != OK:
                return response
            page = _TOKEN.sub(rb"\1" + _MARK + rb"\2", response.content)
            left = seconds - (time.monotonic() - began)
            if left > 0:
                pages.set(key, page, left)
        response = HttpResponse(page.replace(_MARK, get_token(request).encode()))
        patch_vary_headers(response, ("Cookie", "Save-Data"))
        return response

    return kept


def _key(request: HttpRequest) -> str:
    display = [request.COOKIES.get(name, "")[:8] for name in DISPLAY_COOKIES]
    saves_data = request.headers.get("Save-Data", "").lower() == "on"
    told = "\0".join([request.get_host(), *display, str(saves_data), request.get_full_path()])
    return f"page:{settings.VERSION}:{hashlib.sha256(told.encode()).hexdigest()}"
