"""A form sent when the proof of who is there is too old: what was typed is there again after proving it anew."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners import rules
from learners.levels import KEPT_FORM
from learners.models import Learner, Mandate
from tests.factories.people import NOW, a_learner, an_organization
from tests.learners.sign_in import code_sent_to, prove_again

pytestmark = pytest.mark.django_db
MAIL = "hoa@example.vn"
SAID = {"helper_words": "con gái, Hồng", "acts": ["SEE"], "days": "30"}
HELPERS = "learners:helpers"


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return a_learner(email=MAIL)


@pytest.fixture
def client_(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def proves_on_the_way(client: Client, answer: Any) -> Any:
    """Follow to where a code is asked for, type it, and follow back."""
    client.post(answer.url, {"way": "email", "next": answer.url.split("next=")[-1]})
    return client.post(reverse("account_again_code"), {"code": code_sent_to(MAIL)}, follow=True)


def test_a_mandate_that_was_filled_in_is_there_again_and_made_by_one_more_press(client_: Client):
    refused = client_.post(reverse(HELPERS), SAID)
    asked = client_.get(refused.url).content.decode()
    back = proves_on_the_way(client_, refused)

    assert "vẫn được giữ lại" in asked
    assert back.request["PATH_INFO"] == reverse(HELPERS)
    assert not Mandate.objects.exists()
    form = back.context["form"]
    assert form["helper_words"].value() == "con gái, Hồng"
    assert form["acts"].value() == ["SEE"]
    assert form["days"].value() == "30"
    assert 'value="con gái, Hồng"' in back.content.decode()

    client_.post(reverse(HELPERS), SAID)
    assert Mandate.objects.get().helper_words == "con gái, Hồng"
    assert KEPT_FORM not in client_.session
    assert client_.get(reverse(HELPERS)).context["form"]["helper_words"].value() is None


def test_no_tick_stays_no_tick(client_: Client, learner: Learner):
    client_.post(reverse(HELPERS), {**SAID, "acts": []})
    prove_again(client_, learner)

    assert client_.get(reverse(HELPERS)).context["form"]["acts"].value() == []


def test_an_address_to_be_added_is_there_again(client_: Client, learner: Learner):
    page = reverse("learners:way_new", args=["phone"])
    client_.post(page, {"address": "0912 345 678"})
    prove_again(client_, learner)

    assert 'value="0912 345 678"' in client_.get(page).content.decode()
    assert "0912 345 678" not in client_.get(reverse("learners:way_new", args=["email"])).content.decode()


def test_an_invitation_to_work_is_there_again():
    manager = a_learner(email=MAIL)
    page = reverse("learners:staff", args=[an_organization(manager=manager).public_id])
    client = Client()
    client.force_login(manager)
    client.post(page, {"role": "VOLUNTEER", "for_words": "cô Ba"})
    prove_again(client, manager)

    form = client.get(page).context["form"]
    assert (form["role"].value(), form["for_words"].value()) == ("VOLUNTEER", "cô Ba")


def test_no_secret_and_nothing_else_is_kept(client_: Client, learner: Learner):
    client_.post(reverse("learners:card"), {"pin": "4711", "pin_again": "4711"})
    client_.post(reverse("learners:staff_join"), {"code": "K7MP-3QXD"})
    assert KEPT_FORM not in client_.session

    client_.post(reverse(HELPERS), {**SAID, "once": "x", "csrfmiddlewaretoken": "y", "code": "123456"})
    assert set(client_.session[KEPT_FORM]["said"]) == {"helper_words", "acts", "days"}


def test_what_is_longer_than_a_form_is_not_kept(client_: Client):
    client_.post(reverse(HELPERS), {**SAID, "helper_words": "a" * rules.KEPT_FORM_LENGTH_MAX})

    assert KEPT_FORM not in client_.session


def test_after_a_while_and_for_somebody_else_it_is_gone(client_: Client, learner: Learner, time_machine):
    client_.post(reverse(HELPERS), SAID)
    time_machine.shift(rules.KEPT_FORM_FOR + timedelta(seconds=1))
    prove_again(client_, learner)
    late = client_.get(reverse(HELPERS)).context["form"]
    is_there = KEPT_FORM in client_.session
    client_.post(reverse("account_logout"))
    other = a_learner()
    client_.force_login(other)
    prove_again(client_, other)

    assert late["helper_words"].value() is None
    assert not is_there
    assert client_.get(reverse(HELPERS)).context["form"]["helper_words"].value() is None
