"""
Text messages, through a gateway named in the settings.

A gateway is anything with ``open`` and ``send``: one that speaks HTTP is here, and a demonstration keeps its messages
in files (``portal.mailbox.SmsMailbox``). The reference is the same at every attempt, so that a gateway which knows it
does not send, or charge, twice.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from learners import rules
from learners.channels.outcome import NotHandedOver, Refused, Unclear, words

# A gateway that has not answered by then has perhaps taken the message.
TIMEOUT_SECONDS = 20
# The gateway is busy or asks us to wait; nothing was taken.
LATER = {408, 425, 429, 503}


class Gateway(Protocol):
    """Whoever sends text messages for us."""

    def open(self) -> None:
        """
        Connect, so that only the giving away is left.

        :raises NotHandedOver: if the gateway cannot be reached.
        """

    def send(self, *, to: str, text: str, reference: str) -> None:
        """
        Give one message away.

        :raises NotHandedOver: if it may be tried again.
        :raises Refused: if trying again is of no use.
        :raises Unclear: if it may have been taken.
        """


class Sms:
    """The gateway in force, named in the settings."""

    def send(self, text: str, *, to: str, reference: str, before_handover: Callable[[], bool]) -> bool:
        """
        Give one message away; return False when ``before_handover`` says that it is not ours any more.

        :raises NotHandedOver: if it may be tried again.
        :raises Refused: if trying again is of no use, or the portal has no gateway.
        :raises Unclear: if it may have been taken.
        """
        if not is_offered():
            raise Refused("no gateway of text messages is set")
        gateway: Gateway = import_string(settings.SMS_GATEWAY)()
        gateway.open()
        if not before_handover():
            return False
        gateway.send(to=to, text=text, reference=reference)
        return True


# Letters one part has room for 160 of. Source: 3GPP TS 23.038, 6.2.1
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_OF_TWO = set("^{}\\[~]|€")


def parts(text: str) -> int:
    """Return how many parts a text message is paid for as."""
    if set(text) <= _GSM | _GSM_OF_TWO:
        letters = len(text) + sum(letter in _GSM_OF_TWO for letter in text)
        one, of_many = rules.SMS_LETTERS_GSM, rules.SMS_LETTERS_GSM_OF_MANY
    else:
        letters = len(text.encode("utf-16-be")) // 2
        one, of_many = rules.SMS_LETTERS_UCS2, rules.SMS_LETTERS_UCS2_OF_MANY
    return 1 if letters <= one else -(-letters // of_many)


def is_offered() -> bool:
    """Return whether this portal can send text messages at all."""
    return bool(settings.SMS_GATEWAY)


class HttpGateway:
    """
    A gateway that takes ``{"from", "to", "text", "reference"}`` as JSON by POST, with a bearer token.

    Gateways that want other names are reached through a small relay of the operator's own.
    """

    def __init__(self) -> None:
        self._url = urlsplit(settings.SMS_GATEWAY_URL)
        self._connection: HTTPConnection | None = None

    def open(self) -> None:
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        self._connection = kind(self._url.hostname or "", self._url.port, timeout=TIMEOUT_SECONDS)
        try:
            self._connection.connect()
        except OSError as reason:
            raise NotHandedOver(words(reason, settings.SMS_GATEWAY_URL)) from reason

    def send(self, *, to: str, text: str, reference: str) -> None:
        connection = self._connection
        if connection is None:
            raise NotHandedOver("the gateway was not opened")
        body = json.dumps({"from": settings.SMS_SENDER, "to": to, "text": text, "reference": reference})
        headers = {
            "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
            "Content-Type": "application/json",
            "Idempotency-Key": reference,
        }
        try:
            connection.request("POST", self._url.path or "/", body.encode(), headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as reason:
            raise Unclear(words(reason, to)) from reason
        finally:
            with suppress(OSError):  # a broken connection cannot say goodbye
                connection.close()
            self._connection = None
        if status in LATER:
            raise NotHandedOver(f"the gateway said {status}")
        if 400 <= status < 500:
            raise Refused(f"the gateway said {status}")
        if not 200 <= status < 300:  # a fault in the middle of its work, or an answer we do not understand
            raise Unclear(f"the gateway said {status}")
