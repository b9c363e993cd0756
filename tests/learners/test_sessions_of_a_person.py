"""Beside each session stands whose it is, so that somebody's are found without opening every one."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as EarlierStore
from django.contrib.sessions.models import Session as EarlierSession
from django.db import connection
from django.test import Client

from learners.actions import erasure
from learners.models import Learner, Session
from learners.queries import session as sessions
from tests.factories.counter import the_manager
from tests.factories.people import NOW, a_learner, an_organization
from tests.learners.sign_in import ask_for_code

pytestmark = pytest.mark.django_db
ADDRESS = "hoa@example.vn"


def signed_in(learner: Learner) -> str:
    client = Client()
    client.force_login(learner)
    return str(client.session.session_key)


def asks(address: str) -> str:
    client = Client()
    ask_for_code(client, address)
    return str(client.session.session_key)


def keys_of(learner: Learner) -> set[str]:
    return set(sessions.of_learner(learner).values_list("session_key", flat=True))


def test_those_signed_in_by_and_those_waiting_for_a_code_are_theirs_and_no_others():
    learner, other = a_learner(email=ADDRESS), a_learner()
    theirs = {signed_in(learner), signed_in(learner), asks(ADDRESS)}
    signed_in(other)
    asks("khac@example.vn")

    assert keys_of(learner) == theirs
    assert Session.objects.count() == 5


def test_a_sessions_key_is_long_and_new_each_time():
    """ASVS 7.2.3: 32 of 36 letters are 165 bits."""
    keys = {signed_in(a_learner()) for _each in range(5)}

    assert len(keys) == 5
    assert all(re.fullmatch("[a-z0-9]{32}", key) for key in keys)


def test_after_signing_out_it_is_nobodys():
    learner, client = a_learner(), Client()
    client.force_login(learner)

    client.post("/account/sign-out/")
    client.get("/account/sign-in/")

    assert keys_of(learner) == set()


def test_the_address_stands_beside_no_session_in_plain_words():
    asks(ADDRESS)

    assert ADDRESS not in str(Session.objects.values("waits_for", "learner_id").get())


def test_a_number_of_before_a_change_of_the_portals_key_is_found(settings):
    learner = a_learner(email=ADDRESS)
    key = asks(ADDRESS)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-portal-" * 3

    assert keys_of(learner) == {key}


def test_closing_opens_no_session_and_asks_once_however_many_there_are(monkeypatch, django_assert_num_queries):
    learner = a_learner(email=ADDRESS)
    for _each in range(3):
        signed_in(learner)
        signed_in(a_learner())
    asks(ADDRESS)
    monkeypatch.setattr(Session, "get_decoded", None)

    with django_assert_num_queries(1):
        sessions.of_learner(learner).delete()
    erased = erasure.erase(learner=learner, now=NOW)

    assert erased["sessions"] == 0
    assert Session.objects.count() == 3


def test_both_questions_are_answered_by_an_index():
    learner = a_learner(email=ADDRESS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = sessions.of_learner(learner).explain()

    assert "session_by_learner" in plan
    assert "session_by_address" in plan
    assert "Seq Scan" not in plan


def test_an_upgrade_keeps_everybody_signed_in_and_knows_whose_the_sessions_are():
    learner, store = a_learner(), EarlierStore()
    store.update({"_auth_user_id": str(learner.pk), "sign_in": {"address": ADDRESS}})
    store.save()
    of_staff = EarlierStore()
    of_staff["_auth_user_id"] = str(the_manager(an_organization()).pk)  # knows not when it began: they sign in again
    of_staff.save()

    import_module("learners.migrations.0029_sessions").move(apps, None)

    moved = Session.objects.get()
    assert (moved.learner_id, len(moved.waits_for)) == (learner.pk, 1)
    assert moved.get_decoded()["_auth_user_id"] == str(learner.pk)
    assert not EarlierSession.objects.exists()
