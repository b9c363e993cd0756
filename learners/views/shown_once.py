"""A code that is shown on the next page and then nowhere any more: it waits in the session, with what it is for."""

from django.http import HttpRequest


def keep(request: HttpRequest, name: str, *, about: int, code: str) -> None:
    """Let the next page about this row (``about`` is its number) show the code."""
    request.session[name] = {"about": about, "code": code}


def take(request: HttpRequest, name: str, *, about: int) -> str:
    """Return the code that was made out for this row a moment ago, once; nothing otherwise, and nothing to a form."""
    given = request.session.get(name)
    if request.method != "GET" or given is None or given.get("about") != about:
        return ""
    del request.session[name]
    return str(given["code"])
