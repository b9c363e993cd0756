"""Taking a place on a run."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import enrollment
from courses.choices import VersionState
from courses.models import Enrollment
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db


def test_enroll_keeps_a_place_and_says_so():
    learner = a_learner()
    run = a_published_run(instructor=a_learner(full_name="Trần Thị Ngọc Lan"))

    place = enrollment.enroll(learner=learner, run=run, now=NOW)

    assert (place.learner, place.run, place.enrolled_at) == (learner, run, NOW)
    message = Message.objects.get()
    assert (message.recipient, message.deduplication_key) == (learner, f"enrolled:{place.pk}")
    assert message.data == {
        "course": run.version.title_vi,
        "date": "thứ Ba 24/11/2026",
        "time": "8:00",
        "venue": "Nhà văn hóa phường Ninh Kiều",
        "instructor": "Trần Thị Ngọc Lan",
        "bring": "",
        "first_unit": "",
        "credits": "0,12",
        "deadline": "8:00 thứ Ba 24/11/2026",
        "link": f"http://localhost/enrollments/{place.public_id}/",
    }


def test_enroll_twice_keeps_one_place():
    learner, run = a_learner(), a_published_run()

    first = enrolled(learner, run)
    second = enrolled(learner, run)

    assert second == first
    assert Enrollment.objects.count() == 1
    assert Message.objects.count() == 1


def test_enroll_again_after_withdrawing():
    learner, run = a_learner(), a_published_run(seats=1)
    enrollment.withdraw(enrollment=enrolled(learner, run), now=NOW)

    again = enrolled(learner, run)

    assert again.state == "ENROLLED"
    assert Enrollment.objects.holding_seat().count() == 1


def test_enroll_in_an_online_course_names_its_first_unit():
    run = a_published_run(sessions=0)

    enrolled(a_learner(language="en"), run)

    data = Message.objects.get().data
    assert (data["first_unit"], data["date"], data["venue"]) == ("Unit 1", "", "")
    assert data["link"].startswith("http://localhost/en/enrollments/")


def full(run):
    run.seats_max = 1
    run.save()
    enrolled(a_learner(), run)


def closed(run):
    run.enrollment_closes_at = NOW
    run.save()


def over(run):
    run.starts_on = run.ends_on = NOW.date() - timedelta(days=1)
    run.enrollment_closes_at = None
    run.save()


def not_open(run):
    run.enrollment_opens_at = NOW + timedelta(seconds=1)
    run.save()


def cancelled(run):
    run.cancelled_at = NOW
    run.save()


def put_away(run):
    run.version.course.archived_at = NOW
    run.version.course.save()


def suspended(run):
    provider = run.version.course.provider
    provider.status, provider.suspended_at, provider.suspended_by = "SUSPENDED", NOW, provider.verified_by
    provider.save()


def draft(run):
    draft = run.version
    draft.pk, draft.number, draft.state = None, 2, VersionState.DRAFT
    draft.published_at = draft.published_by = None
    draft._state.adding = True
    draft.save()
    run.version = draft
    run.save()


def taught_by_the_learner(run):
    run.run_instructors.create(learner=a_learner(email="me@example.vn"))


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (full, enrollment.RunIsFull),
        (closed, enrollment.EnrollmentClosed),
        (over, enrollment.EnrollmentClosed),
        (not_open, enrollment.NotYetOpen),
        (cancelled, enrollment.RunCancelled),
        (put_away, enrollment.CourseNotPublished),
        (suspended, enrollment.CourseNotPublished),
        (draft, enrollment.CourseNotPublished),
        (taught_by_the_learner, enrollment.OwnClass),
    ],
    ids=lambda value: value.__name__,
)
def test_enroll_refuses(spoil, refusal):
    run = a_published_run()
    spoil(run)
    learner = run.run_instructors.first().learner if run.run_instructors.exists() else a_learner()
    before = Enrollment.objects.count(), Message.objects.count()

    with pytest.raises(refusal):
        enrollment.enroll(learner=learner, run=run, now=NOW)

    assert (Enrollment.objects.count(), Message.objects.count()) == before


def test_a_run_of_a_replaced_version_goes_on():
    version = a_published_version()
    run = a_published_run(version=version)
    version.state = VersionState.SUPERSEDED
    version.save()

    assert enrolled(a_learner(), run).run.version == version


# The pages. They run at the real time, so these runs have no end.


def test_the_page_asks_then_keeps_the_place(learner_client):
    learner, run = a_learner(), a_published_run(sessions=0)
    client = learner_client(learner)

    page = client.get(reverse("courses:enroll", args=[run.pk]))
    assert page.status_code == 200
    assert run.version.title_vi in page.text
    assert not Enrollment.objects.exists()  # GET changes nothing

    answer = client.post(reverse("courses:enroll", args=[run.pk]))
    again = client.post(reverse("courses:enroll", args=[run.pk]))

    place = Enrollment.objects.get()
    assert place.learner == learner
    assert answer.url == again.url == reverse("courses:enrollment", args=[place.public_id])
    assert client.get(reverse("courses:enroll", args=[run.pk])).url == answer.url
    assert client.get(answer.url).status_code == 200


def test_the_page_says_kindly_that_the_last_seat_is_gone(learner_client):
    run = a_published_run(sessions=0)
    run.seats_max = 1
    run.save()
    enrolled(a_learner(), run)

    answer = learner_client(a_learner(language="en")).post(f"/en/runs/{run.pk}/enroll/")

    assert answer.status_code == 409
    assert "Somebody has just taken the last seat" in answer.text
    assert f'action="/en/runs/{run.pk}/waiting/"' in answer.text
    assert ">Enrol</button>" not in answer.text


def test_who_is_not_signed_in_signs_in_first_and_comes_back(client):
    run = a_published_run(sessions=0)

    for answer in (client.get(f"/runs/{run.pk}/enroll/"), client.post(f"/runs/{run.pk}/enroll/")):
        assert answer.status_code == 302
        assert answer.url == f"{reverse('account_login')}?next=/runs/{run.pk}/enroll/"


def test_an_enrollment_is_its_learners_own(learner_client):
    place = enrolled(a_learner(), a_published_run(sessions=0))

    client = learner_client(a_learner())

    assert client.get(f"/enrollments/{place.public_id}/").status_code == 404
    assert client.get(f"/enrollments/{place.public_id}/withdraw/").status_code == 404
    assert client.post(f"/enrollments/{place.public_id}/withdraw/").status_code == 404


def test_the_page_costs_the_same_with_one_class_or_thirty(learner_client, django_assert_num_queries, time_machine):
    time_machine.move_to(NOW, tick=False)  # before the class begins
    client = learner_client(a_learner())
    for sessions in (1, 30):
        run = a_published_run(sessions=sessions)
        client.get(reverse("courses:enroll", args=[run.pk]))
        with django_assert_num_queries(12):
            client.get(reverse("courses:enroll", args=[run.pk]))


def test_a_replayed_form_a_back_button_and_a_stale_tab_are_one_enrollment(learner_client):
    learner, run = a_learner(), a_published_run(sessions=0)
    tab, stale = learner_client(learner), learner_client(learner)
    address = reverse("courses:enroll", args=[run.pk])
    stale.get(address)

    first = tab.post(address)
    back = tab.get(address)
    answers = [first, back, tab.post(address), stale.post(address), stale.get(address)]

    place = Enrollment.objects.get()
    assert {answer.url for answer in answers} == {reverse("courses:enrollment", args=[place.public_id])}
    assert Message.objects.count() == 1


def test_a_stale_tab_gives_a_place_up_once(learner_client):
    place = enrolled(a_learner(), a_published_run(sessions=0))
    tab, stale = learner_client(place.learner), learner_client(place.learner)
    address = reverse("courses:withdraw", args=[place.public_id])

    answers = [tab.post(address), tab.post(address), stale.post(address)]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert Message.objects.filter(kind="WITHDRAWN").count() == 1
