"""The demonstration's mailbox: letters become files, and are read at /dev/mailbox/."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from learners.actions import message
from learners.choices import MessageKind, Urgency
from portal import mailbox
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def box(settings: Any, tmp_path: Path) -> Path:
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    settings.EMAIL_BACKEND = "portal.mailbox.MailboxBackend"
    return settings.MAILBOX_DIR


def test_a_letter_is_kept_and_shown(client: Client) -> None:
    a_message(kind=MessageKind.SIGN_IN_CODE)
    a_message(recipient=a_learner(email="hoa@example.vn"))
    message.deliver_due(now=NOW, urgency=Urgency.URGENT)
    message.deliver_due(now=NOW)

    newest, code = mailbox.letters()
    listed = client.get(reverse("dev_mailbox")).content.decode()
    shown = client.get(reverse("dev_mailbox_mail", args=[newest.name])).content.decode()

    assert code.subject == "482913 là mã đăng nhập của bạn"
    assert listed.index(newest.subject) < listed.index(code.subject)
    assert '<a href="http://localhost/courses/1-so-cap-cuu/">' in shown
    assert newest.has_html


def test_a_long_text_message_is_kept_word_for_word() -> None:
    text = (
        "Học Suốt Đời: " + "địa chỉ mới thay cho địa chỉ bạn không còn dùng, nếu không phải bạn thì gọi " * 3 + "ngay."
    )
    gateway = mailbox.SmsMailbox()
    gateway.open()
    gateway.send(to="+84912345678", text=text, reference="1")

    [letter] = mailbox.letters()
    assert letter.subject == text


def test_markup_in_a_letter_is_words_here(client: Client) -> None:
    mail.send_mail("<script>alert(1)</script>", 'x <img src=x> http://a.vn/"onx', None, ["a@example.vn"])

    [letter] = mailbox.letters()
    for page in (reverse("dev_mailbox"), reverse("dev_mailbox_mail", args=[letter.name])):
        text = client.get(page).content.decode()
        assert "<script>" not in text
        assert "<img" not in text
        assert '"onx' not in text


def test_an_empty_box_says_what_to_do(client: Client) -> None:
    assert reverse("account_login") in client.get(reverse("dev_mailbox")).content.decode()


@pytest.mark.parametrize("name", ["1", "..", "1795300000000000000-1", "..%2f..%2fsettings"])
def test_other_names_lead_nowhere(client: Client, name: str) -> None:
    assert client.get(reverse("dev_mailbox") + name + "/").status_code == 404


def test_there_is_no_mailbox_in_production(client: Client, settings: Any) -> None:
    mail.send_mail("x", "x", None, ["a@example.vn"])
    [letter] = mailbox.letters()
    settings.DEMO = False

    assert client.get(reverse("dev_mailbox")).status_code == 404
    assert client.get(reverse("dev_mailbox_mail", args=[letter.name])).status_code == 404
