"""What the stories of signing in share: asking for a code and reading it in the outbox."""

import time
from typing import Any

from allauth.mfa import app_settings as mfa
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from learners.models import Learner, Message


def ask_for_code(client: Client, address: str, **more: str):
    return client.post(reverse("account_login"), {"address": address, **more})


def code_sent_to(address: str) -> str:
    """Return the last code an address was sent: the letter has it, and nothing else."""
    return Message.objects.filter(address=address, data__has_key="code").latest("queued_at").data["code"]


def type_code(client: Client, code: str):
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def prove_again(client: Client, learner: Learner) -> None:
    """Have a signed-in browser have typed a code a moment ago (levels.level_of)."""
    session = client.session
    session.update(a_fresh_proof(learner))
    session.save()


def a_fresh_proof(learner: Learner) -> dict[str, Any]:
    """Return what a session holds whose person has typed a code a moment ago."""
    return {
        "account_authentication_methods": [{"method": "code", "at": time.time()}],
        "account_authentication_methods_user": str(learner.pk),
    }


def came_in_by_an_identity(learner: Learner) -> dict[str, Any]:
    """Return what a session holds that an identity elsewhere has opened, and no code since."""
    said = {"method": "socialaccount", "provider": "vneid", "uid": "x", "at": time.time()}
    return {"account_authentication_methods": [said], "account_authentication_methods_user": str(learner.pk)}


def shown_by_the_app(secret: str) -> str:
    """
    Return the code of this half minute, six digits, that an app shows.

    It is still right when the next half minute has begun before it is typed; the one of the half minute before is not.
    """
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // mfa.TOTP_PERIOD))


def another(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
