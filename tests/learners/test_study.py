"""Which languages somebody understands, when they are free: said once, one press in the catalogue; pages read aloud."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from learners.models import Learner
from tests.factories.catalog import a_published_run
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
SAID = {"understands": ["vi", "km"], "free_slots": ["tue-evening", "sat-morning"]}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_what_is_said_is_kept_in_order_and_shown(learner_client):
    learner = a_learner()
    client = learner_client(learner)

    client.post("/me/study/", {"understands": ["km", "vi"], "free_slots": ["sat-morning", "tue-evening"]})
    page = client.get("/me/study/").content.decode()

    learner.refresh_from_db()
    assert (learner.understands, learner.free_slots) == (SAID["understands"], SAID["free_slots"])
    assert page.count(" checked") == 4


def test_nothing_chosen_takes_it_back(learner_client):
    learner = a_learner(**SAID)

    learner_client(learner).post("/me/study/", {})

    learner.refresh_from_db()
    assert (learner.understands, learner.free_slots) == ([], [])


@pytest.mark.parametrize("wrong", [{"understands": ["xx"]}, {"free_slots": ["tue-night"]}])
def test_what_is_not_in_the_list_is_refused_and_the_rest_kept_in_sight(wrong, learner_client):
    learner = a_learner()

    page = learner_client(learner).post("/me/study/", {"free_slots": ["tue-evening"], **wrong}).content.decode()

    learner.refresh_from_db()
    assert "Hãy chọn trong danh sách" in page
    assert (learner.understands, learner.free_slots) == ([], [])


@pytest.mark.parametrize("wrong", [{"understands": ["xx"]}, {"free_slots": ["tue-night"]}, {"aloud": "2"}])
def test_the_database_keeps_nonsense_out(wrong):
    learner = a_learner()

    with pytest.raises(IntegrityError, match="learner_studying_known"), transaction.atomic():
        Learner.objects.filter(pk=learner.pk).update(**wrong)


def test_the_catalogue_keeps_to_both_at_one_press(learner_client):
    a_published_run()
    client = learner_client(a_learner(**SAID))

    page = client.get("/courses/?q=so").content.decode()
    chosen = client.get("/courses/?q=so&when=tue-evening&when=sat-morning").content.decode()

    assert 'href="?q=so&amp;when=tue-evening&amp;when=sat-morning"' in page
    assert 'href="?q=so&amp;lang=vi&amp;lang=km"' in page
    assert "Lịch rảnh của tôi" not in chosen


def test_who_has_said_nothing_is_asked_and_a_stranger_is_not(learner_client):
    a_published_run()

    mine = learner_client(a_learner()).get("/courses/").content.decode()
    strangers = Client().get("/courses/").content.decode()

    assert 'href="/me/study/"' in mine
    assert "/me/study/" not in strangers


@pytest.mark.parametrize(("aloud", "times"), [("1", 1), ("", 0)], ids=["yes", "no"])
def test_a_page_is_read_aloud_for_who_has_asked_for_it(aloud, times, learner_client):
    page = learner_client(a_learner(aloud=aloud)).get("/me/").content.decode()

    assert page.count("js/aloud") == page.count("data-aloud") == times


def test_the_button_below_every_page_switches_it_on_without_an_account(client):
    client.post("/display/", {"aloud": "1", "next": "/help/"})

    assert "data-aloud" in client.get("/help/").content.decode()
