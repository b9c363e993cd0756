"""Reading the units of an online course."""

import pytest

from courses.actions import content, enrollment
from courses.models import UnitCompletion
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled, has_read, units_of
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


def address(place, position):
    return f"/enrollments/{place.public_id}/units/{position}/"


def test_read_a_unit_then_the_next(learner_client):
    place = enrolled(run=a_published_run(sessions=0))
    client = learner_client(place.learner)

    page = client.get(f"/en{address(place, 1)}")
    assert page.status_code == 200
    assert "<p>Một đoạn.</p>" in page.text
    assert "Unit 1 of 3" in page.text
    assert not UnitCompletion.objects.exists()  # GET changes nothing

    answer = client.post(address(place, 1))

    assert answer.url == address(place, 2)
    assert UnitCompletion.objects.get().unit.position == 1


def test_reading_twice_is_reading_once():
    place = enrolled(run=a_published_run(sessions=0))

    has_read(place, up_to=1)
    has_read(place, up_to=1)

    assert UnitCompletion.objects.get().completed_at == NOW


def test_the_last_unit_leads_to_what_was_earned(learner_client):
    place = has_read(enrolled(run=a_published_run(sessions=0)), up_to=2)
    client = learner_client(place.learner)

    answer = client.post(address(place, 3))

    assert answer.url == f"/enrollments/{place.public_id}/"
    assert "0,12" in client.get(answer.url).text
    assert client.get(address(place, 1)).status_code == 200  # may be read again


def test_the_last_unit_before_the_others_does_not_complete(learner_client):
    place = enrolled(run=a_published_run(sessions=0))

    answer = learner_client(place.learner).post(address(place, 3))

    place.refresh_from_db()
    assert (place.state, answer.url) == ("ENROLLED", f"/enrollments/{place.public_id}/")


def of_another_course(place):
    other = enrolled(run=a_published_run(sessions=0))
    return {"unit": units_of(other)[0], "actor": place.learner}


def by_somebody_else(place):
    return {"unit": units_of(place)[0], "actor": a_learner()}


def after_leaving(place):
    enrollment.withdraw(enrollment=place, now=NOW)
    return {"unit": units_of(place)[0], "actor": place.learner}


@pytest.mark.parametrize(
    "spoil", [of_another_course, by_somebody_else, after_leaving], ids=lambda value: value.__name__
)
def test_what_cannot_be_read(spoil):
    place = enrolled(run=a_published_run(sessions=0))
    spoiled = spoil(place)

    with pytest.raises(content.UnableToRead):
        content.complete_unit(enrollment=place, now=NOW, **spoiled)

    assert not UnitCompletion.objects.exists()


@pytest.mark.parametrize(
    ("who", "reads", "marks"),
    [
        ("instructor", 200, 403),
        ("manager", 200, 403),
        ("curator", 200, 403),
        ("other manager", 404, 404),
        ("other learner", 404, 404),
    ],
)
def test_who_else_reads_along(learner_client, who, reads, marks):
    instructor = a_learner()
    run = a_published_run(version=a_published_version(units=2), sessions=0, instructor=instructor)
    place = has_read(enrolled(a_learner(full_name="Sơn Thị Mỹ Duyên"), run), up_to=1)
    actor = {
        "instructor": lambda: instructor,
        "manager": lambda: run.version.course.provider.registered_by,
        "curator": a_curator,
        "other manager": lambda: an_organization().registered_by,
        "other learner": a_learner,
    }[who]()
    client = learner_client(actor)

    page = client.get(address(place, 1))
    assert page.status_code == reads
    assert "Sơn Thị Mỹ Duyên" not in page.text
    assert "is-done" not in page.text
    assert client.post(address(place, 2)).status_code == marks
    assert UnitCompletion.objects.count() == 1


def test_there_is_no_unit_beyond_the_last(learner_client):
    place = enrolled(run=a_published_run(sessions=0))

    assert learner_client(place.learner).get(address(place, 4)).status_code == 404


def test_the_page_costs_the_same_with_one_unit_or_thirty(learner_client, django_assert_num_queries):
    learner = a_learner()
    client = learner_client(learner)
    for units in (1, 30):
        place = enrolled(learner, a_published_run(version=a_published_version(units=units), sessions=0))
        with django_assert_num_queries(7):
            client.get(address(place, 1))
