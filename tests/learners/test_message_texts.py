"""Every kind of message has its words in both languages, and they fit what the code gives them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from learners import emails, rules
from learners.actions import message_text
from learners.apps import add_missing_texts
from learners.choices import Channel, Language, MessageKind, Topic
from learners.models import Message, MessageText
from learners.queries import message_text as texts
from tests.factories.people import NOW, a_curator

pytestmark = pytest.mark.django_db
LETTER = {"channel": "EMAIL", "language": "vi", "source": "test"}
EVERY_TEXT = [(kind, language) for kind in MessageKind for language in Language]


def test_every_kind_has_a_rule() -> None:
    assert set(rules.DELIVERY) == set(MessageKind)


@pytest.mark.parametrize(("kind", "language"), EVERY_TEXT)
def test_every_text_can_be_written_with_what_its_kind_has(kind: MessageKind, language: Language) -> None:
    vocabulary = texts.read_file()["placeholders"]
    delivery = rules.DELIVERY[kind]
    full = {name: vocabulary[name][language] for name in delivery.required | delivery.optional}
    least = {name: full[name] for name in delivery.required}

    for data in (full, least):
        letter = emails.render(Message(kind=kind, language=language, data=data))

        assert letter.subject
        assert not {"{", "}"} & set(letter.subject + letter.text)
        assert f'lang="{language}"' in letter.html
    assert all(
        f"{{{name}}}" in texts.current(kind, language).subject + texts.current(kind, language).body for name in full
    )


@pytest.mark.parametrize("kind", MessageKind)
def test_rules_and_file_say_the_same(kind: MessageKind) -> None:
    written = texts.read_file()["kinds"][kind.lower()]
    delivery = rules.DELIVERY[kind]

    assert set(written["placeholders"]) == delivery.required | delivery.optional
    assert set(written.get("optional", [])) == delivery.optional
    assert (written["topic"].upper(), written["cap"].upper()) == (delivery.topic, delivery.cap)


@pytest.mark.parametrize("language", Language)
def test_every_topic_has_a_name(language: Language) -> None:
    assert all(texts.topic_name(topic, language) for topic in Topic)


def test_new_words_supersede_and_keep_the_old() -> None:
    words = {"kind": MessageKind.WITHDRAWN, "language": Language.VI, "source": "test", "now": NOW}

    second = message_text.supersede(subject="Đã rút: {course}", body="Ngày {date}.\r\n\r\nXem: {link}", **words)
    same = message_text.supersede(subject="Đã rút: {course}", body="Ngày {date}.\n\nXem: {link}", **words)

    assert (second.version, same) == (2, second)
    assert texts.current(MessageKind.WITHDRAWN, Language.VI) == second
    assert MessageText.objects.get(kind=MessageKind.WITHDRAWN, language=Language.VI, version=1).valid_to == NOW


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("{course}", "{password}"),
        ("{course}", "{course.__class__}"),
        ("{course}", "{course!r}"),
        ("{course}", "{course:>1000000}"),
        ("{course}", "{course"),
        ("{venue}", "{course}"),
    ],
    ids=["unknown", "attribute", "conversion", "width", "open brace", "subject may be empty"],
)
def test_words_that_cannot_be_filled_are_refused_at_the_desk(client, subject: str, body: str) -> None:
    client.force_login(a_curator())

    page = client.post(
        reverse("admin:learners_messagetext_add"),
        {"kind": "CLASS_TOMORROW", "subject": subject, "body": body, **LETTER},
    )

    assert page.status_code == 200
    assert page.context["adminform"].form.errors["body"]
    assert MessageText.objects.filter(kind="CLASS_TOMORROW", language="vi").count() == 1


def test_an_upgrade_adds_the_texts_of_new_kinds_and_leaves_the_others() -> None:
    MessageText.objects.filter(kind__in=[MessageKind.GUARDIAN_ASKED, MessageKind.CARD_PRINTED]).delete()
    words = {"kind": MessageKind.WITHDRAWN, "language": Language.VI, "source": "test", "now": NOW}
    edited = message_text.supersede(subject="Đã rút: {course}", body="Ngày {date}.", **words)
    before = MessageText.objects.count()

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        call_command("migrate", verbosity=0)
        cursor.execute("SET ROLE lh_app")
    once = MessageText.objects.count()
    again = message_text.add_missing(now=NOW)

    assert (once - before, again) == (8, 0)  # each a letter and a text message, in two languages
    assert texts.current(MessageKind.GUARDIAN_ASKED, Language.EN, Channel.SMS).body.startswith("Hoc Suot Doi")
    assert texts.current(MessageKind.WITHDRAWN, Language.VI) == edited


def test_on_the_way_back_no_text_is_added() -> None:
    MessageText.objects.filter(kind=MessageKind.GUARDIAN_ASKED).delete()

    add_missing_texts(plan=[(None, True)])

    assert not MessageText.objects.filter(kind=MessageKind.GUARDIAN_ASKED).exists()


def test_a_curator_writes_new_words_at_the_desk(client) -> None:
    client.force_login(a_curator())

    saved = client.post(
        reverse("admin:learners_messagetext_add"),
        {
            "kind": "WITHDRAWN",
            "channel": "EMAIL",
            "language": "vi",
            "subject": "{course}",
            "body": "{date} {link}",
            "source": "test",
        },
    )

    assert saved.status_code == 302
    assert texts.current(MessageKind.WITHDRAWN, Language.VI).version == 2
