"""The headers of static files: WhiteNoise answers for them before any middleware of ours. Read by the settings."""

from typing import Any


def add_static_headers(headers: Any, path: str, url: str) -> None:
    """Isolate a static file as pages are; opened by itself it may load nothing."""
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"
