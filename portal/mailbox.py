"""
The mailbox of a demonstration: every letter and text message becomes a file, read at /dev/mailbox/.

Nothing leaves the machine. Only under ``DEMO=1``; a production machine has a mail server in ``EMAIL_URL``.
"""

import email
import email.message
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from time import time_ns

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"^[0-9]{19}-[0-9]+$")  # nanoseconds since 1970, and the process that wrote it
LETTERS_SHOWN_MAX = 200
LINE_MAX = 10_000  # characters, more than any text message has
_LINK = re.compile(r"https?://\S+")


class MailboxBackend(BaseEmailBackend):
    """Writes each letter as a file that is either whole or not there."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAILBOX_DIR.mkdir(parents=True, exist_ok=True)
        for letter in email_messages:
            _keep(letter.message().as_bytes())
        return len(email_messages)


class SmsMailbox:
    """A gateway of text messages (``learners.channels.sms``) whose messages lie in the box beside the letters."""

    def open(self) -> None:
        settings.MAILBOX_DIR.mkdir(parents=True, exist_ok=True)

    def send(self, *, to: str, text: str, reference: str) -> None:
        # A text is one line, and its words run together where a mail program would fold it.
        message = email.message.EmailMessage(policy.default.clone(max_line_length=LINE_MAX))
        message["From"], message["To"], message["Subject"] = settings.SMS_SENDER, to, text
        message["Message-ID"] = f"<{reference}@sms>"
        message.set_content(text)
        _keep(message.as_bytes())


def _keep(written: bytes) -> None:
    path = settings.MAILBOX_DIR / f"{time_ns()}-{os.getpid()}.eml"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(written)
    unfinished.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter in the box; ``body`` pairs each stretch of text with whether it is a link."""

    name: str
    arrived_at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    has_html: bool

    @property
    def body(self) -> list[tuple[bool, str]]:
        parts: list[tuple[bool, str]] = []
        end = 0
        for found in _LINK.finditer(self.text):
            parts += [(False, self.text[end : found.start()]), (True, found[0])]
            end = found.end()
        return [*parts, (False, self.text[end:])]


def letters() -> Iterator[Letter]:
    """Yield the letters, newest first, at most ``LETTERS_SHOWN_MAX``."""
    for path in sorted(settings.MAILBOX_DIR.glob("*.eml"), reverse=True)[:LETTERS_SHOWN_MAX]:
        yield _read(path)


def letter(name: str) -> Letter | None:
    """Return the letter in the file of this name, or None; a name that is none of ours leads to no file."""
    path = settings.MAILBOX_DIR / f"{name}.eml"
    return _read(path) if NAME.match(name) and path.is_file() else None


def _read(path: Path) -> Letter:
    parsed = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    text = parsed.get_body(("plain",))
    return Letter(
        name=path.stem,
        arrived_at=datetime.fromtimestamp(int(path.stem.split("-")[0]) / 1_000_000_000, tz=UTC),
        sender=str(parsed["From"]),
        recipient=str(parsed["To"]),
        subject=str(parsed["Subject"]),
        text=str(text.get_content()) if text else "",
        has_html=parsed.get_body(("html",)) is not None,
    )
