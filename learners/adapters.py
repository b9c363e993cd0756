"""django-allauth's door: sessions, stages and limits are its own; who may come in, and where to, is ours."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from learners.actions import closing
from learners.models import Learner
from learners.permissions import may_sign_in


class AccountAdapter(DefaultAccountAdapter):
    """How sign-in behaves here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own sign-up is closed: an account is opened only after the code, see decision 0201."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse | None:
        if isinstance(user, Learner) and may_sign_in(user):
            return super().pre_login(request, user, **options)
        return self.respond_user_inactive(request, user)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Who signs in keeps the account: a closing that waits is stopped."""
        super().login(request, user)
        if isinstance(user, Learner) and closing.stop(learner=user, now=timezone.now()):
            messages.success(request, _("Welcome back. Your account stays open: the closing is stopped."))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("We cannot sign you in with this address. Call us or write to us."))
        return redirect("account_login")

    def is_safe_url(self, url: str | None) -> bool:
        """Own paths only: no other host, not even one of ours."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
