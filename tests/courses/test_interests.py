"""What one likes to learn: chosen from the broad fields, a reason of suggestions, changed and taken back by oneself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions import interest as actions
from courses.choices import Because
from courses.models import Interest
from courses.queries import interest, recommendation
from learners.models import Learner
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
SERVICES, HEALTH, FIRST_AID = "10", "09", "0913"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def suggested_to(learner: Learner):
    return recommendation.for_learner(learner, pathways=[], slots=9, now=NOW)


def a_class_of_health() -> None:
    a_published_run(version=a_published_version(title_vi="Băng bó vết thương", field_id=FIRST_AID), sessions=0)


def test_what_one_likes_is_suggested_and_says_so():
    a_class_of_health()
    a_published_run(version=a_published_version(units=1), sessions=0)
    learner = a_learner()
    assert suggested_to(learner) == []

    actions.choose(learner=learner, codes=[HEALTH], now=NOW)

    [only] = suggested_to(learner)
    assert only.version.title_vi == "Băng bó vết thương"
    assert [reason.because for reason in only.reasons] == [Because.INTEREST]
    assert only.why == "vì bạn nói mình thích «Sức khỏe và chăm sóc»"
    assert suggested_to(a_learner()) == []


def test_chosen_again_a_field_is_said_once_and_those_left_out_go():
    learner = a_learner()

    for day, codes in enumerate(([HEALTH, SERVICES], [HEALTH, HEALTH], [HEALTH])):
        actions.choose(learner=learner, codes=codes, now=NOW + timedelta(days=day))

    assert [(each.field_id, each.said_at) for each in Interest.objects.all()] == [(HEALTH, NOW)]


def test_on_the_page_one_adds_and_takes_back(learner_client):
    a_class_of_health()
    learner = a_learner()
    other = a_learner()
    actions.choose(learner=other, codes=[SERVICES], now=NOW)
    client = learner_client(learner)

    added = client.post("/me/interests/", {"fields_liked": [HEALTH, SERVICES]}, follow=True).text
    ticked = client.get("/me/interests/").context["form"]["fields_liked"].value()
    taken_back = client.post("/me/interests/", {}, follow=True).text

    assert "Vì bạn nói mình thích «Sức khỏe và chăm sóc»" in added
    assert ticked == [HEALTH, SERVICES]
    assert "Băng bó vết thương" not in taken_back
    assert (interest.of_learner(learner), list(interest.of_learner(other))) == ({}, [SERVICES])


@pytest.mark.parametrize("code", [FIRST_AID, "99", "xx"], ids=["not a broad field", "not offered", "no field"])
def test_only_what_is_offered_can_be_chosen(learner_client, code):
    learner = a_learner()
    actions.choose(learner=learner, codes=[SERVICES], now=NOW)

    page = learner_client(learner).post("/me/interests/", {"fields_liked": [code, HEALTH]})

    assert page.context["form"].errors["fields_liked"] == ["Hãy chọn trong danh sách."]
    assert page.context["form"]["fields_liked"].value() == [code, HEALTH]
    assert list(interest.of_learner(learner)) == [SERVICES]


def test_the_database_takes_broad_fields_only():
    with pytest.raises(IntegrityError, match="interest_in_broad_field"), transaction.atomic():
        Interest.objects.create(learner=a_learner(), field_id=FIRST_AID, said_at=NOW)


def test_the_profile_and_the_suggestions_lead_there_and_the_page_says_why(learner_client):
    client = learner_client(a_learner())

    doors = [client.get(path).text for path in ("/me/profile/", "/me/suggestions/")]
    page = client.get("/me/interests/").text

    assert all(reverse("courses:interests") in door for door in doors)
    assert "Ngoài ra không dùng vào việc gì" in page
