"""For whom a class is: ages, courses completed first; said before one begins, asked of everybody who would come."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions import enrollment, erasure, helping, terms, waiting
from courses.models import Enrollment, EnrollmentTerms, LearnedElsewhere
from learners.choices import HelperAct
from learners.models import Learner
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.feedback import an_online_course, completed
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.terms import asks_for
from tests.factories.waiting import a_full_run, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db
BORN = 2000  # 25 or 26 years of age on the first day of the runs here, 24 November 2026


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def takes(run, learner):
    return enrollment.obstacle(learner=learner, run=run, now=NOW) is None


@pytest.mark.parametrize(
    ("ages", "is_taken"),
    [
        ({"age_min": 26}, True),  # may have turned 26
        ({"age_min": 27}, False),
        ({"age_max": 25}, True),  # may not have turned 26 yet
        ({"age_max": 24}, False),
        ({"age_min": 16, "age_max": 60}, True),
        ({}, True),
    ],
    ids=str,
)
def test_who_may_be_of_the_age_may_come(ages, is_taken):
    run = asks_for(a_published_run(), **ages)

    assert takes(run, a_learner(birth_year=BORN)) is is_taken


def test_what_is_refused_is_said_kindly_and_nothing_is_written():
    run = asks_for(a_published_run(), age_min=60)

    with pytest.raises(enrollment.OutsideAge, match="từ 60 tuổi"):
        enrollment.enroll(learner=a_learner(birth_year=BORN), run=run, now=NOW)

    assert not Enrollment.objects.exists()


def test_of_a_class_at_ones_own_pace_the_day_of_enrolling_counts(time_machine):
    run = asks_for(a_published_run(sessions=0), age_min=27)
    learner = a_learner(birth_year=BORN)
    assert not takes(run, learner)

    next_year = NOW + timedelta(days=60)

    assert enrollment.obstacle(learner=learner, run=run, now=next_year) is None


def test_a_course_completed_first():
    basics = an_online_course()
    run = asks_for(a_published_run(), first=(basics.course,))
    learner = a_learner()

    with pytest.raises(enrollment.BuildsOnAnother, match=basics.title_vi):
        enrolled(learner, run)
    completed(basics, learner)

    assert enrolled(learner, run).state == "ENROLLED"


def test_a_word_instead_of_a_course(django_assert_max_num_queries):
    basics = an_online_course()
    strict, kind = (asks_for(a_published_run(), first=(basics.course,), word_suffices=word) for word in (False, True))
    learner = a_learner()
    said = {basics.course_id: "Làm nghề mười năm"}

    for run in (strict, kind):
        terms.tell(learner=learner, run=run, birth_year=None, words=said, now=NOW)
        terms.tell(learner=learner, run=run, birth_year=None, words={basics.course_id: "Khác"}, now=NOW)

    assert [takes(run, learner) for run in (strict, kind)] == [False, True]
    assert LearnedElsewhere.objects.get().words == "Làm nghề mười năm"


def test_a_word_about_another_course_is_not_kept():
    basics, other = an_online_course(), an_online_course()
    run = asks_for(a_published_run(), first=(basics.course,), word_suffices=True)

    terms.tell(learner=a_learner(), run=run, birth_year=None, words={other.course_id: "Làm nghề"}, now=NOW)

    assert not LearnedElsewhere.objects.exists()


def test_the_waiting_list_asks_the_same():
    run = asks_for(a_full_run(), age_min=60)

    with pytest.raises(waiting.NotTakingPeople, match="từ 60 tuổi"):
        waits_for(run, learner=a_learner(birth_year=BORN))


def test_who_stands_in_line_when_terms_change_keeps_their_turn():
    run = a_full_run()
    request = waits_for(run, learner=a_learner(birth_year=BORN))
    asks_for(run, age_min=60)

    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    assert waiting.accept(offer=offer_to(request), now=NOW).state == "ENROLLED"


def test_a_helper_is_asked_the_same():
    run = asks_for(a_published_run(), age_min=60)
    mandate = a_mandate(person=a_learner(), acts=(HelperAct.ENROL,))

    with pytest.raises(enrollment.AgeNotSaid, match="năm sinh"):
        helping.enroll_for(mandate=mandate, helper=mandate.helper, run=run, now=NOW)


@pytest.mark.parametrize("ages", [{"age_min": 0}, {"age_min": 130}, {"age_min": 20, "age_max": 19}], ids=str)
def test_the_database_refuses_ages_that_are_none(ages):
    terms_of_run = asks_for(a_published_run(), age_min=16).terms

    with pytest.raises(IntegrityError, match="enrollment_terms_age"), transaction.atomic():
        EnrollmentTerms.objects.filter(pk=terms_of_run.pk).update(**ages)


def test_a_class_does_not_build_on_itself_nor_on_too_much():
    run = a_published_run()
    many = tuple(a_published_version().course for _ in range(4))

    for first in ((run.version.course,), many):
        with pytest.raises(terms.NotToBuildOn):
            asks_for(run, first=first)

    assert not EnrollmentTerms.objects.exists()


def test_only_a_manager_changes_them():
    run = a_published_run(instructor=a_learner(full_name="Cô giáo"))

    for actor in (a_learner(), run.instructors.get()):
        with pytest.raises(terms.NotAManager):
            terms.change(run=run, actor=actor, age_min=1, age_max=None, first=(), word_suffices=False, now=NOW)


def test_a_word_goes_with_the_account():
    basics = an_online_course()
    run = asks_for(a_published_run(), first=(basics.course,), word_suffices=True)
    learner = a_learner()
    terms.tell(learner=learner, run=run, birth_year=None, words={basics.course_id: "Làm nghề"}, now=NOW)
    Learner.objects.filter(pk=learner.pk).update(closed_at=NOW, is_active=False)

    counts = erasure.erase(learner=learner, name=learner.full_name, now=NOW)

    assert (counts["learned_elsewhere"], LearnedElsewhere.objects.exists()) == (1, False)


# The pages


def test_what_is_not_known_is_asked_and_then_everything_is_looked_at_again(learner_client):
    basics = an_online_course()
    run = asks_for(a_published_run(), age_min=16, first=(basics.course,), word_suffices=True)
    learner = a_learner(language="en")
    client = learner_client(learner)
    address, about = f"/en/runs/{run.pk}/enroll/", f"/en/runs/{run.pk}/enroll/about/"

    page = client.get(address)
    empty = client.post(about, {"birth_year": "20x", f"word_{basics.course_id}": ""})
    refused = client.post(address)
    told = client.post(about, {"birth_year": "2000", f"word_{basics.course_id}": "Ten years of work"})
    again = client.get(address)

    assert 'name="birth_year"' in page.text
    assert ">Enrol</button>" not in page.text
    assert 'value="20x"' in empty.text
    assert "Write in a line where you have learned it." in empty.text
    assert (refused.status_code, Enrollment.objects.filter(learner=learner).exists()) == (409, False)
    assert told.url == address
    assert ">Enrol</button>" in again.text
    learner.refresh_from_db()
    assert learner.birth_year == 2000
    assert client.post(address).status_code == 302
    assert LearnedElsewhere.objects.get().words == "Ten years of work"


def test_a_year_that_is_known_is_not_asked_again(learner_client):
    run = asks_for(a_published_run(), age_min=16)
    learner = a_learner(birth_year=1960)

    learner_client(learner).post(f"/runs/{run.pk}/enroll/about/", {"birth_year": "1999"})

    learner.refresh_from_db()
    assert learner.birth_year == 1960


def test_the_course_page_says_it_before_one_begins(client):
    basics = an_online_course()
    run = asks_for(a_published_run(), age_min=16, age_max=60, first=(basics.course,), word_suffices=True)

    page = client.get(f"/en/courses/{run.version.course_id}/", follow=True)

    assert "From 16 to 60 years of age" in page.text
    assert basics.title_en in page.text
    assert "(or learned elsewhere)" in page.text


def test_a_manager_writes_them_and_the_roster_shows_the_words(learner_client):
    organization = an_organization()
    basics = an_online_course(provider=organization)
    run = a_published_run(version=a_published_version(provider=organization))
    client = learner_client(organization.registered_by)
    address = reverse("courses:run_terms", args=[organization.public_id, run.pk])
    said = {"age_min": "16", "age_max": "", "first_1": basics.course_id, "first_2": basics.course_id}

    wrong = client.post(address, {"age_min": "60", "age_max": "20"})
    saved = client.post(address, {**said, "word_suffices": "on"})
    learner = a_learner(full_name="Cao Văn Tư", birth_year=BORN)
    terms.tell(learner=learner, run=run, birth_year=None, words={basics.course_id: "Ở nhà"}, now=NOW)
    enrolled(learner, run)
    roster = client.get(reverse("courses:run", args=[organization.public_id, run.pk]))

    assert "Tuổi lớn nhất nhỏ hơn tuổi nhỏ nhất." in wrong.text
    assert saved.status_code == 302
    asked = run.__class__.objects.get(pk=run.pk).terms
    assert (asked.age_min, asked.age_max, asked.prerequisites.get().word_suffices) == (16, None, True)
    assert "Ở nhà" in roster.text
    assert f'value="{basics.course_id}" selected' in client.get(address).text


def test_the_page_costs_the_same_with_terms(learner_client, django_assert_num_queries):
    basics = [an_online_course().course for _ in range(3)]
    few, many = (
        asks_for(a_published_run(), age_min=16, first=tuple(basics[:number]), word_suffices=True) for number in (1, 3)
    )
    client = learner_client(a_learner(birth_year=BORN))
    client.get(f"/runs/{few.pk}/enroll/")

    for run in (few, many):
        with django_assert_num_queries(17):
            client.get(f"/runs/{run.pk}/enroll/")
