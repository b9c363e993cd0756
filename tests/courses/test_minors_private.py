"""
Private by default: nobody who is not of age is named where everybody reads.

One test for each public place in which people appear: who teaches (page, data for search engines, letter), reviews,
wishes, and the list of who is in a class, which is no public place.
"""

import json
import re

import pytest
from django.urls import reverse

from courses.queries import enrollment as enrollments
from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.feedback import a_review
from tests.factories.people import NINH_KIEU, NOW, a_learner
from tests.factories.wishes import a_wish

pytestmark = pytest.mark.django_db
NAME = "Quách Thị Hiếm Gặp"
MINOR, GROWN = NOW.year - 18, NOW.year - 19  # perhaps eighteen, certainly eighteen


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def taught_by(birth_year):
    return a_published_run(instructor=a_learner(full_name=NAME, birth_year=birth_year))


@pytest.mark.parametrize(("birth_year", "is_named"), [(MINOR, False), (GROWN, True), (None, True)])
def test_who_teaches_is_named_on_the_page_and_to_search_engines_when_of_age(client, birth_year, is_named):
    run = taught_by(birth_year)

    page = client.get(run.version.get_absolute_url()).content.decode()

    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert (NAME in page) is is_named
    assert ("instructor" in data["hasCourseInstance"][0]) is is_named


@pytest.mark.parametrize(("birth_year", "names"), [(MINOR, []), (GROWN, [NAME])])
def test_who_teaches_is_named_before_enrolling_and_in_the_letter_when_of_age(learner_client, birth_year, names):
    run = taught_by(birth_year)
    client = learner_client(a_learner())

    facts = enrollments.run_facts(run, now=NOW)
    page = client.get(reverse("courses:enroll", args=[run.pk])).content.decode()
    enrolled(run=run)

    assert facts.teachers == names
    assert (NAME in page) is bool(names)
    assert Message.objects.get(kind="ENROLLED").data["instructor"] == ", ".join(names)


def test_a_review_names_nobody(client):
    review = a_review(learner=a_learner(full_name=NAME, birth_year=MINOR))

    page = client.get(reverse("courses:reviews", args=[review.course_id])).content.decode()

    assert review.text in page
    assert NAME not in page


def test_the_board_of_wishes_names_nobody(client):
    for _ in range(3):
        a_wish(learner=a_learner(full_name=NAME, birth_year=MINOR))

    page = client.get(f"{reverse('courses:wishes')}?province=92&commune={NINH_KIEU}").content.decode()

    assert "Trồng nấm rơm" in page
    assert NAME not in page


def test_the_list_of_a_class_is_not_there_for_guests_and_strangers(client, learner_client):
    run = a_published_run()
    enrolled(a_learner(full_name=NAME, birth_year=MINOR), run)
    address = reverse("courses:run", args=[run.version.course.provider.public_id, run.pk])

    guest = client.get(address)
    stranger = learner_client(a_learner()).get(address)

    assert (guest.status_code, stranger.status_code) == (302, 404)


def test_what_everybody_reads_of_a_class_names_nobody_in_it(client):
    run = a_published_run()
    enrolled(a_learner(full_name=NAME, birth_year=MINOR), run)

    pages = [
        client.get(run.version.get_absolute_url()),
        client.get(reverse("courses:run_calendar", args=[run.pk])),
        client.get(reverse("courses:open_data")),
        client.get(reverse("courses:embedded")),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert [page for page in pages if NAME in page.content.decode()] == []
