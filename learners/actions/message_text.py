"""The words of letters: the first come from a file at each migration, a new version supersedes the one in force."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from learners import emails, rules
from learners.choices import Channel, Language, MessageKind
from learners.models import MessageText
from learners.queries.message_text import read_file

SOURCE = "learners/data/messages.yaml, 2026-11-26"


class UnableToSupersede(Exception):
    """The text cannot be used; the message is written for the curator who wrote it."""


@transaction.atomic
def supersede(
    *,
    kind: MessageKind,
    language: Language,
    subject: str,
    body: str,
    source: str,
    now: datetime,
    channel: Channel = Channel.EMAIL,
) -> MessageText:
    """
    Put new words in force for a kind and a language and return them; letters sent before keep theirs.

    Idempotent: the words already in force stay the version they are.

    :raises UnableToSupersede: if the words name a placeholder the kind does not have, see :func:`check`.
    """
    check(kind=kind, subject=subject, body=body, channel=channel)
    texts = MessageText.objects.select_for_update(no_key=True)
    rows = texts.filter(kind=kind, channel=channel, language=language)
    # First every version, so that who waited for somebody else's writing then sees what was written.
    list(rows)
    current = rows.get(valid_to__isnull=True)
    body = body.replace("\r\n", "\n").strip()
    if (current.subject, current.body) == (subject, body):
        return current
    current.valid_to = now
    current.save(update_fields=["valid_to"])
    return MessageText.objects.create(
        kind=kind,
        channel=channel,
        language=language,
        version=current.version + 1,
        subject=subject,
        body=body,
        source=source,
        valid_from=now,
    )


def check(*, kind: MessageKind, subject: str, body: str, channel: Channel = Channel.EMAIL) -> None:
    """
    Check that words can be filled: nothing but the kind's placeholders, and none in the subject that may be empty.

    :raises UnableToSupersede: with what is wrong.
    """
    delivery = rules.DELIVERY[kind]
    if channel not in delivery.channels:
        raise UnableToSupersede(_("These messages are not sent that way."))
    if bool(subject) is (channel == Channel.SMS):
        raise UnableToSupersede(_("A letter needs a subject, and a text message has none."))
    try:
        in_subject, everywhere = emails.placeholders(subject), emails.placeholders(f"{subject}\n{body}")
    except emails.UnableToRender as reason:
        raise UnableToSupersede(_("A brace is open or misplaced: %(reason)s") % {"reason": reason}) from reason
    if unknown := everywhere - delivery.required - delivery.optional:
        raise UnableToSupersede(
            _("These letters have no %(names)s. They have: %(known)s.")
            % {"names": ", ".join(sorted(unknown)), "known": ", ".join(sorted(delivery.required | delivery.optional))}
        )
    if empty := in_subject & delivery.optional:
        raise UnableToSupersede(_("The subject cannot use %(names)s: it may be empty.") % {"names": ", ".join(empty)})


@transaction.atomic
def add_missing(*, now: datetime, model: Any = MessageText) -> int:
    """
    Write the texts of the file that the database has none of, in no version, and return how many. Idempotent.

    Run after each migration (``learners.apps``), so that new kinds reach databases made before them. What is there
    stays, whether a curator wrote it or an earlier file. ``model`` is the table as the migrations have left it.
    """
    there = set(model.objects.values_list("kind", "channel", "language"))
    missing = [text for text in _texts_of_file() if (text["kind"], text["channel"], text["language"]) not in there]
    return len(model.objects.bulk_create(model(version=1, source=SOURCE, valid_from=now, **text) for text in missing))


def _texts_of_file() -> Iterator[dict[str, str]]:
    for kind, row in read_file()["kinds"].items():
        for language, text in row["email"].items():
            yield _text(kind, Channel.EMAIL, language, text["subject"], text["body"])
        for language, body in row.get("sms", {}).items():
            yield _text(kind, Channel.SMS, language, "", body)


def _text(kind: str, channel: Channel, language: str, subject: str, body: list[str]) -> dict[str, str]:
    said = {"kind": kind.upper(), "channel": channel.value, "language": language}
    return {**said, "subject": subject, "body": "\n\n".join(body)}
