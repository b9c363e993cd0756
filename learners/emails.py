"""
Letters: one message as a subject, plain text and HTML.

A text is paragraphs with {placeholders} from an allow-list, filled by str.format_map and never by a template engine: a
curator writes it. A paragraph with an empty placeholder is left out. A paragraph ending in ": {link}" is a button; one
whose first line ends in a colon is a heading over its other lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from learners import rules
from learners.choices import Channel, Language, MessageKind
from learners.models import Message
from learners.queries import message_text

BUTTON = ": {link}"


class UnableToRender(Exception):
    """The text cannot be written: a placeholder its kind does not have, or a subject with nothing in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of the HTML part: words; or a button; or a heading over lines."""

    words: str = ""
    button_label: str = ""
    button_url: str = ""
    heading: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    subject: str
    text: str
    html: str


def render(message: Message, *, unsubscribe_link: str = "") -> Letter:
    """
    Return the letter of a message in its language.

    :raises UnableToRender: if its text names what it may not, or its subject stays empty.
    :raises MessageText.DoesNotExist: if its kind has no text in that language.
    """
    kind, language = MessageKind(message.kind), Language(message.language)
    delivery = rules.DELIVERY[kind]
    text = message_text.current(kind, language)
    allowed = delivery.required | delivery.optional
    data = {name: str(message.data.get(name) or "") for name in allowed}
    subject = " ".join(fill(text.subject, data).split())
    if not subject:
        raise UnableToRender(f"{text}: the subject is empty")
    sources = [source for source in text.body.split("\n\n") if fill(source, data)]
    greeting, footer = ("", []) if not delivery.has_frame else _frame(message, delivery, unsubscribe_link)
    paragraphs = [_paragraph(source, data) for source in sources]
    words = [fill(source, data) for source in sources]
    parts = [greeting, *words, *(["\n".join(["-- ", *footer])] if footer else [])]
    with translation.override(language):
        html = render_to_string(
            "emails/message.html",
            {
                "subject": subject,
                "greeting": greeting,
                # The subject stands above as the heading; a first paragraph that repeats it says nothing.
                "paragraphs": [each for each in paragraphs if each.words.rstrip(".") != subject],
                "preheader": next((each for each in words if each.rstrip(".") != subject), ""),
                "footer": [_paragraph_of_line(line) for line in footer],
            },
        )
    return Letter(subject=subject, text="\n\n".join(part for part in parts if part) + "\n", html=html)


def text_message(message: Message) -> str:
    """
    Return the words of a text message in its language, nothing before or after them: each letter is paid for.

    :raises UnableToRender: if its text names what it may not.
    :raises MessageText.DoesNotExist: if its kind has no text for this channel in that language.
    """
    kind, language = MessageKind(message.kind), Language(message.language)
    delivery = rules.DELIVERY[kind]
    data = {name: str(message.data.get(name) or "") for name in delivery.required | delivery.optional}
    text = message_text.current(kind, language, Channel.SMS)
    return " ".join(filled for source in text.body.split("\n\n") if (filled := fill(source, data)))


def fill(source: str, data: Mapping[str, str]) -> str:
    """
    Return ``source`` with its placeholders filled, or nothing when one of them is empty.

    :raises UnableToRender: if it names a placeholder that ``data`` has no place for.
    """
    names = placeholders(source)
    if unknown := names - data.keys():
        raise UnableToRender(f"unknown placeholders: {', '.join(sorted(unknown))}")
    if any(not data[name] for name in names):
        return ""
    return source.format_map(data)


def placeholders(source: str) -> set[str]:
    """
    Return the names a text uses.

    :raises UnableToRender: if a brace is left open or a placeholder is more than a name.
    """
    try:
        fields = list(Formatter().parse(source))
    except ValueError as reason:
        raise UnableToRender(str(reason)) from reason
    if any(specification or conversion for _text, _name, specification, conversion in fields):
        raise UnableToRender("a placeholder is a name and nothing else")
    return {name for _text, name, _specification, _conversion in fields if name is not None}


def _paragraph(source: str, data: Mapping[str, str]) -> Paragraph:
    if source.endswith(BUTTON):
        return Paragraph(button_label=fill(source.removesuffix(BUTTON), data), button_url=data["link"])
    first, *rest = fill(source, data).split("\n")
    if rest and first.endswith(":"):
        return Paragraph(heading=first.removesuffix(":"), lines=tuple(rest))
    return Paragraph(words="\n".join([first, *rest]))


def _paragraph_of_line(line: str) -> Paragraph:
    """A footer line that ends with an address becomes a link with the words before it."""
    label, colon, url = line.partition(": ")
    return Paragraph(button_label=label, button_url=url) if colon and url.startswith("http") else Paragraph(words=line)


def _frame(message: Message, delivery: rules.Delivery, unsubscribe_link: str) -> tuple[str, list[str]]:
    language = Language(message.language)
    person = message.recipient
    data = {
        "form_of_address": person.get_form_of_address_display() if person and person.form_of_address else "",
        "given_name": person.get_short_name() if person else "",
        "full_name": person.full_name if person else "",
        "topic": message_text.topic_name(delivery.topic, language),
        "settings_link": absolute("learners:profile", language=language),
        "unsubscribe_link": unsubscribe_link,
        "help_phone": settings.HELPLINE,
    }
    greeting = next((filled for line in message_text.greetings(language) if (filled := fill(line, data))), "")
    return greeting, [filled for line in message_text.footers(language) if (filled := fill(line, data))]


def absolute(name: str, *arguments: str, language: str) -> str:
    """Return the full address of a page in a language, for a letter: never taken from a request."""
    with translation.override(language):
        return urljoin(settings.SITE_URL, reverse(name, args=arguments))


def message_id(message: Message) -> str:
    """Return the Message-ID: the same at every attempt, so that a repeated letter is folded into the first."""
    return f"<{message.public_id}@{settings.SITE_HOST}>"


def unsubscribe_link(message: Message, token: str) -> str:
    return absolute("learners:unsubscribe", token, language=message.language) if token else ""


def unsubscribe_headers(message: Message, token: str) -> dict[str, str]:
    """Return what lets a mail program show its own button. Source: RFC 8058."""
    if not token:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe_link(message, token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
