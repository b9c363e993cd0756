"""A birth year somebody typed lets them into a class of an age, and proves nothing: the record stays its owner's."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from courses.actions import helping
from courses.actions import terms as telling
from courses.models import CourseRun
from learners.actions import birth_year, card
from learners.choices import HelperAct
from learners.models import Card, Learner
from learners.queries import card as cards
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_registration, an_old_card, the_manager
from tests.factories.mandates import a_mandate
from tests.factories.people import NOW, an_organization
from tests.factories.terms import asks_for

pytestmark = pytest.mark.django_db
SAID = 1970


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def run() -> CourseRun:
    return asks_for(a_published_run(), age_max=100)


@pytest.fixture
def registered():
    return a_registration(organization=an_organization(), birth_year=None)


def year_of(learner: Learner) -> tuple[int | None, bool]:
    learner.refresh_from_db()
    return learner.birth_year, learner.birth_year_confirmed_at is not None


def proves(learner: Learner) -> bool:
    return card.proves(learner=learner, said=str(SAID), now=NOW)


def test_who_found_a_card_says_a_year_and_makes_nothing_theirs(registered, run):
    finder = Client()
    finder.post(reverse("learners:card_scan", args=[an_old_card(registered).secret]))

    finder.post(reverse("courses:enroll_about", args=[run.pk]), {"birth_year": str(SAID)})
    page = finder.post(reverse("learners:claim"), {"address": "trom@example.vn", "known": str(SAID)})

    assert year_of(registered.learner) == (SAID, False)  # the class asks for it
    assert page.status_code == 200
    assert "Chưa đúng, hoặc" in page.content.decode()
    assert not Learner.objects.filter(email="trom@example.vn").exists()


def test_nor_does_it_open_the_code_of_the_card(registered, run):
    printed = an_old_card(registered)
    telling.tell(learner=registered.learner, run=run, birth_year=SAID, words={}, now=NOW)

    with pytest.raises(card.UnableToComeIn):
        card.come_in_by_code(code=printed.code, said=str(SAID), now=NOW)


def test_a_helper_proves_nothing_by_the_year_they_wrote(registered, run):
    an_old_card(registered)
    mandate = a_mandate(person=registered.learner, acts=(HelperAct.ENROL,))

    helping.say_for(mandate=mandate, helper=mandate.helper, run=run, birth_year=SAID, words={}, now=NOW)

    assert (year_of(registered.learner), proves(registered.learner)) == ((SAID, False), False)


def test_once_staff_have_seen_a_paper_the_year_goes_with_the_card(registered, run):
    an_old_card(registered)
    telling.tell(learner=registered.learner, run=run, birth_year=SAID, words={}, now=NOW)
    where = registered.organization

    birth_year.confirm(learner=registered.learner, year=SAID, actor=the_manager(where), organization=where, now=NOW)

    assert proves(registered.learner)


@pytest.mark.parametrize("saw_paper", [True, False])
def test_a_year_written_when_the_record_was_opened_goes_with_it_if_it_stood_on_a_paper(saw_paper):
    registered = a_registration(organization=an_organization(), birth_year=SAID, saw_paper=saw_paper)
    an_old_card(registered)

    assert cards.is_known_to(Card.objects.select_related("learner").get(), str(SAID)) is saw_paper
