"""Several people ask for the same, and one presses twice, at the same moment."""

import pytest

from courses.actions import wish, wish_upkeep
from courses.models import Wish, WishProposal, WishVoice
from courses.rules import WISHES_OPEN_MAX
from learners.models import Place
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NINH_KIEU, NOW, a_learner
from tests.factories.wishes import a_wish
from tests.faults.together import kinds, together

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_four_who_ask_at_once_make_one_wish():
    place = Place.objects.get(code=NINH_KIEU)
    people = [a_learner() for _ in range(4)]

    answers = together(
        *(lambda each=each: wish.ask(learner=each, topic="Trồng nấm", place=place, now=NOW) for each in people)
    )

    assert kinds(answers) == ["WishVoice"] * 4
    assert (Wish.objects.count(), WishVoice.objects.count()) == (1, 4)


def test_one_who_presses_twice_has_one_voice():
    place, learner = Place.objects.get(code=NINH_KIEU), a_learner()

    answers = together(*[lambda: wish.ask(learner=learner, topic="Trồng nấm", place=place, now=NOW)] * 3)

    assert kinds(answers) == ["WishVoice"] * 3
    assert (Wish.objects.count(), WishVoice.objects.count()) == (1, 1)


def test_the_limit_holds_at_once():
    place, learner = Place.objects.get(code=NINH_KIEU), a_learner()
    for number in range(WISHES_OPEN_MAX.count_max - 1):
        a_wish(learner=learner, topic=f"Nghề số {number}")

    answers = together(
        *(
            lambda topic=topic: wish.ask(learner=learner, topic=topic, place=place, now=NOW)
            for topic in ("Một", "Hai", "Ba")
        )
    )

    assert kinds(answers) == ["TooManyOpen", "TooManyOpen", "WishVoice"]
    assert WishVoice.objects.filter(learner=learner).count() == WISHES_OPEN_MAX.count_max


def test_two_nights_at_once_propose_once():
    a_wish()
    a_published_run(version=a_published_version(title_vi="Trồng nấm rơm"))

    together(*[lambda: wish_upkeep.propose_runs(now=NOW)] * 2)

    assert WishProposal.objects.count() == 1
