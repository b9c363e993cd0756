"""How I sign in: ways are added, changed and removed; each is proved, everybody there is told, the last one stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.actions import ways
from learners.choices import MessageKind, Way
from learners.models import Learner, Message, SignInCode
from tests.factories.people import NOW, a_learner
from tests.learners.sign_in import another, ask_for_code, code_sent_to, prove_again, type_code

pytestmark = pytest.mark.django_db
NUMBER, TYPED, SHOWN = "+84912345678", "0912 345 678", "0912\u00a0345\u00a0678"
NEW = "moi@example.vn"


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.fixture
def learner(client: Client) -> Learner:
    learner = a_learner(email="cu@example.vn")
    client.force_login(learner)
    prove_again(client, learner)
    return learner


def ask_for_way(client: Client, way: Way, address: str) -> Any:
    return client.post(reverse("learners:way_new", args=[way]), {"address": address})


def prove_way(client: Client, code: str) -> Any:
    return client.post(reverse("learners:way_code"), {"code": code})


def told() -> list[str]:
    about_ways = [MessageKind.WAY_CHANGED, MessageKind.WAY_GONE]
    return sorted(Message.objects.filter(kind__in=about_ways).values_list("address", flat=True))


def test_a_number_is_added_and_opens_the_record(client: Client, learner: Learner) -> None:
    ask_for_way(client, Way.PHONE, TYPED)
    prove_way(client, code_sent_to(NUMBER))
    elsewhere = Client()
    ask_for_code(elsewhere, TYPED)
    type_code(elsewhere, code_sent_to(NUMBER))

    learner.refresh_from_db()
    assert (learner.email, learner.phone) == ("cu@example.vn", NUMBER)
    assert learner.phone_verified_at is not None
    assert elsewhere.session["_auth_user_id"] == str(learner.pk)
    assert told() == ["cu@example.vn"]


def test_a_message_that_is_late_is_sent_again_or_the_number_changed(client: Client, learner: Learner) -> None:
    ask_for_way(client, Way.PHONE, TYPED)
    late = code_sent_to(NUMBER)

    page = client.get(reverse("learners:way_code")).content.decode()
    again = client.post(reverse("learners:way_code"), {"again": "1"})
    prove_way(client, code_sent_to(NUMBER))

    learner.refresh_from_db()
    assert 'name="again"' in page
    assert reverse("learners:way_new", args=["phone"]) in page
    assert "Mã này chỉ nhập ở đây." in page
    assert again.url == reverse("learners:way_code")
    assert code_sent_to(NUMBER) != late
    assert learner.phone == NUMBER


def test_an_address_is_changed_and_the_old_one_is_told(client: Client, learner: Learner) -> None:
    """ASVS 6.3.7: whoever could read the old address hears of it there, without learning the new one."""
    ask_for_way(client, Way.EMAIL, " Moi@Example.VN ")
    unchanged_until_proved = Learner.objects.get(pk=learner.pk).email
    prove_way(client, code_sent_to(NEW))

    learner.refresh_from_db()
    letter = Message.objects.get(kind=MessageKind.WAY_GONE)
    assert unchanged_until_proved == "cu@example.vn"
    assert learner.email == NEW
    assert letter.address == "cu@example.vn"
    assert NEW not in str(letter.data)
    assert told() == ["cu@example.vn"]
    assert "c…@example.vn" in letter.data["what"]


def test_what_is_weak_about_text_messages_is_said_where_a_number_is_added(client: Client, learner: Learner) -> None:
    """ASVS 6.6.1."""
    number, address = (
        client.get(reverse("learners:way_new", args=[way])).content.decode() for way in ("phone", "email")
    )

    assert "thẻ SIM" in number
    assert "thẻ SIM" not in address


def test_a_number_is_removed_and_opens_nothing_any_more(client: Client, learner: Learner) -> None:
    Learner.objects.filter(pk=learner.pk).update(phone=NUMBER)

    asked = client.get(reverse("learners:way_remove", args=["phone"]))
    client.post(reverse("learners:way_remove", args=["phone"]))
    stranger = Client()
    ask_for_code(stranger, TYPED)
    then = type_code(stranger, code_sent_to(NUMBER))

    learner.refresh_from_db()
    assert SHOWN in asked.content.decode()
    assert (learner.email, learner.phone, learner.phone_verified_at) == ("cu@example.vn", None, None)
    assert told() == [NUMBER, "cu@example.vn"]
    assert then.url == reverse("learners:sign_up")


def test_where_no_text_leaves_a_number_is_no_way_that_stays(client: Client, learner: Learner, settings: Any) -> None:
    Learner.objects.filter(pk=learner.pk).update(phone="+84912345678", phone_verified_at=timezone.now())
    settings.SMS_GATEWAY = ""
    prove_again(client, learner)

    page = client.get(reverse("learners:ways")).context["rows"]
    client.post(reverse("learners:way_remove", args=["email"]))

    learner.refresh_from_db()
    assert [(row["kind"], row["is_last"]) for row in page] == [("email", True), ("phone", False)]
    assert learner.email


def test_the_last_way_stays(client: Client, learner: Learner) -> None:
    page = client.get(reverse("learners:ways")).content.decode()
    asked = client.get(reverse("learners:way_remove", args=["email"]))
    client.post(reverse("learners:way_remove", args=["email"]))

    assert asked.url == reverse("learners:ways")  # nothing is promised that is refused then
    learner.refresh_from_db()
    assert learner.email == "cu@example.vn"
    assert reverse("learners:way_remove", args=["email"]) not in page
    assert told() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Learner.objects.filter(pk=learner.pk).update(email=None)


def test_an_address_of_another_record_stays_with_it(client: Client, learner: Learner) -> None:
    """Nothing tells until the code was right: then whoever typed it owns both."""
    other = a_learner(email=NEW)

    asked = ask_for_way(client, Way.EMAIL, NEW)
    unknown = ask_for_way(client, Way.EMAIL, "nobody@example.vn")
    ask_for_way(client, Way.EMAIL, NEW)
    prove_way(client, code_sent_to(NEW))

    learner.refresh_from_db()
    other.refresh_from_db()
    assert (asked.status_code, asked.url) == (unknown.status_code, unknown.url)
    assert (learner.email, other.email) == ("cu@example.vn", NEW)
    assert told() == []


def test_a_wrong_code_changes_nothing(client: Client, learner: Learner) -> None:
    ask_for_way(client, Way.EMAIL, NEW)
    right = code_sent_to(NEW)

    pages = [prove_way(client, another(right)) for _ in range(5)]
    after = prove_way(client, right)

    learner.refresh_from_db()
    assert [page.status_code for page in pages] == [200] * 4 + [302]
    assert after.url == reverse("learners:ways")
    assert learner.email == "cu@example.vn"


def test_a_code_for_one_purpose_is_worth_nothing_for_another(client: Client, learner: Learner) -> None:
    """ASVS 6.6.2: who talks somebody out of a sign-in code cannot take their record over with it, nor the reverse."""
    ask_for_way(client, Way.EMAIL, NEW)
    waiting = dict(client.session)["new_way"]
    stranger = Client()
    session = stranger.session
    session["sign_in"] = waiting
    session.save()

    signed_in = type_code(stranger, code_sent_to(NEW))

    assert signed_in.url == reverse("account_login")
    assert "_auth_user_id" not in stranger.session
    assert SignInCode.objects.get().guesses == 0


def test_a_code_belongs_to_who_asked_for_it(client: Client, learner: Learner) -> None:
    ask_for_way(client, Way.EMAIL, NEW)
    waiting = dict(client.session)["new_way"]
    other = a_learner()
    thief = Client()
    thief.force_login(other)
    session = thief.session
    session["new_way"] = waiting
    session.save()

    prove_way(thief, code_sent_to(NEW))

    other.refresh_from_db()
    assert other.email != NEW


def test_a_change_needs_a_fresh_proof(client: Client, learner: Learner) -> None:
    """ASVS 7.5.1: a session left open changes no way of signing in."""
    address = reverse("learners:way_new", args=["email"])
    with time_machine.travel(timezone.now() + rules.PROOF_FRESH + timedelta(seconds=1)):
        answers = [
            client.get(address),
            client.post(address, {"address": NEW}),
            client.post(reverse("learners:way_remove", args=["email"])),
        ]

    assert [answer.url.split("?")[0] for answer in answers] == [reverse("account_reauthenticate")] * 3
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize(
    ("way", "typed"), [("email", ""), ("email", TYPED), ("phone", NEW), ("phone", "0243 825 3531")]
)
def test_what_is_none_is_answered_at_the_field(client: Client, learner: Learner, way: Way, typed: str) -> None:
    page = ask_for_way(client, way, typed)

    assert page.status_code == 200
    assert page.context["form"].errors["address"]
    assert page.context["form"]["address"].value() == typed
    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("way", ["card", "password", "id"])
def test_there_is_no_other_way(client: Client, learner: Learner, way: str) -> None:
    assert client.get(reverse("learners:way_new", args=[way])).status_code == 404


def test_a_person_makes_ten_codes_leave_an_hour(client: Client, learner: Learner) -> None:
    """ASVS 2.4.1: nobody writes to the whole country from one account."""
    answers = [ask_for_way(client, Way.EMAIL, f"n{number}@example.vn").status_code for number in range(11)]

    assert answers == [302] * 10 + [200]


def test_the_same_again_changes_and_tells_nothing() -> None:
    learner = a_learner(email="cu@example.vn")

    first = ways.use(learner=learner, address=NUMBER, now=NOW)
    second = ways.use(learner=learner, address=NUMBER, now=NOW)
    ways.remove(learner=learner, way=Way.PHONE, now=NOW + timedelta(minutes=1))
    ways.remove(learner=learner, way=Way.PHONE, now=NOW + timedelta(minutes=2))

    assert first == second
    assert told() == [NUMBER, "cu@example.vn", "cu@example.vn"]
