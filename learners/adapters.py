"""django-allauth's door: sessions, stages and limits are its own; who may come in, and where to, is ours."""

import time
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learners import rules
from learners.actions import closing, device, ways
from learners.levels import BEGAN_AT, CARD, CARD_ENDS_AT, HELD, IS_SHARED, IS_STAFF, SEEN_AT, came_by_held
from learners.models import Learner
from learners.permissions import is_staff_anywhere, may_sign_in
from learners.queries.help import how_to_ask

_WHAT_CHANGED = {
    "totp_activated": gettext_lazy("signing in now takes a second step: the code of an app."),
    "totp_deactivated": gettext_lazy("the app is no longer asked for when you sign in."),
    "webauthn_added": gettext_lazy("a passkey now opens your record."),
    "webauthn_removed": gettext_lazy("a passkey no longer opens your record."),
    "recovery_codes_generated": gettext_lazy("you have new recovery codes; those before no longer work."),
}


class Backend(AuthenticationBackend):
    """
    Whose session it is, asked at every request.

    An account that may not be signed in to any more is signed in nowhere. ASVS 7.4.2.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        return isinstance(user, Learner) and may_sign_in(user)


class SecondStepAdapter(DefaultMFAAdapter):
    """How the second step behaves here."""

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """
        Whether signing in takes a second step.

        A passkey alone is one more way in and asks for nothing: whoever loses it still has the code. For curators it is
        a second step as an app is.
        """
        if types is not None and not user.is_staff:
            types = [each for each in types if len(types) == 1 or each != Authenticator.Type.WEBAUTHN]
        return bool(super().is_mfa_enabled(user, types))

    def get_totp_label(self, user: Any) -> str:
        return str(user.email or user.phone or user.full_name)

    def get_totp_issuer(self) -> str:
        return "Học Suốt Đời"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 -- as allauth calls it
        """What a new passkey is called, unless its owner calls it something else."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        """The secrets of apps and recovery codes are of no use to who reads the database only. ASVS 13.3.1."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    """The newest SECRET_KEY writes; earlier ones still read."""
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    return urlsafe_b64encode(salted_hmac("learners.second_step", "", secret=secret, algorithm="sha256").digest())


@receiver(authenticator_added, dispatch_uid="learners.adapters")
def begin_with_second_step(request: HttpRequest, user: Any, authenticator: Authenticator, **_signal: Any) -> None:
    """Who has just shown an app's code or a passkey to add it need not show it again in this session."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", type=authenticator.type, id=authenticator.pk)


class AccountAdapter(DefaultAccountAdapter):
    """How sign-in behaves here."""

    def login(self, request: HttpRequest, user: Any) -> None:
        is_shared = bool(request.session.get(IS_SHARED))
        super().login(request, user)  # which may begin an empty session
        request.session[IS_SHARED] = is_shared

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """
        Every door leads through here: the session begins, the device is written down, a closing that waits stops.

        ``signal_kwargs`` carries the card somebody came by through a second step, which is another request.
        """
        token = _begin(request, user, card=(options.get("signal_kwargs") or {}).get(CARD))
        answer: HttpResponse = super().post_login(request, user, **options)
        if token:
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
        said = _("We cannot sign you in with this address. To find out why, %(how)s.")
        messages.error(request, said % {"how": how_to_ask()})
        return redirect("account_login")

    def is_reauthentication_required(self, app: str) -> bool:
        """Asking again is ours (``levels.needs``); allauth would ask by a password, or not at all."""
        return False

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: Any = None) -> None:
        """allauth tells of changes by mail from within the request; ours go through the outbox."""
        with translation.override(user.language):
            what = str(_WHAT_CHANGED[template_prefix.rpartition("/")[2]])
        ways.tell(learner=user, what=what, now=timezone.now())

    def is_safe_url(self, url: str | None) -> bool:
        """Own paths only: no other host, not even one of ours."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def _begin(request: HttpRequest, learner: Learner, *, card: int | None) -> str:
    """Write into a session that has just begun what it is; return what the browser keeps, as ``device.sign_in``."""
    session, now = request.session, timezone.now()
    session[BEGAN_AT] = session[SEEN_AT] = time.time()
    session[IS_STAFF] = is_staff_anywhere(learner)
    if card is not None:
        session[CARD], session[CARD_ENDS_AT] = card, time.time() + rules.CARD_SESSION.total_seconds()
        session[IS_SHARED] = True  # most are scanned at a shared computer, and a phone scans again
    if session[IS_SHARED]:
        session.set_expiry(0)  # the cookie ends with the browser; the idle time is watched by a middleware
    token = device.sign_in(
        learner=learner,
        session_key=str(session.session_key),
        token=request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""),
        user_agent=request.headers.get("User-Agent", ""),
        is_shared=session[IS_SHARED],
        now=now,
    )
    session[HELD] = card is None and came_by_held(request, learner)
    # Whoever finds a card, or is added by one of staff, must not undo what its owner has asked for.
    if card is None and not session[HELD] and closing.stop(learner=learner, now=now):
        messages.success(request, _("Welcome back. Your account stays open: the closing is stopped."))
    return token
