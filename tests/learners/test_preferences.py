"""How the portal speaks to a person and looks for them: greeting, quiet hours, text size, background, lite pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from learners.actions import message, preferences
from learners.choices import MessageKind, MessageState
from learners.models import Learner, Message
from learners.queries.message import quiet_until
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
FORM = {
    "form_of_address": "BAC",
    "quiet_from": "22",
    "quiet_until": "6",
    "text_size": "xl",
    "theme": "dark",
    "lite": "1",
}
NIGHT = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)  # 23:30 in Viet Nam
MORNING = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)  # 6:00 the day after


def a_sleeper(**more: object) -> Learner:
    return a_learner(quiet_from=22, quiet_until=6, **more)


def test_what_is_chosen_is_kept_and_shown(learner_client):
    learner = a_learner()
    client = learner_client(learner)

    saved = client.post("/me/preferences/", FORM)
    page = client.get("/me/preferences/").content.decode()

    learner.refresh_from_db()
    assert saved.url == "/me/preferences/"
    assert {name: str(getattr(learner, name)) for name in FORM} == FORM
    assert '<html lang="vi" data-theme="dark" data-text="xl" data-lite>' in page


def test_nothing_has_to_be_said(learner_client):
    learner = a_learner(form_of_address="EM", quiet_from=1, quiet_until=2, text_size="lg")

    learner_client(learner).post("/me/preferences/", {})

    learner.refresh_from_db()
    assert (learner.form_of_address, learner.quiet_from, learner.quiet_until, learner.text_size) == ("", None, None, "")


@pytest.mark.parametrize(
    ("said", "told"),
    [({"quiet_until": ""}, "cả hai giờ"), ({"quiet_until": "22"}, "giờ khác")],
    ids=["one hour", "no time"],
)
def test_hours_that_are_none_are_refused_at_the_field(said, told, learner_client):
    learner = a_learner()

    page = learner_client(learner).post("/me/preferences/", FORM | said).content.decode()

    learner.refresh_from_db()
    assert told in page
    assert learner.theme == ""


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": 3}, {"quiet_from": 3, "quiet_until": 3}, {"form_of_address": "ONG"}, {"text_size": "xs"}]
)
def test_the_database_keeps_nonsense_out(wrong):
    learner = a_learner()

    with pytest.raises(IntegrityError, match="learner_"), transaction.atomic():
        Learner.objects.filter(pk=learner.pk).update(**wrong)


# How one is greeted


def test_letters_and_the_own_page_greet_as_asked(learner_client, mailoutbox):
    learner = a_learner(full_name="Lê Văn Hòa", form_of_address="BAC")
    a_message(recipient=learner)
    message.deliver_due(now=NOW)

    page = learner_client(learner).get("/me/").content.decode()
    english = learner_client(learner).get("/en/me/").content.decode()

    assert mailoutbox[0].body.startswith("Chào bác Hòa,")
    assert "<h1>Chào bác Hòa</h1>" in page
    assert "bác" not in english.split("</h1>")[0].split("<h1>")[1]


def test_who_has_not_said_is_greeted_as_before(learner_client, mailoutbox):
    learner = a_learner(full_name="Lê Văn Hòa")
    a_message(recipient=learner)

    message.deliver_due(now=NOW)

    assert "<h1>Chào bạn Hòa</h1>" in learner_client(learner).get("/me/").content.decode()
    assert mailoutbox[0].body.startswith("Chào bạn,")


# Quiet hours


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ((22, 6), NIGHT, MORNING),
        ((22, 6), MORNING, None),
        ((22, 6), MORNING - timedelta(seconds=1), MORNING),
        ((22, 6), NIGHT - timedelta(minutes=91), None),
        ((12, 14), datetime(2026, 11, 21, 5, 0, tzinfo=UTC), datetime(2026, 11, 21, 7, 0, tzinfo=UTC)),
        ((12, 14), datetime(2026, 11, 21, 7, 0, tzinfo=UTC), None),
        ((None, None), NIGHT, None),
    ],
)
def test_quiet_hours_end_on_the_hour(hours, at, until):
    assert quiet_until(Learner(quiet_from=hours[0], quiet_until=hours[1]), now=at) == until


def test_a_letter_of_the_night_leaves_in_the_morning(mailoutbox):
    letter = a_message(recipient=a_sleeper(), now=NIGHT)

    at_night = message.deliver_due(now=NIGHT)
    letter.refresh_from_db()
    put_off = (letter.state, letter.due_at, letter.attempts)
    message.deliver_due(now=MORNING - timedelta(minutes=1))
    before = len(mailoutbox)
    message.deliver_due(now=MORNING)

    assert (at_night, before) == (0, 0)
    assert put_off == (MessageState.DUE, MORNING, 0)
    assert len(mailoutbox) == 1


def test_a_code_comes_at_any_hour(mailoutbox):
    sleeper = a_sleeper()
    message.queue(
        kind=MessageKind.SIGN_IN_CODE,
        key="code",
        data={"code": "123456", "minutes": "10"},
        recipient=sleeper,
        now=NIGHT,
    )

    message.deliver_due(now=NIGHT, urgency="URGENT")

    assert len(mailoutbox) == 1


def test_what_is_worthless_by_the_morning_is_dropped(mailoutbox):
    letter = a_message(recipient=a_sleeper(), now=NIGHT)
    Message.objects.filter(pk=letter.pk).update(expires_at=MORNING - timedelta(hours=1))

    message.deliver_due(now=NIGHT)
    message.deliver_due(now=MORNING)

    letter.refresh_from_db()
    assert letter.state == MessageState.DROPPED
    assert mailoutbox == []


# How pages look


def test_a_button_is_remembered_on_every_device(learner_client):
    learner = a_learner()
    learner_client(learner).post("/display/", {"text": "xl", "theme": "dark", "lite": "no", "next": "/"})
    elsewhere = Client()
    elsewhere.force_login(learner)

    page = elsewhere.get("/courses/").content.decode()

    learner.refresh_from_db()
    assert (learner.text_size, learner.theme, learner.lite) == ("xl", "dark", "")
    assert 'data-theme="dark" data-text="xl"' in page


def test_the_account_counts_before_a_cookie(learner_client):
    client = learner_client(a_learner(theme="light"))
    client.cookies["theme"], client.cookies["text"] = "dark", "lg"

    page = client.get("/courses/").content.decode()

    assert 'data-theme="light" data-text="lg"' in page


@pytest.mark.parametrize(
    ("cookie", "header", "lite"),
    [("", "on", True), ("", "", False), ("0", "on", False), ("1", "", True), ("1", "on", True)],
)
def test_a_browser_that_saves_data_gets_lite_pages_unless_full_ones_were_chosen(client, cookie, header, lite):
    client.cookies["lite"] = cookie

    page = client.get("/courses/?q=khong-co-gi", headers={"Save-Data": header}).content.decode()

    assert ("data-lite>" in page.split("<head>")[0]) is lite
    assert ('class="drum' in page or "<svg" in page.split('class="empty"')[-1].split("<h2")[0]) is not lite


def test_kept_pages_do_not_mix_what_they_look_like(client, settings):
    settings.PAGES_KEPT_SECONDS = 60
    looks = [({}, ""), ({"text": "xl"}, ""), ({"theme": "dark"}, ""), ({}, "on"), ({"lite": "0"}, "on")]

    def head(cookies: dict[str, str], saves: str) -> str:
        visitor = Client()
        for name, value in cookies.items():
            visitor.cookies[name] = value
        answer = visitor.get("/courses/?q=cac-kieu-trang", headers={"Save-Data": saves})
        return answer.content.decode().split("<head>")[0] + answer["Vary"]

    first, second = [[head(*look) for look in looks] for _ in range(2)]

    assert first == second
    assert len(set(first)) == 4  # full pages look the same whether the browser asked or not
    assert all("Save-Data" in each for each in first)


def test_only_how_pages_look_is_remembered_by_the_button():
    with pytest.raises(TypeError):
        preferences.look(learner=a_learner(), full_name="Khác")
