"""Whether a year makes a child of somebody is asked first, wherever a class asks for it; nothing typed is lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions import walk_in
from courses.models import CourseRun, LearnedElsewhere, PlaceStep
from learners.models import Learner, MandateAct
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_registration, the_manager
from tests.factories.feedback import an_online_course
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.terms import asks_for

pytestmark = pytest.mark.django_db
CHILDS = "2016"
PHONE = "+84900000077"
BOX = 'name="is_that_young"'


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def signed_in(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def year_of(learner: Learner) -> int | None:
    learner.refresh_from_db()
    return learner.birth_year


def by_oneself(run: CourseRun):
    learner = a_learner()
    return learner, signed_in(learner), f"/en/runs/{run.pk}/enroll/about/", {}, "you are a child to the law"


def by_a_helper(run: CourseRun):
    mandate = a_mandate(person=a_learner(full_name="Lê Văn Hòa"), helper=a_learner(full_name="Nguyễn Thị Hồng"))
    page = f"/en{reverse('courses:enroll_for', args=[run.pk, mandate.public_id])}"
    return mandate.person, signed_in(mandate.helper), page, {"act": "SAY"}, "Lê Văn Hòa is a child to the law"


def at_the_counter(run: CourseRun):
    centre = run.version.course.provider
    person = a_registration(organization=centre, full_name="Vàng Thị Say", birth_year=None).learner
    page = f"/en/organizations/{centre.public_id}/people/{person.public_id}/classes/{run.pk}/"
    said = {"act": "SAY", "agreed_by": "SPOKEN"}
    return person, signed_in(the_manager(centre)), page, said, "Vàng Thị Say is a child to the law"


@pytest.mark.parametrize("door", [by_oneself, at_the_counter])
def test_it_is_asked_once_and_what_was_typed_stays(door):
    basics = an_online_course()
    run = a_published_run(version=a_published_version(provider=an_organization()))
    asks_for(run, age_max=100, first=(basics.course,), word_suffices=True)
    learner, client, page, said, words = door(run)
    said |= {"birth_year": CHILDS, f"word_{basics.course_id}": "Ở nhà với bà"}

    asked = client.post(page, said)
    before = year_of(learner), LearnedElsewhere.objects.count(), PlaceStep.objects.count(), MandateAct.objects.count()
    done = client.post(page, said | {"is_that_young": "on"})

    assert asked.status_code == 200
    assert (words in asked.text, BOX in asked.text) == (True, True)
    assert (f'value="{CHILDS}"' in asked.text, "Ở nhà với bà" in asked.text) == (True, True)
    assert before == (None, 0, 0, 0)
    assert (done.status_code, year_of(learner), LearnedElsewhere.objects.count()) == (302, int(CHILDS), 1)


def test_a_helper_makes_a_child_of_nobody():
    run = a_published_run(version=a_published_version(provider=an_organization()))
    asks_for(run, age_max=100)
    learner, client, page, said, words = by_a_helper(run)

    refused = client.post(page, said | {"birth_year": CHILDS, "is_that_young": "on"})

    assert (refused.status_code, words in refused.text, BOX in refused.text) == (200, True, False)
    assert f'value="{CHILDS}"' in refused.text
    assert year_of(learner) is None


@pytest.mark.parametrize("door", [by_oneself, by_a_helper, at_the_counter])
def test_a_grown_up_is_asked_nothing_more(door):
    run = a_published_run(version=a_published_version(provider=an_organization()))
    asks_for(run, age_min=18)
    learner, client, page, said, _words = door(run)
    first = client.get(page.removesuffix("about/"))

    done = client.post(page, said | {"birth_year": "1958"})

    assert ('name="birth_year"' in first.text, BOX in first.text) == (True, False)
    assert (done.status_code, year_of(learner)) == (302, 1958)


def test_who_claims_what_was_written_down_at_the_door_is_asked_too(time_machine):
    run = asks_for(a_published_run(instructor=(teacher := a_learner())), age_max=100)
    session = run.class_sessions.first()
    time_machine.move_to(session.starts_at, tick=False)
    came = walk_in.record(
        class_session=session, full_name="Lê Văn Hòa", phone=PHONE, actor=teacher, now=session.starts_at
    )
    time_machine.move_to(session.ends_at + timedelta(hours=1), tick=False)
    learner = a_learner(phone=PHONE)
    client = signed_in(learner)
    said = {"session": str(session.pk), "name": came.full_name, "about": "1", "birth_year": CHILDS}

    asked = client.post("/en/me/walk-ins/", said)
    before = year_of(learner)
    client.post("/en/me/walk-ins/", said | {"is_that_young": "on"})

    assert (BOX in asked.text, f'value="{CHILDS}"' in asked.text, before) == (True, True, None)
    assert year_of(learner) == int(CHILDS)
