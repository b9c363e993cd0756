"""django-allauth's door: sessions, stages and limits are its own; who may come in, and where to, is ours."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import device
from learners.levels import IS_SHARED, SEEN_AT
from learners.models import Learner
from learners.permissions import may_sign_in


class Backend(AuthenticationBackend):
    """
    Whose session it is, asked at every request.

    An account that may not be signed in to any more is signed in nowhere. ASVS 7.4.2.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, Learner) and may_sign_in(user)


class AccountAdapter(DefaultAccountAdapter):
    """How sign-in behaves here."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Every door leads through here: the session begins, and the device is written down."""
        is_shared = bool(request.session.get(IS_SHARED))
        super().login(request, user)
        request.session[IS_SHARED] = is_shared
        request.session[SEEN_AT] = time.time()
        if is_shared:
            request.session.set_expiry(0)  # the cookie ends with the browser; the idle time is watched by a middleware
        token = device.sign_in(
            learner=user,
            session_key=str(request.session.session_key),
            token=request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""),
            user_agent=request.headers.get("User-Agent", ""),
            is_shared=is_shared,
            now=timezone.now(),
        )
        request.device_token = token  # type: ignore[attr-defined]  # set as a cookie when the answer is there

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **options)
        if token := getattr(request, "device_token", ""):
            answer.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                token,
                max_age=rules.DEVICE_KNOWN_FOR,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return answer

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own sign-up is closed: an account is opened only after the code, see decision 0201."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse | None:
        if isinstance(user, Learner) and may_sign_in(user):
            return super().pre_login(request, user, **options)
        return self.respond_user_inactive(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("We cannot sign you in with this address. Call us or write to us."))
        return redirect("account_login")

    def is_safe_url(self, url: str | None) -> bool:
        """Own paths only: no other host, not even one of ours."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
