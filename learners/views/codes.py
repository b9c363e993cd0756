"""Sending a code and remembering in the session who waits for it: for signing in and for all that asks again."""

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import sign_in
from learners.choices import CodePurpose, Language
from learners.models import Learner
from learners.models.address import is_phone
from learners.queries.help import how_to_ask
from learners.views import limits

# In the session, one place for each purpose: a code for one can never answer for another.
WAITING = {
    CodePurpose.SIGN_IN: "sign_in",
    CodePurpose.NEW_WAY: "new_way",
    CodePurpose.AGAIN: "again",
    CodePurpose.CLAIM: "claim",
    CodePurpose.LOST_WAY: "lost_way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the session remembers of who waits for a code."""

    code_id: str
    address: str
    next: str
    is_shared: bool = False
    at: float = 0  # seconds since 1970

    @property
    def is_left(self) -> bool:
        """Whether the shared computer it was asked on has stood long enough for somebody else to sit there."""
        return self.is_shared and time.time() - self.at > rules.SHARED_IDLE.total_seconds()


def send(
    request: HttpRequest,
    purpose: CodePurpose,
    *,
    address: str,
    then: str,
    is_shared: bool = False,
    learner: Learner | None = None,
    counter: str = "",
) -> None:
    """
    Send a code and remember who waits for it: who is signed in, unless ``learner`` is somebody who stands beside them.

    :raises TooManyCodes: if this address, or this network, has had as many as it may.
    """
    if not limits.is_within(request, "codes"):
        said = _("Many codes have been sent from where you are. Try again in an hour, or %(how)s.")
        raise sign_in.TooManyCodes(said % {"how": how_to_ask()})
    refused_by = limits.refused_by(request, "text") if is_phone(address) else None
    if refused_by == "text":
        raise sign_in.TooManyCodes(
            _("Many codes have been sent from where you are. Wait ten minutes, or use your e-mail address.")
        )
    if refused_by == "texts":
        raise sign_in.TooManyCodes(
            _("Many codes have been sent from where you are. Use your e-mail address, or try tomorrow.")
        )
    asked = sign_in.ask(
        address=address,
        language=Language(get_language()),
        purpose=purpose,
        learner=learner or _learner(request),
        device_token=request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""),
        counter=counter,
        now=timezone.now(),
    )
    request.session[WAITING[purpose]] = asdict(
        Asked(code_id=str(asked.pk), address=address, next=then, is_shared=is_shared, at=time.time())
    )
    if purpose == CodePurpose.SIGN_IN:
        # On a shared computer nothing outlives the browser, not even an address somebody only typed.
        request.session.set_expiry(0 if is_shared else None)


def send_again(
    request: HttpRequest, purpose: CodePurpose, asked: Asked, *, learner: Learner | None = None, counter: str = ""
) -> None:
    """Send a new code to where the last one went, and say so on the next page, or why not."""
    try:
        send(
            request,
            purpose,
            address=asked.address,
            then=asked.next,
            is_shared=asked.is_shared,
            learner=learner,
            counter=counter,
        )
    except sign_in.TooManyCodes as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("We have sent a new code. The one before it no longer works."))


def waiting(request: HttpRequest, purpose: CodePurpose) -> Asked | None:
    stored = request.session.get(WAITING[purpose])
    return Asked(**stored) if stored else None


def shown(asked: Asked) -> dict[str, Any]:
    """Return what a page that waits for a code says of it."""
    minutes = rules.CODE_VALID // timedelta(minutes=1)
    return {"address": asked.address, "is_text": is_phone(asked.address), "minutes": minutes}


def prove(request: HttpRequest, purpose: CodePurpose, code: str, *, learner: Learner | None = None) -> str:
    """
    Use the code up that this browser waits for, forget the waiting, and return the address it proves.

    :raises UnableToProve: as ``actions.sign_in.prove``.
    """
    asked = waiting(request, purpose)
    if asked is None:
        raise sign_in.CodeIsDead(_("That code no longer works. Ask for a new one."))
    address = sign_in.prove(
        code_id=UUID(asked.code_id),
        code=code,
        purpose=purpose,
        learner=learner or _learner(request),
        now=timezone.now(),
    )
    del request.session[WAITING[purpose]]
    return address


def own_path(path: str) -> str:
    """Return ``path`` when it leads to a page of this portal, else nothing."""
    return path if get_adapter().is_safe_url(path) else ""


def _learner(request: HttpRequest) -> Learner | None:
    return request.user if isinstance(request.user, Learner) else None
