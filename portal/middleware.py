"""What every answer carries: a request id, one log line, and the headers Django does not set; and who gets none."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import device
from learners.levels import BEGAN_AT, CARD, CARD_ENDS_AT, HELD, IS_SHARED, IS_STAFF, SEEN_AT, has_second_step
from learners.models import Learner
from learners.permissions import is_staff_anywhere
from learners.queries import added_way
from learners.queries import card as cards
from portal.by_card import ASKS_AGAIN, OPEN_BY_CARD
from portal.page_levels import is_of_staff
from portal.views.errors import busy

logger = structlog.get_logger("portal.request")
Handler = Callable[[HttpRequest], HttpResponse]

METHODS = ("GET", "HEAD", "POST")
CHARSETS = {"utf-8", "utf8", "us-ascii"}
QUIET_PATHS = ("/health/", "/static/")


class RequestIdMiddleware:
    """Name each request, so that a reader of the log (or of an error page) can follow one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        request.request_id = request_id  # type: ignore[attr-defined]  # read by the error pages
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            if not request.path.startswith(QUIET_PATHS):
                logger.info(
                    "request",
                    method=request.method,
                    path=request.path[:200],  # without what opens something: portal/logs.py
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - started) * 1000, 1),
                )
        response["X-Request-Id"] = request_id
        return response


class HeadersMiddleware:
    """Add the isolation headers, and keep what a signed-in person sees out of every shared cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
        )
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
        return response


def _peek(request: HttpRequest, name: str) -> Any:
    """
    Return what the session holds under a name, if the request brings one.

    Looking alone changes no answer: one that is everybody's stays so, which Django would mark as varying by cookie.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    was_accessed = request.session.accessed
    value = request.session.get(name)
    request.session.accessed = was_accessed
    return value


def _is_older(request: HttpRequest, age: timedelta) -> bool:
    began = _peek(request, BEGAN_AT)
    return began is not None and time.time() - began > age.total_seconds()


def _put_out(request: HttpRequest) -> None:
    device.end(session_key=str(request.session.session_key), now=timezone.now())
    logout(request)


BY_ITSELF = "X-By-Itself"  # sent by scripts that ask without anybody's hand on the computer


class SeenMiddleware:
    """
    Write down now and then that a signed-in device is in use, and end a shared computer's session left alone.

    No session lasts for ever, however much it is used (``rules.OWN_SESSION``, ``rules.SHARED_WHOLE``). A tab that puts
    its page away uses nothing, nor does a page that asks for its next part by itself (``BY_ITSELF``).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen, is_shared = _peek(request, SEEN_AT), _peek(request, IS_SHARED)
        if seen is None:
            return self.get_response(request)
        idle = time.time() - seen
        too_idle = is_shared and idle > rules.SHARED_IDLE.total_seconds()
        if too_idle or _is_older(request, rules.SHARED_WHOLE if is_shared else rules.OWN_SESSION.absolute):
            _put_out(request)
            return self.get_response(request)
        response = self.get_response(request)
        every = rules.SHARED_SEEN_EVERY if is_shared or _peek(request, IS_STAFF) else rules.SEEN_EVERY
        # A file that is everybody's carries no cookie: a cache would hand it to others.
        is_everybodys = "public" in response.get("Cache-Control", "")
        is_left = request.resolver_match is not None and request.resolver_match.view_name == "learners:left"
        if is_left or BY_ITSELF in request.headers:
            return response
        if idle > every.total_seconds() and not is_everybodys and SEEN_AT in request.session:
            request.session[SEEN_AT] = time.time()
            device.see(session_key=str(request.session.session_key), now=timezone.now())
        return response


class MethodsMiddleware:
    """Answer what no page is asked by: a view that does not ask for the method would take a PUT for a GET."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class CharsetMiddleware:
    """Refuse what says to be written otherwise than our pages are: Django would decode it as told, or fall over it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (request.content_params or {}).get("charset", "utf-8").lower() not in CHARSETS:
            request.encoding = "utf-8"  # the page that says so reads the request as well
            raise BadRequest("a character set that is not UTF-8")
        return self.get_response(request)


class BusyMiddleware:
    """
    Say "busy, try again" when the database could not do its part: away, restarting, or a lock waited for too long.

    A conflict of the database is never turned into a business answer such as "full"; the transaction was undone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)  # the session and the signed-in person are read from the database too
        except (OperationalError, InterfaceError) as reason:
            logger.error("database unavailable", reason=str(reason)[:200])
            return busy(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.error("database unavailable", reason=str(exception)[:200])
        return busy(request)


class StaffMiddleware:
    """
    Let nobody open a page of the desk or of an organization by an old session, or by a code alone.

    A session that began, or was last used, too long ago (``rules.STAFF_SESSION``) signs in again first; where the
    settings ask for it, who works here has shown a second step. Whoever works nowhere goes on, and finds nothing there.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, named: dict[str, object]
    ) -> HttpResponse | None:
        if not is_of_staff(request.resolver_match) or not isinstance(request.user, Learner):
            return None
        seen = _peek(request, SEEN_AT)
        too_idle = seen is not None and time.time() - seen > rules.STAFF_SESSION.idle.total_seconds()
        if too_idle or _is_older(request, rules.STAFF_SESSION.absolute):
            _put_out(request)
            messages.info(request, _("Pages of staff ask for a new sign-in each day, and after an hour without use."))
            return redirect_to_login(_page_to_come_back_to(request))
        if settings.DESK_SECOND_STEP and not has_second_step(request) and is_staff_anywhere(request.user):
            return _ask_for_second_step(request)
        return None


def _ask_for_second_step(request: HttpRequest) -> HttpResponse:
    """Who has none sets one up; who has one signs in again with it: the session began before there was one."""
    if Authenticator.objects.filter(user_id=request.user.pk).exists():
        _put_out(request)
        messages.error(request, _("The desk opens after two steps. Sign in again."))
        return redirect_to_login(_page_to_come_back_to(request))
    messages.error(request, _("Whoever works here signs in in two steps. Add an app or a passkey, and the page opens."))
    return redirect("mfa_index")


def _page_to_come_back_to(request: HttpRequest) -> str:
    """Return this page; what was posted is not kept, so a form is opened anew from the front page of its place."""
    return request.get_full_path() if request.method != "POST" else reverse("dashboard")


class CardMiddleware:
    """
    Hold who came in by a printed card to what a card opens, and put them out at once when it ends.

    Who came in by an address that is held (decision 0276) is held to the same, and told elsewhere how long; once it is
    confirmed it opens everything. One query at each request by a card, and none of anybody else's.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, named: dict[str, object]
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if _peek(request, HELD) and name not in OPEN_BY_CARD | ASKS_AGAIN and isinstance(request.user, Learner):
            request.session[HELD] = added_way.held(request.user, now=timezone.now()) is not None
            if request.session[HELD]:
                return redirect_to_login(_page_to_come_back_to(request), reverse("account_reauthenticate"))
        if _peek(request, CARD) is None or not isinstance(request.user, Learner):
            return None
        if time.time() > request.session.get(CARD_ENDS_AT, 0):
            device.end(session_key=str(request.session.session_key), now=timezone.now())
            logout(request)
            messages.info(request, _("The time of a card is over. Scan it again to go on."))
            return redirect("learners:card_sign_in")
        if cards.in_session(request.session[CARD], request.user) is None:
            logout(request)
            messages.error(request, _("This card opens nothing any more."))
            return redirect("learners:card_sign_in")
        if name not in OPEN_BY_CARD:
            return render(request, "403_card.html", status=403)
        return None
