"""For somebody who has only a card staff take the steps to a place, each written down with how the person agreed."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from courses.actions import approval, at_counter, enrollment
from courses.choices import PlaceAct
from courses.models import Enrollment, PlaceRequest, PlaceStep, SeatOffer
from courses.queries import at_counter as queries
from learners.choices import ConsentWay
from learners.models import Learner, Organization
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.counter import a_registration, the_manager
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, an_organization
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run, someone_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def centre():
    return an_organization()


@pytest.fixture
def person(centre):
    return a_registration(organization=centre, full_name="Vàng Thị Say", birth_year=None).learner


def a_run(centre, **more):
    return a_published_run(version=a_published_version(provider=centre), **more)


def page(person, run=None):
    centre = person.registration.organization
    return f"/en/organizations/{centre.public_id}/people/{person.public_id}/classes/{f'{run.pk}/' if run else ''}"


def staff(centre):
    client = Client()
    client.force_login(the_manager(centre))
    return client


def take(act, person, run, **more):
    centre = person.registration.organization
    said = {"agreed_by": ConsentWay.SPOKEN, "actor": the_manager(centre), "organization": centre, "now": NOW} | more
    return at_counter.take_step(act=act, person=person, run=run, **said)


def steps():
    return list(PlaceStep.objects.order_by("pk").values_list("act", flat=True))


def test_enrolled_and_given_up_with_how_they_agreed(centre, person):
    run, client = a_run(centre), staff(centre)

    listed = client.get(page(person))
    for act in ("ENROL", "ENROL", "GIVE_UP", "GIVE_UP"):
        client.post(page(person, run), {"act": act, "agreed_by": "SPOKEN"})

    place, step = Enrollment.objects.get(), PlaceStep.objects.first()
    assert run.version.title_en in listed.text
    assert (place.learner, place.state, steps()) == (person, "WITHDRAWN", ["ENROL", "GIVE_UP"])
    assert (step.learner, step.run, step.agreed_by) == (person, run, "SPOKEN")
    assert (step.done_by, step.organization) == (the_manager(centre), centre)


def test_without_how_they_agreed_nothing_is_done(centre, person):
    run = a_run(centre)

    answer = staff(centre).post(page(person, run), {"act": "ENROL"})

    assert "Say how the person agreed." in answer.text
    assert (steps(), Enrollment.objects.exists()) == ([], False)


def test_what_the_class_asks_is_said_and_kept_once(centre, person):
    run, client = asks_for(a_run(centre), age_min=18), staff(centre)
    said = {"act": "SAY", "agreed_by": "SPOKEN", "birth_year": "1958"}

    asked = client.get(page(person, run))
    for _ in range(2):
        client.post(page(person, run), said)
    client.post(page(person, run), {"act": "ENROL", "agreed_by": "SPOKEN"})

    person.refresh_from_db()
    assert 'name="birth_year"' in asked.text
    assert (person.birth_year, steps()) == (1958, ["SAY", "ENROL"])


def test_a_seat_is_waited_for_taken_or_passed_on(centre, person):
    run, other = a_full_run(version=a_published_version(provider=centre)), None
    take(PlaceAct.WAIT, person, run)
    assert take(PlaceAct.WAIT, person, run) is False
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    shown = staff(centre).get(page(person, run)).text
    take(PlaceAct.ENROL, person, run)
    other = a_full_run(version=a_published_version(provider=centre))
    take(PlaceAct.WAIT, person, other)
    enrollment.withdraw(enrollment=someone_of(other), now=NOW)
    take(PlaceAct.LEAVE, person, other)

    assert "A seat is kept for Vàng Thị Say until" in shown
    assert "The turn of Vàng Thị Say is gone then" in shown  # before the button that passes it on
    assert list(SeatOffer.objects.order_by("pk").values_list("outcome", flat=True)) == ["ACCEPTED", "WITHDRAWN"]
    assert steps() == ["WAIT", "ENROL", "WAIT", "LEAVE"]


def test_a_place_is_asked_for_and_a_no_is_read_at_the_counter(centre, person):
    run, again = asks_for(a_run(centre), approval_days=3), asks_for(a_run(centre), approval_days=3)
    take(PlaceAct.ASK, person, run)
    take(PlaceAct.ASK, person, again)
    take(PlaceAct.TAKE_BACK, person, again)

    request = PlaceRequest.objects.get(run=run)
    approval.refuse(request=request, actor=the_manager(centre), reason="Lớp đã đủ người.", now=NOW)

    assert "Lớp đã đủ người." in staff(centre).get(page(person)).text
    assert steps() == ["ASK", "ASK", "TAKE_BACK"]


def test_the_person_reads_who_did_what(centre, person):
    run = a_run(centre)
    take(PlaceAct.ENROL, person, run)

    (done,) = queries.done_for(person)

    assert (done.act, done.by, done.organization, done.about) == (
        PlaceAct.ENROL,
        the_manager(centre),
        centre,
        run.version.title_vi,
    )


def has_an_address(person, centre):
    Learner.objects.filter(pk=person.pk).update(email="say@example.vn")


def is_registered_elsewhere(person, centre):
    return {"organization": (other := an_organization()), "actor": the_manager(other)}


def is_of_another_organization(person, centre):
    return {"run": a_published_run()}


@pytest.mark.parametrize(
    "spoil",
    [has_an_address, is_registered_elsewhere, is_of_another_organization],
    ids=lambda it: it.__name__,
)
def test_who_is_not_served_so(centre, person, spoil):
    run = a_run(centre)
    more = spoil(person, centre) or {}
    person = Learner.objects.get(pk=person.pk)

    with pytest.raises(at_counter.UnableToAct):
        take(PlaceAct.ENROL, person, more.pop("run", run), **more)

    assert (steps(), Enrollment.objects.exists()) == ([], False)


def test_a_closed_counter_only_ends_things(centre, person):
    run, other = a_run(centre), a_run(centre)
    enrolled(person, run)
    Organization.objects.filter(pk=centre.pk).update(verified_until=NOW.date().replace(year=2025))
    shut = Organization.objects.get(pk=centre.pk)

    with pytest.raises(at_counter.UnableToAct):
        take(PlaceAct.ENROL, person, other, organization=shut)
    take(PlaceAct.GIVE_UP, person, run, organization=shut)

    assert steps() == ["GIVE_UP"]


def test_how_they_agreed_is_asked_only_where_there_is_a_step(centre, person):
    too_young, client = asks_for(a_run(centre), age_min=90), staff(centre)
    Learner.objects.filter(pk=person.pk).update(birth_year=1990)
    open_one = a_run(centre)

    refused = client.get(page(person, too_young)).text
    may = client.get(page(person, open_one)).text
    Organization.objects.filter(pk=centre.pk).update(verified_until=NOW.date().replace(year=2025))
    shut = client.get(page(person, open_one)).text

    assert ["agreed_by" in each for each in (refused, may, shut)] == [False, True, False]
    assert ['value="ENROL"' in each for each in (may, shut)] == [True, False]


def test_a_place_is_given_up_after_one_more_question(centre, person):
    run, client = a_run(centre), staff(centre)
    enrolled(person, run)

    shown = client.get(page(person, run)).text
    asked = client.get(page(person, run) + "?act=GIVE_UP").text
    unsaid = client.post(page(person, run) + "?act=GIVE_UP", {"act": "GIVE_UP"}).text
    before = steps()
    client.post(page(person, run) + "?act=GIVE_UP", {"act": "GIVE_UP", "agreed_by": "SPOKEN"})

    assert "?act=GIVE_UP" in shown
    assert 'value="GIVE_UP"' not in shown
    assert all(f"Give up the place in “{run.version.title_en}”?" in each for each in (asked, unsaid))
    assert "Say how the person agreed." in unsaid
    assert (before, steps()) == ([], ["GIVE_UP"])


def test_of_classes_elsewhere_the_counter_learns_nothing(centre, person):
    elsewhere = enrolled(person, a_published_run())

    shown = staff(centre).get(page(person)).text

    assert elsewhere.run.version.title_en not in shown
    assert staff(centre).get(page(person, elsewhere.run)).status_code == 404


def test_a_step_stays_as_it_was_taken(centre, person):
    take(PlaceAct.ENROL, person, a_run(centre))

    with pytest.raises(ProgrammingError), transaction.atomic():
        PlaceStep.objects.update(agreed_by="SMS")
    step = PlaceStep.objects.get()
    step.pk, step.done_by = None, person
    with pytest.raises(IntegrityError, match="place_step_by_another"), transaction.atomic():
        step.save(force_insert=True)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries(centre, person, number, django_assert_num_queries):
    for _ in range(number):
        enrolled(person, a_run(centre))
        a_run(centre)

    with django_assert_num_queries(4):
        queries.of_person(person, centre, now=NOW)
