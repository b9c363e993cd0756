"""Answers that are the same for everybody: any site may read them; who has one asks only whether it changed."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

# A change of the catalogue is seen within these, whatever is cached.
KEPT_SECONDS = 5


def answer(
    request: HttpRequest, content: bytes, content_type: str, *, modified: datetime | None = None
) -> HttpResponseBase:
    """Return a file, or 304 where the reader has these bytes; ``modified`` only where nothing leaves it unseen."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return _conditional(request, opened(HttpResponse(content, content_type=content_type)), tag, modified)


def conditional(request: HttpRequest, whole: HttpResponseBase, content: bytes) -> HttpResponseBase:
    """Return an answer as it is made, with an ETag of its bytes, or 304 where the reader has them."""
    return _conditional(request, whole, f'"{hashlib.sha256(content).hexdigest()[:32]}"', None)


def stream(
    request: HttpRequest, parts: Iterable[bytes], content_type: str, *, version: str, modified: datetime | None
) -> HttpResponseBase:
    """Return a file that is written while it is sent; ``version`` is another one when the file would be."""
    tag = f'"{hashlib.sha256(version.encode()).hexdigest()[:32]}"'
    return _conditional(request, opened(StreamingHttpResponse(parts, content_type=content_type)), tag, modified)


def opened(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}, must-revalidate"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _conditional(
    request: HttpRequest, whole: HttpResponseBase, tag: str, modified: datetime | None
) -> HttpResponseBase:
    whole["ETag"] = tag
    seconds = int(modified.timestamp()) if modified else None
    if seconds is not None:
        whole["Last-Modified"] = http_date(seconds)
    return (
        get_conditional_response(request, etag=tag, last_modified=seconds, response=cast(HttpResponse, whole)) or whole
    )
