"""Whether being asked again keeps people out: who is asked and who goes on is counted, of nobody in particular."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions import proof_count
from learners.models import Learner, ProofCount
from tests.factories.people import NOW, a_curator, a_learner
from tests.learners.lost_second_step import with_an_app
from tests.learners.sign_in import code_sent_to

pytestmark = pytest.mark.django_db
AGAIN, PAGE = "account_reauthenticate", "/me/sign-in/email/"
MONDAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def saturday(time_machine: Any, settings: Any, tmp_path: Path) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


def counted() -> list[tuple[date, int, int]]:
    return list(ProofCount.objects.order_by("week").values_list("week", "asked", "proved"))


def a_browser(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def test_who_is_asked_counts_once_and_once_more_when_they_go_on() -> None:
    learner = a_learner(email="hoa@example.vn")
    client = a_browser(learner)

    for _look in range(2):
        client.get(PAGE, follow=True)
    asked = counted()
    client.post(reverse(AGAIN), {"way": "email", "next": PAGE})
    for _press in range(2):
        client.post(reverse("account_again_code"), {"code": code_sent_to("hoa@example.vn")})

    assert asked == [(MONDAY, 1, 0)]
    assert counted() == [(MONDAY, 1, 1)]


def test_who_gives_up_is_seen_at_the_desk(learner_client: Any) -> None:
    for _somebody in range(3):
        a_browser(a_learner()).get(PAGE, follow=True)
    proof_count.prove(week=MONDAY)

    page = learner_client(a_curator()).get(reverse("admin:learners_proofcount_changelist")).content.decode()

    assert "67 %" in page


def test_a_proof_after_sunday_counts_where_its_person_was_asked(time_machine: Any) -> None:
    learner = a_learner(email="hoa@example.vn")
    client = a_browser(learner)
    client.get(PAGE, follow=True)

    time_machine.move_to(NOW + timedelta(days=3), tick=False)
    client.post(reverse(AGAIN), {"way": "email", "next": PAGE})
    client.post(reverse("account_again_code"), {"code": code_sent_to("hoa@example.vn")})

    assert counted() == [(MONDAY, 1, 1)]


def test_an_app_counts_as_well() -> None:
    learner = with_an_app()
    before = counted()
    client = a_browser(learner)
    client.get(PAGE, follow=True)

    assert counted() != before
    assert [week for week, _asked, _proved in counted()] == [MONDAY]


def test_the_database_counts_whole_weeks_and_nobody_twice() -> None:
    for wrong in ({"week": MONDAY, "asked": 1, "proved": 2}, {"week": MONDAY + timedelta(days=1), "asked": 1}):
        with pytest.raises(IntegrityError, match="proof_count"), transaction.atomic():
            ProofCount.objects.create(**wrong)
