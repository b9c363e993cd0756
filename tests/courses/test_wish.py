"""A learner asks for what nobody teaches near home; the same words in the same commune are one wish."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.actions import wish
from courses.choices import VoiceEnd, WishTime
from courses.models import Wish, WishVoice
from courses.queries import wish as queries
from courses.rules import WISHES_A_DAY_MAX, WISHES_OPEN_MAX
from learners.models import Learner, Place
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner
from tests.factories.wishes import a_wish, wished_by

pytestmark = pytest.mark.django_db
ELSEWHERE = "00004"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trồng nấm rơm", "trồng  NẤM rơm"),
        ("Trồng nấm rơm", "trong nam rom"),
        ("Trồng nấm rơm", "Tro\u0302\u0300ng na\u0302\u0301m ro\u031bm"),
        ("Trồng nấm rơm", "Tôi muốn học trồng nấm rơm!"),
        ("Trồng nấm rơm", "Lớp trồng nấm, rơm"),
        ("Khóa học tin học", "Tin học"),
    ],
    ids=["case and spaces", "without diacritics", "decomposed", "with what is put before it", "with marks", "course"],
)
def test_the_same_words_are_one_wish(one, other):
    first, second = a_wish(topic=one), a_wish(topic=other)

    assert first.wish == second.wish
    assert Wish.objects.count() == 1
    assert queries.others_who_ask(second) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Trồng nấm", "Trồng rau"), ("Khoa học tự nhiên", "Tự nhiên"), ("Lớp", "Lớp trưởng")]
)
def test_other_words_are_another_wish(one, other):
    assert a_wish(topic=one).wish != a_wish(topic=other).wish


def test_another_commune_is_another_wish():
    assert a_wish().wish != a_wish(commune=ELSEWHERE).wish


def test_it_is_shown_as_the_first_of_them_wrote_it():
    a_wish(topic="lớp học Trồng nấm rơm")
    a_wish(topic="TRONG NAM ROM")

    assert Wish.objects.get().topic == "Trồng nấm rơm"


def test_asking_twice_is_asking_once_with_what_was_said_last():
    learner = a_learner()
    first = a_wish(learner=learner, times=[WishTime.WEEKDAY_EVENING])

    second = a_wish(
        learner=learner, times=[WishTime.WEEKEND_DAY, WishTime.WEEKDAY_MORNING], now=NOW + timedelta(days=1)
    )

    assert second == first
    assert second.times == ["weekday_morning", "weekend_day"]
    assert (second.asked_at, second.kept_at) == (NOW, NOW + timedelta(days=1))
    assert WishVoice.objects.count() == 1


def test_taken_back_it_no_longer_counts_and_may_be_asked_again():
    learner = a_learner()
    voice = a_wish(learner=learner)
    a_wish()

    ended = wish.withdraw(voice=voice, now=NOW)
    again = wish.withdraw(voice=voice, now=NOW + timedelta(days=1))
    assert (ended.ended_at, ended.ended_how, again.ended_at) == (NOW, VoiceEnd.WITHDRAWN, NOW)
    assert queries.heard().count() == 1

    back = a_wish(learner=learner, now=NOW + timedelta(days=2))
    assert (back.pk, back.ended_at, back.ended_how) == (voice.pk, None, "")
    assert queries.heard().count() == 2


def test_who_has_left_no_longer_counts():
    voice = a_wish()
    Learner.objects.filter(pk=voice.learner_id).update(is_active=False)

    assert not queries.heard().exists()


@pytest.mark.parametrize("topic", ["", "  ", "!!!", "\u200b"])
def test_nothing_asked_is_refused(topic):
    with pytest.raises(wish.NothingAsked):
        a_wish(topic=topic)

    assert not Wish.objects.exists()


@pytest.mark.parametrize("code", ["92"], ids=["a province"])
def test_only_a_commune_can_be_asked(code):
    with pytest.raises(wish.NotACommune):
        a_wish(commune=code)


def test_a_place_no_longer_in_force_cannot_be_asked():
    Place.objects.filter(pk=NINH_KIEU).update(valid_to="2030-01-01")

    with pytest.raises(wish.NotACommune):
        a_wish()


def test_so_many_wishes_and_no_more():
    learner = a_learner()
    voices = [a_wish(learner=learner, topic=f"Nghề số {number}") for number in range(WISHES_OPEN_MAX.count_max)]

    with pytest.raises(wish.TooManyOpen):
        a_wish(learner=learner, topic="Thêm một")

    assert a_wish(learner=learner, topic="Nghề số 1") == voices[1]  # asked for already
    wish.withdraw(voice=voices[0], now=NOW)
    assert a_wish(learner=learner, topic="Thêm một").ended_at is None


def test_so_many_a_day_and_no_more():
    learner = a_learner()
    for number in range(WISHES_A_DAY_MAX.count_max):
        wish.withdraw(voice=a_wish(learner=learner, topic=f"Nghề số {number}"), now=NOW)

    with pytest.raises(wish.TooManyToday):
        a_wish(learner=learner, topic="Thêm một")

    assert a_wish(learner=learner, topic="Thêm một", now=NOW + timedelta(days=1, seconds=1)).ended_at is None


def test_the_database_keeps_one_voice_a_learner_and_one_wish_a_place():
    voice = a_wish()

    for again in (
        WishVoice(wish=voice.wish, learner=voice.learner, asked_at=NOW, kept_at=NOW),
        Wish(place=voice.wish.place, topic="khác", topic_fold=voice.wish.topic_fold, created_at=NOW),
        Wish(place=voice.wish.place, topic="", topic_fold="x", created_at=NOW),
        WishVoice(wish=voice.wish, learner=a_learner(), asked_at=NOW, kept_at=NOW, ended_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()


def test_a_public_board_shows_what_several_ask_for_most_first():
    place = Place.objects.get(code=NINH_KIEU)
    wished_by(3, topic="Trồng nấm")
    wished_by(4, topic="Tin học")
    wished_by(2, topic="Chỉ hai người")
    wished_by(5, topic="Nơi khác", commune=ELSEWHERE)

    for shown in (queries.public_board(place), queries.public_board(place.parent)):
        assert [(asked.wish.topic, asked.people) for asked in shown.lines] == [("Tin học", 4), ("Trồng nấm", 3)]


def test_two_and_one_who_took_it_back_are_not_three():
    voice = wished_by(3)
    wish.withdraw(voice=voice, now=NOW)

    assert queries.public_board(voice.wish.place).lines == []


def test_a_curator_takes_what_is_no_wish_off_the_boards():
    voice = wished_by(3, topic="Bán hàng đa cấp lãi cao")
    curator = a_curator()

    hidden = wish.hide(wish=voice.wish, curator=curator, now=NOW)
    wish.hide(wish=voice.wish, curator=a_curator(), now=NOW + timedelta(days=1))

    assert queries.public_board(voice.wish.place).lines == []
    assert (hidden.hidden_at, hidden.hidden_by) == (NOW, curator)
    assert len(queries.of_learner(voice.learner, limit=9)) == 1
    wish.show(wish=voice.wish, curator=curator)
    assert len(queries.public_board(voice.wish.place).lines) == 1


def test_nobody_else_hides_a_wish():
    voice = a_wish()

    with pytest.raises(wish.NotACurator):
        wish.hide(wish=voice.wish, curator=a_learner(), now=NOW)
