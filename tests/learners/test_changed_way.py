"""A way is taken off on one's own page: the old one is sent a link that holds the record, and puts nothing back."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions import changed_way as actions
from learners.actions import erasure, lost_way, retention, ways
from learners.channels.sms import parts
from learners.choices import MessageKind, Way
from learners.emails import text_message
from learners.models import ChangedWay, Learner, LostWay, Message
from learners.queries import changed_way as queries
from learners.rules import (
    CHANGED_WAY_HELD_BACK,
    CHANGED_WAY_KEPT,
    CHANGED_WAY_OBJECTED_WITHIN,
    LOST_WAY_WAITS,
    SIGN_IN_POSTS_PER_IP,
)
from tests.factories.changed_way import link_sent_to
from tests.factories.ledger import a_merge
from tests.factories.people import NOW, a_learner
from tests.learners.changed_way import (
    BEFORE,
    DAY,
    NEW,
    NUMBER,
    OLD,
    addresses_of,
    confirmed,
    is_signed_in,
    objected,
    replaced,
    signed_in,
)
from tests.learners.lost_way import by_identity
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return a_learner(email=OLD, phone=NUMBER)


def told(kind: MessageKind) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("address", flat=True))


# The link


def test_the_old_address_alone_is_sent_a_link_on_ones_own_page(learner: Learner, time_machine):
    client = signed_in(learner)
    client.post(reverse("learners:way_new", args=["email"]), {"address": NEW})
    client.post(reverse("learners:way_code"), {"code": code_sent_to(NEW)})
    time_machine.shift(60)
    client.post(reverse("learners:way_remove", args=["phone"]))

    assert addresses_of(learner) == (NEW, None)
    assert told(MessageKind.WAY_GONE) == [NUMBER, OLD]
    assert told(MessageKind.WAY_CHANGED) == [NUMBER, NEW]  # of the other's change
    letter = Message.objects.get(kind=MessageKind.WAY_GONE, address=OLD)
    assert NEW not in str(letter.data)
    assert "28/11/2026" in letter.data["until"]


def test_the_link_is_kept_as_a_hash(learner: Learner):
    token = replaced(learner).rstrip("/").rsplit("/", 1)[-1]

    row = ChangedWay.objects.get()
    assert token not in (row.link_hash, row.address)
    assert queries.by_token(token) == row
    assert queries.by_token(row.link_hash) is None


def test_opening_changes_nothing_and_says_nothing_of_whose_it_is(learner: Learner):
    before, client = signed_in(learner), Client()
    page = client.get(replaced(learner)).content.decode()

    assert "tạm khóa sổ của tôi" in page
    assert not any(said in page for said in (OLD, NEW, NUMBER, learner.full_name))
    assert ChangedWay.objects.get().objected_at is None
    assert is_signed_in(before)


def test_the_button_holds_signs_out_tells_and_asks_and_puts_nothing_back(learner: Learner):
    attacker = signed_in(learner)
    link, stranger = replaced(learner), Client()

    page = stranger.post(link, follow=True).content.decode()
    for _again in range(2):
        stranger.post(link)

    assert addresses_of(learner) == (NEW, NUMBER)
    assert not is_signed_in(attacker)
    assert "_auth_user_id" not in stranger.session
    assert told(MessageKind.WAY_LOST) == [NUMBER, NEW]
    row = LostWay.objects.get()
    assert (row.is_objection, row.address, row.new_address, row.confirmed_at) == (True, "", OLD, None)
    assert "Đã tạm khóa" in page
    assert not any(said in page for said in (OLD, NEW, NUMBER, learner.full_name))


def test_while_it_is_held_nobody_spends_or_changes_a_way(learner: Learner, time_machine):
    objected(learner)
    client = Client()
    ask_for_code(client, NEW)
    type_code(client, code_sent_to(NEW))

    refused = client.get(reverse("learners:way_new", args=["email"]), follow=True).content.decode()
    assert "Việc này phải chờ" in refused
    assert "c…@example.vn" in refused
    assert is_signed_in(client)  # and goes on learning
    learner.refresh_from_db()
    assert not by_identity(learner).get(reverse("learners:way_lost")).context["known"]

    time_machine.move_to(NOW + CHANGED_WAY_HELD_BACK, tick=False)
    client = signed_in(learner)
    assert client.get(reverse("learners:way_new", args=["email"])).status_code == 200


def test_a_number_that_was_lost_opens_nothing_for_who_has_it_now(learner: Learner):
    """The link is the only thing the stranger has; whose record it is stops what it asked."""
    actions.remove(learner=learner, way=Way.PHONE, now=BEFORE)
    stranger = Client()
    stranger.post(link_sent_to(NUMBER))
    row = LostWay.objects.get()
    assert (row.address, row.new_address) == ("", NUMBER)

    stop = Message.objects.get(kind=MessageKind.WAY_LOST, address=OLD).data["stop_link"]
    assert "Chính tôi đã bỏ" in Client().get(stop).content.decode()
    Client().post(stop)
    stranger.post(link_sent_to(NUMBER))

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS + DAY) == 0
    assert addresses_of(learner) == (OLD, None)
    assert LostWay.objects.get().stopped_at == NOW


@pytest.mark.parametrize("what", ["late", "back", "closed"])
def test_a_link_that_is_over_holds_nothing(learner: Learner, time_machine, what: str):
    link = replaced(learner)
    if what == "late":
        time_machine.move_to(NOW + CHANGED_WAY_OBJECTED_WITHIN, tick=False)
    elif what == "back":
        ways.use(learner=learner, address=OLD, now=NOW)
    else:
        Learner.objects.filter(pk=learner.pk).update(closed_at=NOW, is_active=False)

    page = Client().post(link, follow=True).content.decode()

    assert "Liên kết này đã hết hạn" in page
    assert ChangedWay.objects.get().objected_at is None
    assert not LostWay.objects.exists()


def test_guesses_are_no_link_and_are_bounded(learner: Learner):
    link = replaced(learner)
    client, times = Client(), SIGN_IN_POSTS_PER_IP.times
    answers = [client.post(link.rstrip("/")[:-3] + f"{number:03}/").status_code for number in range(times + 1)]

    assert answers[0] == 404
    assert answers[-1] == 429
    assert not LostWay.objects.exists()


# Bringing it back


def test_two_curators_bring_it_back_in_the_place_of_the_other(learner: Learner):
    row = confirmed(objected(learner))
    client = Client()
    ask_for_code(client, NEW)
    type_code(client, code_sent_to(NEW))  # whoever reads the new one does not stop it by signing in

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 1

    row.refresh_from_db()
    assert row.done_at is not None
    assert addresses_of(learner) == (OLD, NUMBER)
    assert not is_signed_in(client)


def test_two_curators_bring_back_what_was_removed(learner: Learner):
    actions.remove(learner=learner, way=Way.PHONE, now=BEFORE)
    Client().post(link_sent_to(NUMBER))
    confirmed(LostWay.objects.get())

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 1

    assert addresses_of(learner) == (OLD, NUMBER)
    said = Message.objects.filter(kind=MessageKind.WAY_CHANGED, address=NUMBER).latest("pk").data["what"]
    assert "lại mở sổ của bạn" in said


def test_what_has_been_filled_meanwhile_stays(learner: Learner):
    actions.remove(learner=learner, way=Way.PHONE, now=BEFORE)
    Client().post(link_sent_to(NUMBER))
    confirmed(LostWay.objects.get())
    Learner.objects.filter(pk=learner.pk).update(phone="+84987000111")

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 0
    assert addresses_of(learner) == (OLD, "+84987000111")


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_opens_another_record_by_now_stays_there(learner: Learner, when: str):
    link = replaced(learner)
    if when == "before":
        other = a_learner(email=OLD)
        Client().post(link)
        assert not LostWay.objects.exists()
        assert queries.objected_lately(learner, now=NOW) is not None
        assert told(MessageKind.WAY_CHANGED).count(NEW) == 1
    else:
        Client().post(link)
        other = a_learner(email=OLD)
        confirmed(LostWay.objects.get())
        assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 0

    other.refresh_from_db()
    assert (other.email, addresses_of(learner)) == (OLD, (NEW, NUMBER))


# With a merge, and in time


def test_what_stood_with_a_joined_account_objects_too(learner: Learner, time_machine):
    merged = a_learner(email="gop@example.vn")
    a_merge(learner, merged)
    client = signed_in(learner)
    client.post(reverse("learners:joined_way_remove", args=["email", merged.public_id]))

    time_machine.shift(60)
    Client().post(link_sent_to("gop@example.vn"))

    assert not is_signed_in(client)
    assert queries.objected_lately(merged, now=NOW) == queries.objected_lately(learner, now=NOW) is not None
    confirmed(LostWay.objects.get(), now=NOW + DAY)
    assert lost_way.replace_due(now=NOW + DAY + LOST_WAY_WAITS) == 1
    assert addresses_of(learner) == (OLD, NUMBER)  # untouched
    assert addresses_of(merged) == ("gop@example.vn", None)


def test_what_staff_or_curators_take_off_has_no_such_link(learner: Learner):
    confirmed(lost_way.ask(learner=learner, lost=OLD, address=NEW, now=NOW))
    lost_way.replace_due(now=NOW + LOST_WAY_WAITS)

    assert addresses_of(learner) == (NEW, NUMBER)
    assert not ChangedWay.objects.exists()


def test_it_is_forgotten_in_time_and_by_an_erasure(learner: Learner):
    objected(learner)
    other = a_learner(email="lan@example.vn")
    actions.use(learner=other, address="lan.moi@example.vn", now=BEFORE)

    retention.carry_out(now=BEFORE + CHANGED_WAY_KEPT)
    assert ChangedWay.objects.count() == 2
    with transaction.atomic():
        erasure.erase(learner=other, now=NOW)
    assert ChangedWay.objects.get().learner == learner
    retention.carry_out(now=NOW + CHANGED_WAY_KEPT + DAY)
    assert not ChangedWay.objects.exists()


def test_the_database_refuses_what_cannot_be(learner: Learner):
    row = objected(learner)
    changed = ChangedWay.objects.get()
    for impossible, name in [
        ({"address": "", "objected_at": None}, "changed_way_says_which"),
        ({"objected_at": NOW - DAY}, "changed_way_objected_after"),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ChangedWay.objects.filter(pk=changed.pk).update(**impossible)
    with pytest.raises(IntegrityError, match="lost_way_known_while_open"), transaction.atomic():
        LostWay.objects.filter(pk=row.pk).update(new_address="")


def test_the_text_message_is_short(learner: Learner):
    actions.remove(learner=learner, way=Way.PHONE, now=BEFORE)

    assert parts(text_message(Message.objects.get(kind=MessageKind.WAY_GONE, address=NUMBER))) <= 3
