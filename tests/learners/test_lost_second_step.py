"""Whoever has lost the app and the recovery codes: they ask, two curators say so, three days pass; or it is stopped."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions import erasure
from learners.actions import lost_second_step as actions
from learners.choices import MessageKind
from learners.models import Learner, LostSecondStep, Message
from learners.rules import SECOND_STEP_ASKED_FOR, SECOND_STEP_HELD_BACK, SECOND_STEP_WAITS
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.lost_second_step import (
    MAIL,
    PHONE,
    a_passkey,
    confirmed,
    has_second_step,
    with_an_app,
)
from tests.learners.sign_in import ask_for_code, code_sent_to, shown_by_the_app, type_code

pytestmark = pytest.mark.django_db
LOST = "account_second_step_lost"


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


def after_the_first_step(address: str = MAIL) -> Client:
    client = Client()
    ask_for_code(client, address)
    assert type_code(client, code_sent_to(address)).url == reverse("mfa_authenticate")
    return client


def set_up_anew(client: Client) -> None:
    """Set up an app; allauth tells of it once it is committed, and only then the session has shown it."""
    address = reverse("mfa_activate_totp")
    client.post(address, {"code": shown_by_the_app(client.get(address).context["form"].secret)})


def letters() -> set[str]:
    return set(Message.objects.filter(kind=MessageKind.SECOND_STEP_LOST).values_list("address", flat=True))


def test_from_the_second_step_to_coming_in_by_the_code_alone(learner_client, time_machine):
    learner = with_an_app()
    asking = after_the_first_step()

    assert reverse(LOST) in asking.get(reverse("mfa_authenticate")).content.decode()
    page = asking.post(reverse(LOST), follow=True).content.decode()
    asking.post(reverse(LOST))
    lost = LostSecondStep.objects.get()

    assert "Bạn đã nhờ" in page
    assert letters() == {MAIL, PHONE}
    first, second = a_curator(), a_curator()
    desk = reverse("admin:learners_lostsecondstep_change", args=[lost.pk])
    confirm = reverse("admin:learners_lostsecondstep_confirm", args=[lost.pk])
    at_the_desk = learner_client(first)
    assert (
        learner.full_name not in at_the_desk.get(reverse("admin:learners_lostsecondstep_changelist")).content.decode()
    )
    assert learner.full_name in at_the_desk.get(desk).content.decode()
    for _press in range(2):
        at_the_desk.post(confirm)
    lost.refresh_from_db()
    assert (lost.vouched_by, lost.confirmed_by) == (first, None)
    later = NOW + timedelta(hours=1)
    time_machine.move_to(later, tick=False)
    learner_client(second).post(confirm)
    lost.refresh_from_db()
    assert (lost.confirmed_by, lost.due_at) == (second, later + timedelta(hours=72))
    assert Message.objects.filter(kind=MessageKind.SECOND_STEP_LOST).count() == 4

    assert actions.take_off_due(now=lost.due_at - timedelta(seconds=1)) == 0
    assert has_second_step(learner)
    for taken_off in (1, 0):
        assert actions.take_off_due(now=lost.due_at) == taken_off
    assert not has_second_step(learner)
    assert Message.objects.filter(kind=MessageKind.WAY_CHANGED, address=MAIL, data__what__startswith="bước thứ hai")

    time_machine.move_to(lost.due_at + timedelta(hours=1), tick=False)
    client = Client()
    ask_for_code(client, MAIL)
    assert type_code(client, code_sent_to(MAIL)).url == reverse("dashboard")


@pytest.mark.django_db(transaction=True)
def test_for_thirty_days_nothing_is_spent_and_a_new_second_step_is_set_up(time_machine):
    time_machine.move_to(NOW, tick=True)  # it ticks: each letter has a moment of its own
    lost = confirmed(with_an_app())
    actions.take_off_due(now=lost.due_at)
    now = lost.due_at + timedelta(hours=1)
    time_machine.move_to(now, tick=False)
    client = Client()
    ask_for_code(client, MAIL)
    type_code(client, code_sent_to(MAIL))
    closing = reverse("learners:close")

    refused = client.post(closing, follow=True).content.decode()
    set_up_anew(client)

    assert "Việc này phải chờ" in refused
    assert has_second_step(lost.learner)
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    still = client.post(closing, follow=True).content.decode()
    assert "Việc này phải chờ" in still
    time_machine.move_to(lost.due_at + SECOND_STEP_HELD_BACK, tick=False)
    assert "Việc này phải chờ" not in client.post(closing, follow=True).content.decode()


def test_sessions_that_were_open_end_with_it(learner_client):
    learner = with_an_app()
    client = learner_client(learner)
    lost = confirmed(learner)

    assert client.get("/me/data/").status_code == 200
    actions.take_off_due(now=lost.due_at)

    assert client.get("/me/data/").status_code == 302


@pytest.mark.parametrize("when", ["asked", "first", "confirmed"])
def test_the_link_of_any_letter_stops_it(client: Client, when: str):
    learner = with_an_app()
    lost = actions.ask(learner=learner, now=NOW)
    for _curator in range(["asked", "first", "confirmed"].index(when)):
        lost = actions.vouch(lost=lost, curator=a_curator(), now=NOW)
    link = Message.objects.filter(kind=MessageKind.SECOND_STEP_LOST).latest("pk").data["stop_link"]

    opened = client.get(link).content.decode()
    lost.refresh_from_db()
    assert lost.stopped_at is None
    for _press in range(2):
        page = client.post(link, follow=True).content.decode()

    assert learner.full_name not in opened + page
    assert "Đã dừng" in page
    assert "đổi mật khẩu" in page
    for over in (client.get(link), client.get(link, {"unheard": "of"})):  # by use, or lapsed: nobody reads their mail
        assert "Việc này đã kết thúc" in over.content.decode()
        assert "đổi mật khẩu" not in over.content.decode()
    assert actions.take_off_due(now=NOW + SECOND_STEP_WAITS) == 0
    assert has_second_step(learner)
    with pytest.raises(actions.UnableToTakeOff):
        actions.vouch(lost=lost, curator=a_curator(), now=NOW)
    assert actions.ask(learner=learner, now=NOW) != lost


def test_what_is_used_after_all_was_not_lost():
    learner = with_an_app()
    lost = confirmed(learner)
    Authenticator.objects.filter(user=learner, type=Authenticator.Type.TOTP).update(
        last_used_at=NOW + timedelta(minutes=1)
    )

    assert actions.take_off_due(now=lost.due_at) == 0
    lost.refresh_from_db()
    assert (lost.stopped_at, has_second_step(learner)) == (lost.due_at, True)


def test_coming_in_by_the_app_is_using_it(time_machine):
    learner = with_an_app()
    client = after_the_first_step()
    lost = confirmed(learner)
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    app = learner.authenticator_set.get(type=Authenticator.Type.TOTP)

    client.post(reverse("mfa_authenticate"), {"code": shown_by_the_app(decrypt(app.data["secret"]))})

    assert client.get("/me/data/").status_code == 200
    assert actions.take_off_due(now=lost.due_at) == 0
    assert has_second_step(learner)


def test_one_curator_is_not_two_and_nobody_is_their_own():
    curator = with_an_app(is_staff=True, is_superuser=True)
    lost, first = actions.ask(learner=curator, now=NOW), a_curator()

    for actor in (curator, a_learner()):
        with pytest.raises(actions.UnableToTakeOff):
            actions.vouch(lost=lost, curator=actor, now=NOW)
    actions.vouch(lost=lost, curator=first, now=NOW)
    with pytest.raises(actions.OneOfTwo):
        actions.vouch(lost=lost, curator=first, now=NOW)
    with pytest.raises(IntegrityError, match="lost_step_second_is_another"), transaction.atomic():
        LostSecondStep.objects.update(confirmed_at=NOW, confirmed_by=first, due_at=NOW + SECOND_STEP_WAITS)
    with pytest.raises(IntegrityError, match="lost_step_waits"), transaction.atomic():
        LostSecondStep.objects.update(done_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_curator_comes_back_by_setting_up_a_new_one(time_machine, settings):
    time_machine.move_to(NOW, tick=True)  # it ticks: each letter has a moment of its own
    settings.DESK_SECOND_STEP = True
    curator = with_an_app(is_staff=True, is_superuser=True)
    lost = confirmed(curator)
    actions.take_off_due(now=lost.due_at)
    time_machine.move_to(lost.due_at + timedelta(hours=1), tick=False)
    client = Client()
    ask_for_code(client, MAIL)
    type_code(client, code_sent_to(MAIL))

    sent_on = client.get(reverse("admin:index"))
    set_up_anew(client)

    assert sent_on.url == reverse("mfa_index")
    assert client.get(reverse("admin:index")).status_code == 200


def test_nobody_asks_who_has_not_typed_a_code_just_now(learner_client):
    learner = with_an_app()
    client = after_the_first_step()
    session = client.session
    session["account_authentication_methods"] = [{"method": "card", "at": NOW.timestamp()}]
    session.save()

    page = client.post(reverse(LOST)).content.decode()
    for stranger in (Client(), learner_client(learner)):
        assert stranger.post(reverse(LOST)).status_code == 302

    assert "hãy đăng nhập bằng mã" in page
    assert not LostSecondStep.objects.exists()
    with pytest.raises(actions.UnableToTakeOff):
        actions.ask(learner=a_learner(), now=NOW)


def test_a_passkey_is_offered_to_who_has_one():
    learner = with_an_app()
    client = after_the_first_step()

    without = client.get(reverse("mfa_authenticate")).content.decode()
    Authenticator.objects.create(user=learner, type=Authenticator.Type.WEBAUTHN, data=a_passkey())
    with_one = client.get(reverse("mfa_authenticate")).content.decode()

    assert "mfa_webauthn_authenticate" not in without
    assert "mfa_webauthn_authenticate" in with_one


def test_what_nobody_confirms_lapses_and_what_is_erased_stops():
    lost = actions.ask(learner=with_an_app(), now=NOW)
    other = actions.ask(learner=with_an_app(email="lan@example.vn", phone=None), now=NOW)
    with transaction.atomic():
        erasure.erase(learner=Learner.objects.select_for_update().get(pk=other.learner_id), now=NOW)

    actions.take_off_due(now=NOW + SECOND_STEP_ASKED_FOR)
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.stopped_at, other.stopped_at) == (None, NOW)
    later = NOW + SECOND_STEP_ASKED_FOR + timedelta(seconds=1)
    actions.take_off_due(now=later)
    lost.refresh_from_db()
    assert lost.stopped_at == later
