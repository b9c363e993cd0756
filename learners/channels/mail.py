"""
Mail: the only module that talks to a mail server.

``before_handover`` is called when the connection stands and nothing is left but to give the letter away. For SMTP the
byte that commits the other side is the end of DATA; calling it before ``send_messages`` is a little early, so a cut in
between (MAIL FROM, RCPT TO) leaves a message in doubt that was not sent. That is the safe side.
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from learners.channels.outcome import NotHandedOver, Refused, Unclear, words
from learners.emails import Letter

# Many servers end a connection after some letters; we end it first, so that none is cut off in doubt.
LETTERS_PER_CONNECTION_MAX = 20


class Mail:
    """One connection for several letters, opened by the first and again after a failure."""

    def __init__(self) -> None:
        self._connection = mail.get_connection()
        self._letters = 0
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def send(
        self, letter: Letter, *, to: str, message_id: str, headers: dict[str, str], before_handover: Callable[[], bool]
    ) -> bool:
        """
        Give one letter away; return False when ``before_handover`` says that it is not ours any more.

        :raises NotHandedOver: if it may be tried again.
        :raises Refused: if trying again is of no use.
        :raises Unclear: if it may have been taken.
        """
        envelope = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", **headers},
        )
        envelope.attach_alternative(letter.html, "text/html")
        try:
            envelope.message()
            self._open()
            self._letters += 1
        except ValueError as reason:  # a header no mail may have
            raise Refused(str(reason)) from reason
        except (OSError, smtplib.SMTPException) as reason:
            raise NotHandedOver(words(reason, to)) from reason
        if not before_handover():
            return False
        try:
            self._connection.send_messages([envelope])
        except ValueError as reason:  # an address no mail can go to
            raise Refused(str(reason)) from reason
        except smtplib.SMTPRecipientsRefused as reason:
            codes = [code for code, _text in reason.recipients.values()]
            self._close()
            raise _answer(min(codes, default=500), words(reason, to)) from reason
        except smtplib.SMTPResponseException as reason:
            self._close()
            raise _answer(reason.smtp_code, words(reason, to)) from reason
        except (OSError, smtplib.SMTPException) as reason:
            self._close()
            raise Unclear(words(reason, to)) from reason
        return True

    def _open(self) -> None:
        if self._letters >= LETTERS_PER_CONNECTION_MAX:
            self._close()
        if not self._is_open:
            self._connection.open()
            self._is_open = True

    def _close(self) -> None:
        self._letters = 0
        if self._is_open:
            self._is_open = False
            with suppress(OSError, smtplib.SMTPException):  # a broken connection cannot say goodbye
                self._connection.close()


def _answer(code: int, said: str) -> Exception:
    """5xx is for ever, all else may be tried again. Source: RFC 5321, 4.2.1."""
    return Refused(said) if 500 <= code < 600 else NotHandedOver(said)
