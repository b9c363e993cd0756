"""The pages of suggestions: where they stand, refusing one, switching them off."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.models import SuggestionRefusal
from learners.models import Learner, Place
from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NINH_KIEU, NOW, a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def at_home() -> Learner:
    return a_learner(place=Place.objects.get(code=NINH_KIEU))


def test_the_dashboard_says_why(learner_client):
    a_published_run(version=a_published_version(title_vi="Đan giỏ"))

    page = learner_client(at_home()).get("/me/").text

    assert "Gợi ý cho bạn" in page
    assert "Vì gần bạn, ở phường Ninh Kiều; sắp bắt đầu, thứ Ba 24/11." in page


def test_the_course_page_suggests_others_to_a_learner_and_nothing_to_a_visitor(client):
    here, other = a_published_run(), a_published_run(version=a_published_version(title_vi="Đan giỏ"))
    address = here.version.get_absolute_url()
    assert "Gợi ý cho bạn" not in client.get(address).text

    client.force_login(at_home())

    page = client.get(address).text
    assert "Gợi ý cho bạn" in page
    assert other.version.get_absolute_url() in page
    assert reverse("courses:suggestion", args=[here.version.course_id]) not in page


def test_not_for_me_and_after_all(learner_client):
    run = a_published_run(version=a_published_version(title_vi="Đan giỏ"))
    client = learner_client(at_home())
    address = reverse("courses:suggestion", args=[run.version.course_id])

    back = client.post(address, {"next": "/me/"})
    assert back.url == "/me/"
    assert "Đan giỏ" not in client.get("/me/").text
    assert "Đan giỏ" in client.get("/me/suggestions/").text

    again = client.post(address, {"again": "1", "next": "https://evil.example/"})
    assert again.url == "/me/suggestions/"
    assert "Đan giỏ" in client.get("/me/").text


@pytest.mark.parametrize("make", [lambda: 10**9, lambda: a_draft().course_id], ids=["no course", "a draft"])
def test_only_a_course_there_is_can_be_refused(learner_client, make):
    assert learner_client(a_learner()).post(reverse("courses:suggestion", args=[make()])).status_code == 404
    assert not SuggestionRefusal.objects.exists()


def test_the_switch_of_the_profile(learner_client):
    a_published_run(version=a_published_version(title_vi="Đan giỏ"))
    learner = at_home()
    client = learner_client(learner)
    form = client.get("/me/profile/").context["form"]
    assert form.initial["wants_suggestions"] is True
    said = {name: value for name, value in form.initial.items() if name != "wants_suggestions" and value}

    client.post("/me/profile/", said)

    learner.refresh_from_db()
    assert not learner.wants_suggestions
    assert "Đan giỏ" not in client.get("/me/").text
    assert "Gợi ý đang tắt" in client.get("/me/suggestions/").text


def test_the_pages_cost_the_same_with_one_course_or_many(learner_client, django_assert_num_queries):
    learner = at_home()
    client = learner_client(learner)
    enrolled(learner, a_published_run())
    client.get("/me/")  # where places lie is kept
    for count in (1, 8):
        for _ in range(count):
            a_published_run(version=a_published_version(), starts_at=NOW + timedelta(days=5, hours=3))
        with django_assert_num_queries(22):
            client.get("/me/")
        with django_assert_num_queries(14):
            client.get("/me/suggestions/")
