"""
OpenID Connect: somebody else says who a person is, and we believe it only for a record whose own way was proved.

An identity nobody has here yet is kept in the session for some minutes: the person signs in, or opens a record, by a
code as everybody does, and then says whether this identity shall open that record from now on (decision 0209).
"""

import time
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from learners import rules

IDENTITY = "identity"  # in the session: who somebody is elsewhere, not yet joined to a record


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is at a provider; ``shown`` is what they are called there, to be recognized by themselves."""

    provider: str
    uid: str
    shown: str
    at: float
    then: str = ""  # where somebody was going

    @property
    def provider_name(self) -> str:
        return name_of(self.provider)


class IdentityAdapter(DefaultSocialAccountAdapter):
    """What happens when a provider has said who somebody is."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """allauth comes by here before it looks for the account: from here on it knows the digest alone."""
        account = sociallogin.account
        account.uid = kept_as(account.provider, account.uid)
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        said, account = sociallogin.account.extra_data or {}, sociallogin.account
        _check_subject(request, said)
        shown = said.get("userinfo") or said.get("id_token") or {}
        if sociallogin.is_existing:
            account.extra_data = {}  # allauth keeps what the provider said of the person; we need none of it
            account.save(update_fields=["extra_data"])
            if request.user.is_authenticated and request.user != sociallogin.user:
                _leave(request, _("Another record is opened with it already."), "learners:ways")
            if request.user.is_authenticated:  # allauth would begin another session, which knew of no shared computer
                _leave(request, _("Your record is opened with it already."), "learners:ways")
            return
        identity = Identity(
            provider=account.provider,
            uid=account.uid,
            shown=str(shown.get("email") or shown.get("name") or "")[:120],
            at=time.time(),
            then=str((sociallogin.state or {}).get("next") or ""),
        )
        request.session[IDENTITY] = asdict(identity)
        raise ImmediateHttpResponse(redirect("learners:identity"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> NoReturn:  # type: ignore[override]
        _leave(request, _("That did not work. Try again, or sign in with a code."), "account_login")


def kept_as(provider: str, subject: str) -> str:
    """
    Return as what a provider's subject is kept: its keyed digest, for it may be the number of somebody's identity card.

    One kept under an earlier SECRET_KEY is found.
    """
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = [
        salted_hmac("learners.identities", f"{provider}:{subject}", secret=key, algorithm="sha256").hexdigest()
        for key in keys
    ]
    known = SocialAccount.objects.filter(provider=provider, uid__in=digests).values_list("uid", flat=True).first()
    return str(known or digests[0])


def waiting(request: HttpRequest) -> Identity | None:
    """Return the identity that waits to be joined to a record, while it is fresh."""
    stored = request.session.get(IDENTITY)
    if stored is None:
        return None
    identity = Identity(**stored)
    return identity if time.time() - identity.at < rules.IDENTITY_WAITS.total_seconds() else None


def offered() -> list[dict[str, str]]:
    """Return the providers of the settings, each with its id and name."""
    return [{"id": str(each["provider_id"]), "name": str(each["name"])} for each in _apps()]


def name_of(provider: str) -> str:
    return next((each["name"] for each in offered() if each["id"] == provider), provider)


def _apps() -> list[dict[str, Any]]:
    of_the_settings: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    return list(of_the_settings["APPS"])


def _check_subject(request: HttpRequest, said: dict[str, Any]) -> None:
    """The two things a provider says must be about one person. Source: OpenID Connect Core 1.0, 5.3.2."""
    subjects = {part["sub"] for name in ("userinfo", "id_token") if "sub" in (part := said.get(name) or {})}
    if len(subjects) > 1:
        _leave(request, _("That did not work. Try again, or sign in with a code."), "account_login")


def _leave(request: HttpRequest, words: str, where: str) -> NoReturn:
    messages.error(request, words)
    raise ImmediateHttpResponse(redirect(where))
