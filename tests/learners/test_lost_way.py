"""Whoever can read an address of theirs no more, and comes in by a card or an identity elsewhere, is not locked out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import lost_way as actions
from learners.choices import MessageKind
from learners.models import Learner, LostWay, Message
from learners.rules import LOST_WAY_HELD_BACK
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.lost_second_step import with_an_app
from tests.learners.lost_way import LOST, MAIL, NEW, PHONE, asked, asks, by_identity, by_own_card, proves
from tests.learners.sign_in import ask_for_code, code_sent_to, prove_again, type_code

pytestmark = pytest.mark.django_db
WAIT = "Việc này phải chờ"
CLOSE = "learners:close"


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


def told() -> list[str]:
    return sorted(Message.objects.filter(kind=MessageKind.WAY_LOST).values_list("address", flat=True))


def come_in(address: str) -> Client:
    client = Client()
    cache.clear()
    ask_for_code(client, address)
    type_code(client, code_sent_to(address))
    return client


def redeems(client: Client) -> bool:
    return client.get(reverse(CLOSE)).status_code == 200


@pytest.mark.parametrize("come", [by_identity, by_own_card])
def test_from_saying_so_to_proving_oneself_by_the_new_one(come, learner_client, time_machine):
    learner = a_learner(email=MAIL, phone=PHONE)
    client = come(learner)

    assert not redeems(client)
    assert client.get(reverse(LOST)).content.decode().count('name="way"') == len([MAIL, PHONE])
    asks(client)
    page = proves(client).content.decode()
    lost = LostWay.objects.get()

    assert "Bạn đã nhờ" in page
    assert told() == [PHONE, MAIL]
    learner.refresh_from_db()
    assert learner.email == MAIL
    assert actions.replace_due(now=NOW + timedelta(days=29)) == 0

    first, second = a_curator(), a_curator()
    confirm = reverse("admin:learners_lostway_confirm", args=[lost.pk])
    at_the_desk = learner_client(first)
    listed = at_the_desk.get(reverse("admin:learners_lostway_changelist")).content.decode()
    desk = at_the_desk.get(reverse("admin:learners_lostway_change", args=[lost.pk])).content.decode()
    for _press in range(2):
        at_the_desk.post(confirm)
    lost.refresh_from_db()
    assert learner.full_name not in listed
    assert learner.full_name in desk
    assert NEW not in desk
    assert (lost.vouched_by, lost.confirmed_by) == (first, None)
    later = NOW + timedelta(hours=1)
    time_machine.move_to(later, tick=False)
    learner_client(second).post(confirm)
    lost.refresh_from_db()
    assert (lost.confirmed_by, lost.due_at) == (second, later + timedelta(hours=72))
    assert told() == [PHONE, PHONE, MAIL, MAIL]

    assert actions.replace_due(now=lost.due_at - timedelta(seconds=1)) == 0
    time_machine.move_to(lost.due_at, tick=False)
    for replaced in (1, 0):
        assert actions.replace_due(now=lost.due_at) == replaced
    learner.refresh_from_db()
    assert (learner.email, learner.phone) == (NEW, PHONE)
    changed = Message.objects.filter(kind=MessageKind.WAY_CHANGED, data__what__icontains="ba mươi ngày")
    assert sorted(changed.values_list("address", flat=True)) == [PHONE, MAIL, NEW]
    assert client.get("/me/").status_code == 302  # every session has ended

    fresh = come_in(NEW)
    assert fresh.get("/me/").status_code == 200
    assert WAIT in fresh.get(reverse(CLOSE), follow=True).content.decode()
    time_machine.move_to(lost.due_at + LOST_WAY_HELD_BACK, tick=False)
    assert redeems(come_in(NEW))


def an_identity(learner: Learner) -> Client:
    return by_identity(learner)


def a_code_to_the_phone(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    prove_again(client, learner)
    return client


@pytest.mark.parametrize(
    ("has", "lost", "come"),
    [
        ({"email": MAIL, "phone": PHONE}, "email", a_code_to_the_phone),
        ({"email": MAIL, "phone": PHONE}, "phone", a_code_to_the_phone),  # by the mail, as well
        ({"email": MAIL}, "email", an_identity),
        ({"email": MAIL}, "email", by_own_card),
        ({"phone": PHONE}, "phone", by_own_card),
        ({"phone": PHONE}, "phone", an_identity),
    ],
)
@pytest.mark.parametrize("new", [NEW, "+84912345678"])
def test_nobody_is_locked_out_by_losing_one_of_two(
    has: dict[str, str], lost: str, come: Callable[[Learner], Client], new: str, time_machine
):
    learner = a_learner(**has)  # type: ignore[arg-type]
    if "email" not in has:
        Learner.objects.filter(pk=learner.pk).update(email=None, email_verified_at=None)
        learner.refresh_from_db()
    client = come(learner)
    if redeems(client):
        return
    asks(client, new, way=lost)
    proves(client, new)
    row = LostWay.objects.get()
    for _curator in range(2):
        row = actions.vouch(lost=row, curator=a_curator(), now=NOW)

    assert actions.replace_due(now=row.due_at) == 1
    learner.refresh_from_db()
    assert [way for way in (learner.email, learner.phone) if way] == [new]
    assert learner.has_card is (come is by_own_card)
    time_machine.move_to(row.due_at + LOST_WAY_HELD_BACK, tick=False)
    assert redeems(come_in(new))


def test_who_has_a_passkey_or_an_app_proves_by_that_and_needs_nobody():
    client = by_identity(with_an_app(phone=None))

    page = client.get(reverse("account_reauthenticate")).content.decode()

    assert reverse(LOST) not in page
    assert "ứng dụng" in page
    assert asks(client).status_code == 200  # the second step was not shown in this session
    assert not Message.objects.filter(address=NEW).exists()


def test_a_card_and_an_app_is_not_locked_out_either():
    learner = with_an_app(phone=None)
    client = by_identity(learner)
    session = client.session
    session["account_authentication_methods"] += [{"method": "mfa", "at": NOW.timestamp(), "type": "totp"}]
    session.save()

    asks(client)
    proves(client)

    assert LostWay.objects.get().new_address == NEW
    assert Authenticator.objects.filter(user=learner).exists()


def test_the_page_that_asks_again_says_where_to_go():
    learner = a_learner(email=MAIL)
    typed = Client()
    typed.force_login(learner)

    assert reverse(LOST) in by_identity(learner).get(reverse("account_reauthenticate")).content.decode()
    assert reverse(LOST) not in typed.get(reverse("account_reauthenticate")).content.decode()
    card = by_own_card(learner)
    assert reverse(LOST) in card.get(reverse("learners:card")).content.decode()
    assert reverse(LOST) in card.get(reverse(CLOSE)).content.decode()


def test_who_came_in_by_an_address_or_by_one_that_is_held_says_nothing_here():
    learner = a_learner(email=MAIL)
    typed, held = Client(), by_identity(learner)
    typed.force_login(learner)
    prove_again(typed, learner)
    session = held.session
    session["held"] = True
    session.save()

    for client in (typed, held, Client()):
        asks(client)
    assert not Message.objects.filter(address=NEW).exists()


def test_a_code_for_this_is_worth_nothing_where_ways_are_changed():
    learner = a_learner(email=MAIL)
    client = by_identity(learner)
    asks(client)
    session = client.session
    session["new_way"] = session["lost_way"]
    session.save()

    client.post(reverse("learners:way_code"), {"code": code_sent_to(NEW)})

    learner.refresh_from_db()
    assert learner.email == MAIL


def test_somebody_elses_address_is_told_of_only_after_the_code():
    a_learner(email="lan@example.vn")
    client, other = by_identity(a_learner(email=MAIL)), by_identity(a_learner(email="tam@example.vn"))

    known, unknown = asks(client, "lan@example.vn"), asks(other, "khong@example.vn")
    pages = [each.get(known.url).content.decode() for each in (client, other)]
    after = proves(client, "lan@example.vn").content.decode()

    assert known.url == unknown.url == reverse("learners:way_lost_code")
    assert "sổ khác" not in pages[0] + pages[1]
    assert pages[0].count("<form") == pages[1].count("<form")
    assert "sổ khác" in after
    assert not LostWay.objects.exists()


def test_what_opens_the_record_already_takes_no_place():
    learner = a_learner(email=MAIL, phone=PHONE)

    with pytest.raises(actions.UnableToReplace):
        asked(learner, address=PHONE)
    with pytest.raises(actions.UnableToReplace):
        asked(learner, address="+84912345678")  # another number would go that nobody has named
    with pytest.raises(actions.UnableToReplace):
        asked(learner, lost="lan@example.vn")
    assert asked(learner) == asked(learner, address="khac@example.vn")
