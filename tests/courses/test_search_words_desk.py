"""Curators teach the search at their desk, without a release."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from courses.models import SearchWord
from learners.actions import curator
from tests.factories.people import a_learner

pytestmark = pytest.mark.django_db
DESK = "/admin/courses/searchword/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(curator.appoint(address="tram@example.vn", full_name="Ngô Bảo Trâm", now=timezone.now()))
    return client


def form(**more: str) -> dict[str, str]:
    return {"kind": "SYNONYM", "phrase": "thả diều", "means": "diều sáo\n kite ", "note": "", "is_used": "on", **more}


def test_a_curator_adds_a_word_and_it_is_written_down_who(desk):
    answer = desk.post(f"{DESK}add/", form())

    word = SearchWord.objects.get(phrase="thả diều")
    assert (answer.status_code, word.means, word.loaded_as) == (302, ["diều sáo", "kite"], "")
    assert word.edited_at is not None
    entry = LogEntry.objects.get()
    assert (entry.user.full_name, entry.object_id) == ("Ngô Bảo Trâm", str(word.pk))


def test_a_curator_changes_what_came_with_the_portal(desk):
    word = SearchWord.objects.get(kind="SYNONYM", phrase="cắm hoa")
    page = desk.get(f"{DESK}{word.pk}/change/").content.decode()

    desk.post(f"{DESK}{word.pk}/change/", form(phrase="cắm hoa", means="cắm bông\r\nikebana"))

    assert "cắm bông\nbó hoa" in page
    assert SearchWord.objects.get(pk=word.pk).means == ["cắm bông", "ikebana"]
    assert "“What it means”" not in LogEntry.objects.get().get_change_message()


def test_a_contradiction_is_told_at_its_box_and_nothing_is_saved(desk):
    answer = desk.post(f"{DESK}add/", form(kind="STOP", phrase="miễn phí", means=""))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "miễn phí → cost=free" in page
    assert 'value="miễn phí"' in page
    assert not SearchWord.objects.filter(kind="STOP", phrase="miễn phí").exists()


def test_a_word_is_found_with_and_without_marks(desk):
    for typed in ("cam hoa", "Cắm hoa", "ikebana"):
        SearchWord.objects.filter(kind="SYNONYM", phrase="cắm hoa").update(folded="cam hoa | ikebana")
        assert "cắm hoa" in desk.get(DESK, {"q": typed}).content.decode()


def test_what_came_with_the_portal_is_switched_off_and_not_deleted(desk):
    word = SearchWord.objects.get(kind="SYNONYM", phrase="cắm hoa")
    desk.post(f"{DESK}add/", form())
    own = SearchWord.objects.get(phrase="thả diều")

    assert desk.post(f"{DESK}{word.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.post(f"{DESK}{own.pk}/delete/", {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [word.pk], "post": "yes"}
    desk.post(DESK, chosen)
    assert SearchWord.objects.filter(pk=word.pk).exists()
    assert not SearchWord.objects.filter(pk=own.pk).exists()


def test_for_a_learner_the_desk_is_not_there(client):
    client.force_login(a_learner())

    assert client.get(DESK).status_code == 404
