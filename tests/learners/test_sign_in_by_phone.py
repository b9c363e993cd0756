"""Signing in, or opening a new record, by a code in a text message to a Vietnamese mobile number."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.actions import message
from learners.choices import Channel, MessageState, Urgency
from learners.models import Learner, Message, SignInCode
from portal import mailbox
from tests.factories.people import NINH_KIEU, a_learner
from tests.learners.sign_in import another, ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84 912-345-678",
        "84912345678",
        "+84 (0) 912 345 678",
        "0084 912 345 678",
        "０９１２３４５６７８",
        " 0912\u00a0345\u00a0678 ",
    ],
)
def test_one_person_has_one_number_however_it_is_typed(client: Client, typed: str) -> None:
    learner = a_learner(phone=NUMBER)

    asked = ask_for_code(client, typed)
    entered = type_code(client, code_sent_to(NUMBER))

    assert asked.url == reverse("account_confirm_login_code")
    assert entered.url == reverse("dashboard")
    assert client.session["_auth_user_id"] == str(learner.pk)


def test_a_new_number_opens_a_record_without_any_address(client: Client) -> None:
    ask_for_code(client, "0912 345 678")
    entered = type_code(client, code_sent_to(NUMBER))
    shown = client.get(entered.url).content.decode()
    client.post(reverse("learners:sign_up"), {"full_name": "Trần Thị Sáu", "province": "92", "commune": NINH_KIEU})

    learner = Learner.objects.get(phone=NUMBER)
    assert "0912\u00a0345\u00a0678" in shown
    assert (learner.email, learner.full_name) == (None, "Trần Thị Sáu")
    assert learner.phone_verified_at is not None
    assert client.session["_auth_user_id"] == str(learner.pk)


def test_two_people_without_an_address_are_two_people(client: Client) -> None:
    """The column of addresses is unique: who has none has NULL, not an empty one."""
    for number in ("0912345678", "0387654321"):
        visitor = Client()
        ask_for_code(visitor, number)
        type_code(visitor, code_sent_to(f"+84{number[1:]}"))
        visitor.post(reverse("learners:sign_up"), {"full_name": "Trần Thị Sáu"})

    assert set(Learner.objects.values_list("phone", "email")) == {("+84912345678", None), ("+84387654321", None)}


NOT_MOBILE = {
    "no network": "0212345678",
    "landline": "024 3825 3531",
    "abroad": "+1 202 555 0100",
    "before 2018": "01234567890",
    "short": "091234567",
    "Arabic figures": "٠٩١٢٣٤٥٦٧٨",
    "100 kB": "0" * 100_000,
}
NO_NUMBER = {"emergency": "113", "a letter": "0912345678x", "NUL": "0912345678\x00"}


@pytest.mark.parametrize("typed", [*NOT_MOBILE.values(), *NO_NUMBER.values()], ids=[*NOT_MOBILE, *NO_NUMBER])
def test_what_no_code_can_be_sent_to_is_answered_at_the_field(client: Client, typed: str) -> None:
    page = ask_for_code(client, typed)

    [refusal] = page.context["form"].errors.as_data()["address"]
    assert page.status_code == 200
    assert (refusal.code == "not_mobile") is (typed in NOT_MOBILE.values())
    assert page.context["form"]["address"].value() == typed
    assert not SignInCode.objects.exists()


def test_the_code_goes_by_text_message_and_is_paid_for(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    ask_for_code(client, "0912345678")
    code = code_sent_to(NUMBER)
    message.deliver_due(now=timezone.now(), urgency=Urgency.URGENT)

    sent = Message.objects.get()
    [text] = mailbox.letters()
    assert (sent.channel, sent.state, sent.cost_dong) == (Channel.SMS, MessageState.SENT, rules.SMS.dong_per_part)
    assert "code" not in sent.data
    assert (text.recipient, code in text.text) == (NUMBER, True)


def test_a_code_leaves_at_night_too(client: Client) -> None:
    midnight = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)

    with time_machine.travel(midnight, tick=False):
        ask_for_code(client, "0912345678")

    assert Message.objects.get().due_at == midnight


def test_a_number_gets_five_codes_an_hour_and_ten_a_day(client: Client) -> None:
    """ASVS 6.3.1: what is documented in rules.CODES_PER_NUMBER is what happens."""
    now = timezone.now()
    answers = []
    for hour in range(3):
        with time_machine.travel(now + timedelta(hours=hour, minutes=hour)):
            answers.append([ask_for_code(client, "0912345678").status_code for _ in range(6)])

    assert answers == [[302] * 5 + [200], [302] * 5 + [200], [200] * 6]
    assert Message.objects.count() == 10


def test_the_portal_sends_so_many_texts_a_day(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 2.4.1: nobody can run up the bill."""
    import dataclasses  # noqa: PLC0415 -- for this test only

    monkeypatch.setattr(rules, "SMS", dataclasses.replace(rules.SMS, per_day_max=2, kept_for_known=0))
    for number in ("0912345671", "0912345672"):
        ask_for_code(client, number)

    refused = ask_for_code(client, "0912345673")
    by_letter = ask_for_code(client, "hoa@example.vn")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        next_day = ask_for_code(client, "0912345673")

    assert refused.status_code == 200
    assert refused.context["form"].errors["address"]
    assert (by_letter.status_code, next_day.status_code) == (302, 302)


def test_a_network_address_makes_sixty_texts_leave_in_ten_minutes(client: Client) -> None:
    for number in range(60):
        assert ask_for_code(client, f"09123456{number:02}").status_code == 302

    refused = ask_for_code(client, "0912345699")

    assert refused.status_code == 200
    assert refused.context["form"].errors["address"]
    assert Message.objects.count() == 60


def test_a_class_of_thirty_behind_one_router_signs_up_in_ten_minutes() -> None:
    """All at the teacher's word, within one minute: each mistypes the code once, and every third asks for another."""
    began = timezone.now()
    for number in range(30):
        with time_machine.travel(began + timedelta(seconds=number)):
            pupil, phone = Client(), f"+849123400{number:02}"
            ask_for_code(pupil, phone)
            type_code(pupil, another(code_sent_to(phone)))
            if number % 3 == 0:
                pupil.post(reverse("account_confirm_login_code"), {"again": "1"})
            type_code(pupil, code_sent_to(phone))
            opened = pupil.post(reverse("learners:sign_up"), {"full_name": "Lê Văn Hòa"})
            assert opened.url == reverse("dashboard"), number

    assert Learner.objects.filter(phone__startswith="+849123400").count() == 30


def test_five_wrong_guesses_end_a_code(client: Client) -> None:
    """ASVS 6.6.3: guesses are bounded on the code, whoever makes them."""
    a_learner(phone=NUMBER)
    ask_for_code(client, "0912345678")
    right = code_sent_to(NUMBER)

    pages = [type_code(client, another(right)) for _ in range(5)]
    after = type_code(client, right)

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 302]
    assert after.url == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_without_a_gateway_nobody_is_asked_for_a_number(client: Client, settings: Any) -> None:
    settings.SMS_GATEWAY = ""

    page = client.get(reverse("account_login"))
    refused = ask_for_code(client, "0912345678")

    assert page.context["form"]["address"].field.widget.input_type == "email"
    assert refused.context["form"].errors["address"]
    assert not Message.objects.exists()
