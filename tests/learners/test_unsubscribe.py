"""Stopping letters by the link in one of them: looking changes nothing, the button does."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner, UnsubscribeLink
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Learner:
    return a_learner()


@pytest.fixture
def link(learner: Learner) -> str:
    """The path in a reminder that was sent."""
    a_message(kind=MessageKind.CLASS_TOMORROW, recipient=learner)
    message.deliver_due(now=NOW)
    return mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")


def switches(learner: Learner) -> tuple[bool, bool]:
    learner.refresh_from_db()
    return learner.wants_reminders, learner.wants_digest


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client: Client, learner: Learner, link: str, method: str) -> None:
    page = getattr(client, method)(link)

    assert page.status_code == 200
    assert switches(learner) == (True, True)


def test_the_button_stops_that_kind_and_no_other(client: Client, learner: Learner, link: str) -> None:
    pressed = client.post(link)
    again = client.post(link)

    assert (pressed.url, again.url) == (link, link)
    assert client.get(link).context["is_stopped"] is True
    assert switches(learner) == (False, True)


def test_after_a_merge_it_stops_the_letters_of_the_account_that_is_kept(
    client: Client, learner: Learner, link: str
) -> None:
    kept = a_learner()
    Learner.objects.filter(pk=learner.pk).update(merged_into=kept)

    client.post(link)

    assert client.get(link).context["is_stopped"] is True
    assert switches(kept) == (False, True)


def test_a_mail_programs_own_button_works_without_cookies(learner: Learner, link: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert switches(learner) == (False, True)


def test_the_link_is_not_in_the_database(link: str) -> None:
    token = link.rstrip("/").rsplit("/", 1)[-1]

    assert len(token) >= 22  # 128 bits in base 64
    assert not UnsubscribeLink.objects.filter(token_hash__contains=token).exists()


@pytest.mark.parametrize("token", ["x", "A" * 22, "%00", "../../admin"], ids=["short", "unknown", "NUL", "path"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_link_is_not_found(client: Client, learner: Learner, link: str, token: str, method: str) -> None:
    answer = getattr(client, method)(reverse("learners:unsubscribe", args=["T"]).replace("T", token))

    assert answer.status_code == 404
    assert switches(learner) == (True, True)


def test_the_token_is_not_in_the_log(client: Client, link: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="portal.request"):
        client.get(link)
        client.get("/messages/stop/khong-phai/")

    said = str([record.msg for record in caplog.records])
    assert said.count("/messages/stop/***/") == 2
    assert link.split("/")[-2] not in said
