"""The words of messages: the current row of a kind, and what the file beside it says of frame, topics and lines."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from learners.choices import Channel, Language, MessageKind, Topic
from learners.models import MessageText

FILE = Path(__file__).resolve().parent.parent / "data" / "messages.yaml"


def current(kind: MessageKind, language: Language, channel: Channel = Channel.EMAIL) -> MessageText:
    """
    Return the text of a kind in force in a language, for a channel.

    :raises MessageText.DoesNotExist: if there is none; a test asserts that there always is.
    """
    return MessageText.objects.get(kind=kind, channel=channel, language=language, valid_to__isnull=True)


def greetings(language: Language) -> list[str]:
    """Return the first lines of a letter, best first; the first whose placeholders are all filled is used."""
    return list(read_file()["frame"]["greeting"][language])


def footers(language: Language) -> list[str]:
    """Return the last lines of a letter; each whose placeholders are all filled is used."""
    return list(read_file()["frame"]["footer"][language])


def topic_name(topic: Topic, language: Language) -> str:
    return str(read_file()["topics"][topic.lower()][language])


def digest_lines(language: Language) -> dict[str, Any]:
    """Return how one line of each list of the weekly letter is written; see learners/data/README.md."""
    return dict(read_file()["kinds"]["weekly_digest"]["email"][language]["lines"])


@cache
def read_file() -> dict[str, Any]:
    with FILE.open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file))
