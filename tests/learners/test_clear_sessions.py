"""Every night the sessions that ended are cleared away; who is signed in notices nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learners.actions import sign_in
from learners.models import Session
from learners.tasks import clear_ended_sessions
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("ends_in", "left"), [(-1, 0), (0, 1), (1, 1)], ids=["ended", "ends now", "runs"])
def test_what_ended_is_cleared(ends_in, left):
    Session.objects.create(session_key="a", session_data="", expire_date=NOW + timedelta(seconds=ends_in))

    cleared = sign_in.clear_ended_sessions(now=NOW)

    assert (cleared, Session.objects.count()) == (1 - left, left)


def test_who_is_signed_in_stays_signed_in():
    client = Client()
    client.force_login(a_learner())
    Session.objects.create(session_key="a", session_data="", expire_date=timezone.now() - timedelta(days=1))

    assert clear_ended_sessions() == 1

    assert client.get(reverse("learners:profile")).status_code == 200
