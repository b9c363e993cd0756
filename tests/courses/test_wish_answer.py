"""An organization answers what people near it ask for; those who asked are told when a class is open."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from courses.actions import wish, wish_answer
from courses.choices import WishAnswerKind, WishTime
from courses.models import CourseRun, WishAnswer
from courses.queries import demand
from courses.queries import wish as queries
from learners import emails
from learners.choices import MessageKind, Role
from learners.models import Message, Organization, Place
from tests.factories.catalog import a_draft, a_published_run, a_published_version
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.wishes import a_wish, wished_by

pytestmark = pytest.mark.django_db
PLANNED, OPEN, CANNOT = WishAnswerKind.PLANNED, WishAnswerKind.OPEN, WishAnswerKind.CANNOT
ELSEWHERE, SAME_PROVINCE = "00004", "31120"


@pytest.fixture
def centre() -> Organization:
    return an_organization(name_vi="Trung tâm phường Ninh Kiều")


def answer(centre, voice, kind=PLANNED, **more):
    said = {"wish": voice.wish, "organization": centre, "actor": centre.registered_by, "kind": kind, "now": NOW}
    return wish_answer.answer(**(said | more))


def a_run_of(centre, **more) -> CourseRun:
    return a_published_run(version=a_published_version(provider=centre, title_vi="Trồng nấm tại nhà", **more))


def letters() -> list[Message]:
    return list(Message.objects.filter(kind=MessageKind.WISH_OPENED).order_by("pk"))


def test_the_board_has_the_commune_first_then_the_province_most_people_first(centre):
    wished_by(2, topic="Trồng nấm")
    wished_by(3, topic="Tin học")
    wished_by(4, topic="Xã bên", commune=SAME_PROVINCE)
    wished_by(5, topic="Tỉnh khác", commune=ELSEWHERE)

    found = demand.demand(centre).lines

    assert [(line.wish.topic, line.people) for line in found] == [("Tin học", 3), ("Trồng nấm", 2), ("Xã bên", 4)]


def test_the_board_says_when_people_could_come(centre):
    a_wish(times=[WishTime.WEEKDAY_EVENING, WishTime.WEEKEND_DAY])
    a_wish(times=[WishTime.WEEKDAY_EVENING])

    (line,) = demand.demand(centre).lines

    assert line.times == [(WishTime.WEEKDAY_EVENING.label, 2), (WishTime.WEEKEND_DAY.label, 1)]


def test_everybody_who_asks_is_told_once_when_a_class_opens(centre):
    voice = wished_by(3)
    left = a_wish()
    wish.withdraw(voice=left, now=NOW)
    run = a_run_of(centre)

    answer(centre, voice, OPEN, run=run)
    answer(centre, voice, OPEN, run=run, now=NOW + timedelta(hours=1))

    assert len(letters()) == 3
    assert left.learner_id not in {letter.recipient_id for letter in letters()}
    assert WishAnswer.objects.count() == 1
    letter = emails.render(letters()[0])
    assert letter.subject == "Có lớp cho điều bạn muốn học: Trồng nấm rơm"
    assert "Trung tâm phường Ninh Kiều vừa mở lớp: Trồng nấm tại nhà" in letter.text
    assert "8:00 thứ Ba 24/11/2026" in letter.text
    assert f"http://localhost{run.version.get_absolute_url()}" in letter.text


def test_who_reads_english_is_told_in_english(centre):
    a_wish(learner=a_learner(language="en"))

    answer(centre, a_wish(), OPEN, run=a_run_of(centre, title_en="Growing mushrooms"))

    letter = emails.render(letters()[0])
    assert letter.subject.startswith("A class for what you would like to learn")
    assert "Growing mushrooms" in letter.text


@pytest.mark.parametrize(
    ("kind", "reason"), [(PLANNED, ""), (PLANNED, "Khoảng tháng 3"), (CANNOT, "Chưa có người dạy")]
)
def test_other_answers_write_to_nobody_and_stand_on_the_page_of_who_asked(centre, kind, reason):
    voice = a_wish()

    answer(centre, voice, kind, reason=reason)

    (mine,) = queries.of_learner(voice.learner, limit=9)
    assert [(each.organization, each.kind, each.reason) for each in mine.answers] == [(centre, kind, reason)]
    assert letters() == []


def test_the_newest_answer_of_each_organization_stands(centre):
    voice, other = a_wish(), an_organization()
    answer(centre, voice, CANNOT, reason="Chưa có người dạy")
    answer(other, voice, PLANNED, now=NOW + timedelta(hours=1))
    answer(centre, voice, PLANNED, now=NOW + timedelta(hours=2))

    (mine,) = queries.of_learner(voice.learner, limit=9)

    assert [(each.organization, each.kind) for each in mine.answers] == [(centre, PLANNED), (other, PLANNED)]
    assert WishAnswer.objects.count() == 3


def test_a_cancelled_class_answers_nothing(centre):
    voice, run = a_wish(), a_run_of(centre)
    answer(centre, voice, OPEN, run=run)
    CourseRun.objects.filter(pk=run.pk).update(cancelled_at=NOW)

    (mine,) = queries.of_learner(voice.learner, limit=9)

    assert mine.answers == []


def refused(refusal, centre, voice, kind=PLANNED, **more):
    with pytest.raises(refusal):
        answer(centre, voice, kind, **more)

    assert not WishAnswer.objects.exists()
    assert letters() == []


def test_only_a_manager_answers(centre):
    instructor = a_learner()
    a_membership(organization=centre, learner=instructor, role=Role.INSTRUCTOR)

    refused(wish_answer.NotAManager, centre, a_wish(), actor=instructor)
    refused(wish_answer.NotAManager, centre, a_wish(), actor=a_learner())


@pytest.mark.parametrize("more", [{"verified": False}, {"verified_until": date(2026, 11, 20)}], ids=["never", "lapsed"])
def test_only_a_verified_organization_answers(more):
    refused(wish_answer.NotVerified, an_organization(**more), a_wish())


def test_a_wish_of_another_province_is_not_theirs(centre):
    refused(wish_answer.NotOnTheBoard, centre, a_wish(commune=ELSEWHERE))


def test_a_wish_nobody_has_any_more_is_not_answered(centre):
    voice = a_wish()
    wish.withdraw(voice=voice, now=NOW)

    refused(wish_answer.NotOnTheBoard, centre, voice)


def test_a_no_says_why(centre):
    refused(wish_answer.ReasonMissing, centre, a_wish(), CANNOT, reason="  ")


def test_an_open_class_is_their_own_and_open(centre):
    over = a_published_run(version=a_published_version(provider=centre), starts_at=NOW - timedelta(days=29))

    refused(wish_answer.NotTheirRun, centre, a_wish(), OPEN)
    refused(wish_answer.NotTheirRun, centre, a_wish(), OPEN, run=a_published_run())
    refused(wish_answer.NotTheirRun, centre, a_wish(), OPEN, run=over)


def test_a_draft_is_no_class_to_enrol_in(centre):
    draft = a_draft(provider=centre)
    run = a_run_of(centre)
    CourseRun.objects.filter(pk=run.pk).update(version=draft)

    refused(wish_answer.NotTheirRun, centre, a_wish(), OPEN, run=run)


def test_answers_are_never_changed_and_name_no_strangers_run(centre):
    given = answer(centre, a_wish())

    with pytest.raises(DatabaseError), transaction.atomic():
        WishAnswer.objects.filter(pk=given.pk).update(reason="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        WishAnswer.objects.filter(pk=given.pk).delete()
    said = {"wish": given.wish, "organization": centre, "answered_by": centre.registered_by, "answered_at": NOW}
    for wrong in (
        {"kind": OPEN, "run": a_published_run()},
        {"kind": OPEN, "run": None},
        {"kind": PLANNED, "run": a_run_of(centre)},
        {"kind": CANNOT, "run": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            WishAnswer.objects.create(**said, **wrong)


def test_what_is_not_answered_is_counted_on_the_desk(centre):
    voice = a_wish(topic="Trồng nấm")
    a_wish(topic="Tin học")
    a_wish(topic="Xã bên", commune=SAME_PROVINCE)

    answer(centre, voice)

    assert demand.unanswered(centre) == 1
    assert demand.unanswered(an_organization(place=Place.objects.get(code=ELSEWHERE))) == 0


def test_the_board_costs_the_same_with_one_wish_or_many(centre, django_assert_num_queries):
    for count in (1, 8):
        for number in range(count):
            answer(centre, wished_by(3, topic=f"Nghề {count} {number}"), PLANNED)
        with django_assert_num_queries(5):
            demand.demand(centre)
        with django_assert_num_queries(3):
            queries.public_board(centre.place)
