"""The curators' desk stands behind the portal's own sign-in."""

from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db.models.signals import post_migrate
from django.test import Client
from django.urls import reverse

from learners.actions import curator
from learners.choices import MessageState
from learners.models import Learner, Message
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
DESK = "/admin/"


def test_a_curator_comes_in_by_a_code(client: Client) -> None:
    cache.clear()
    curator = a_curator()

    sent_away = client.get(DESK)
    ask_for_code(client, curator.email, next=DESK)
    entered = type_code(client, code_sent_to(curator.email))

    assert sent_away.status_code == 302
    assert client.get(sent_away.url).url == f"{reverse('account_login')}?next={DESK}"
    assert entered.url == DESK
    assert client.get(DESK).status_code == 200


@pytest.mark.parametrize("path", ["", "login/", "learners/learner/", "learners/message/", "logout/", "nowhere/"])
def test_the_desk_does_not_exist_for_a_learner(client: Client, path: str) -> None:
    client.force_login(a_learner())

    assert client.get(DESK + path).status_code == 404


@pytest.mark.parametrize("path", ["password_change/", "password_change/done/"])
def test_nobody_has_a_password_to_change(client: Client, path: str) -> None:
    client.force_login(a_curator())

    assert client.get(DESK + path).status_code == 404


def test_djangos_own_form_is_closed(client: Client) -> None:
    curator = a_curator()
    curator.set_password("correct horse")
    curator.save()

    client.post(DESK + "login/", {"username": curator.email, "password": "correct horse"})

    assert "_auth_user_id" not in client.session


def test_a_curator_is_appointed_by_command(client: Client) -> None:
    said = StringIO()

    call_command("appoint_curator", "Ha@Example.VN", "--name", "Phạm Thu Hà", stdout=said)
    call_command("appoint_curator", "ha@example.vn", stdout=said)

    curator = Learner.objects.get(email="ha@example.vn")
    client.force_login(curator)
    assert (curator.full_name, curator.is_staff, curator.is_superuser) == ("Phạm Thu Hà", True, False)
    assert client.get(DESK + "learners/message/").status_code == 200
    assert client.get(DESK + "auth/group/").status_code in {403, 404}


def test_what_is_new_at_the_desk_is_there_after_the_migration_for_who_was_appointed_before() -> None:
    call_command("appoint_curator", "ha@example.vn", stdout=StringIO())
    group = Group.objects.get(name=curator.GROUP)
    new = group.permissions.get(codename="change_lostsecondstep")
    last = apps.get_app_config("sessions")
    sent = {"app_config": last, "verbosity": 0, "interactive": False, "using": "default", "apps": apps}

    for plan, is_there in (([(None, True)], False), ([], True)):  # on the way back nothing is given
        group.permissions.remove(new)
        post_migrate.send(sender=last, plan=plan, **sent)
        assert group.permissions.filter(pk=new.pk).exists() is is_there


def test_a_migration_makes_no_curators_where_there_are_none() -> None:
    assert not curator.complete_group()
    assert not Group.objects.filter(name=curator.GROUP).exists()


def test_what_is_no_address_cannot_be_appointed() -> None:
    with pytest.raises(CommandError):
        call_command("appoint_curator", "nobody")


def test_a_curator_sends_again_what_is_in_doubt(client: Client) -> None:
    call_command("appoint_curator", "ha@example.vn", stdout=StringIO())
    client.force_login(Learner.objects.get(email="ha@example.vn"))
    in_doubt, sent = a_message(), a_message()
    Message.objects.filter(pk=in_doubt.pk).update(state=MessageState.IN_DOUBT, handed_over_at=NOW)
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, handed_over_at=NOW, sent_at=NOW)

    page = client.get(DESK + "learners/message/?state__exact=IN_DOUBT")
    client.post(DESK + "learners/message/", {"action": "send_again", "_selected_action": [in_doubt.pk, sent.pk]})

    assert [row.pk for row in page.context["cl"].result_list] == [in_doubt.pk]
    assert Message.objects.get(pk=in_doubt.pk).state == MessageState.DUE
    assert Message.objects.get(pk=sent.pk).state == MessageState.SENT


@pytest.mark.parametrize("model", ["learner", "place", "message"])
def test_people_places_and_letters_cannot_be_changed_here(client: Client, model: str) -> None:
    client.force_login(a_curator())
    row = a_message()
    key = {"learner": row.recipient_id, "place": "31135", "message": row.pk}[model]

    assert client.get(f"{DESK}learners/{model}/add/").status_code == 403
    assert client.post(f"{DESK}learners/{model}/{key}/change/", {}).status_code == 403
    assert client.post(f"{DESK}learners/{model}/{key}/delete/", {}).status_code == 403


def test_what_a_letter_said_is_not_shown(client: Client) -> None:
    client.force_login(a_curator())
    row = a_message()

    page = client.get(f"{DESK}learners/message/{row.pk}/change/")

    assert row.data["course"] not in page.content.decode()


def test_a_letter_is_found_by_the_whole_address_only(client: Client) -> None:
    client.force_login(a_curator())
    letter = a_message(recipient=a_learner(email="hoa.le@example.vn"))

    found = [
        list(client.get("/admin/learners/message/", {"q": words}).context["cl"].result_list)
        for words in ("hoa.le@example.vn", "hoa.le", "example.vn")
    ]

    assert found == [[letter], [], []]
