"""At night: runs that may answer a wish are proposed to their organization, and old wishes are asked about."""

from datetime import timedelta

import pytest

from courses.actions import wish, wish_answer, wish_upkeep
from courses.choices import VoiceEnd, WishAnswerKind
from courses.models import CourseRun, WishProposal
from courses.queries import demand
from courses.queries import wish as queries
from courses.rules import WISH_ASKED_AGAIN_AFTER_DAYS, WISH_LAPSES_AFTER_DAYS
from learners import emails
from learners.choices import MessageKind
from learners.models import Message, Organization, Place
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.wishes import a_wish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ASKED_ON = NOW + WISH_ASKED_AGAIN_AFTER_DAYS * DAY
ELSEWHERE = "00004"


@pytest.fixture
def centre() -> Organization:
    return an_organization()


def a_run_about(title: str, centre: Organization, **more) -> CourseRun:
    return a_published_run(version=a_published_version(provider=centre, title_vi=title, **more))


def letters(kind: MessageKind) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.parametrize(
    ("topic", "title", "more", "is_found"),
    [
        ("Trồng nấm rơm", "Kỹ thuật trồng nấm rơm tại nhà", {}, True),
        ("trong nam", "Trồng nấm rơm", {}, True),
        ("nấm rơm", "Nông nghiệp sạch", {"tags": ("trồng nấm rơm",)}, True),
        ("Trồng nấm rơm", "Trồng rau", {}, False),
        ("nấm", "Nấu ăn", {}, False),
    ],
)
def test_a_run_that_says_every_word_is_proposed_to_its_organization(centre, topic, title, more, is_found):
    voice, run = a_wish(topic=topic), a_run_about(title, centre, **more)

    found = wish_upkeep.propose_runs(now=NOW)

    assert found == is_found
    (line,) = demand.demand(centre).lines
    assert [proposal.run for proposal in line.proposals] == ([run] if is_found else [])
    assert letters(MessageKind.WISH_OPENED) == []
    assert queries.of_learner(voice.learner, limit=9)[0].answers == []


def test_it_is_proposed_once(centre):
    a_wish()
    a_run_about("Trồng nấm rơm", centre)

    assert [wish_upkeep.propose_runs(now=NOW) for _ in range(2)] == [1, 0]
    assert wish_upkeep.propose_runs(now=NOW + DAY) == 0


def test_what_the_organization_said_no_to_is_not_proposed_again(centre):
    a_wish()
    a_run_about("Trồng nấm rơm", centre)
    wish_upkeep.propose_runs(now=NOW)
    proposal = WishProposal.objects.get()

    dismissed = wish_answer.dismiss(proposal=proposal, organization=centre, actor=centre.registered_by, now=NOW)
    wish_answer.dismiss(proposal=proposal, organization=centre, actor=centre.registered_by, now=NOW + DAY)

    assert (dismissed.dismissed_at, dismissed.dismissed_by) == (NOW, centre.registered_by)
    assert wish_upkeep.propose_runs(now=NOW) == 0
    assert demand.demand(centre).lines[0].proposals == []


def test_nobody_elses_proposal_is_dismissed(centre):
    a_wish()
    a_run_about("Trồng nấm rơm", centre)
    wish_upkeep.propose_runs(now=NOW)
    other = an_organization()

    with pytest.raises(WishProposal.DoesNotExist):
        wish_answer.dismiss(proposal=WishProposal.objects.get(), organization=other, actor=other.registered_by, now=NOW)


def test_far_away_cancelled_old_or_hidden_is_not_proposed(centre):
    voice = a_wish()
    a_run_about("Trồng nấm rơm", an_organization(place=Place.objects.get(code=ELSEWHERE)))
    CourseRun.objects.filter(pk=a_run_about("Trồng nấm rơm", centre).pk).update(cancelled_at=NOW)
    CourseRun.objects.filter(pk=a_run_about("Trồng nấm rơm", centre).pk).update(created_at=NOW - 9 * DAY)

    assert wish_upkeep.propose_runs(now=NOW) == 0

    wish.withdraw(voice=voice, now=NOW)
    a_run_about("Trồng nấm rơm", centre)
    assert wish_upkeep.propose_runs(now=NOW) == 0


def test_it_costs_the_same_with_one_run_or_many(centre, django_assert_num_queries):
    for count in (1, 6):
        for _ in range(count):
            a_wish(topic=f"Trồng nấm {count}")
            a_run_about("Trồng nấm", centre)
        with django_assert_num_queries(5):  # runs, wishes, what was proposed, and the insertion in a savepoint
            wish_upkeep.propose_runs(now=NOW)


def test_after_ninety_days_without_an_answer_the_learner_is_asked():
    voice = a_wish(learner=a_learner(full_name="Lê Văn Hòa"))

    assert wish_upkeep.ask_again(now=ASKED_ON - timedelta(seconds=1)) == 0
    assert [wish_upkeep.ask_again(now=ASKED_ON) for _ in range(2)] == [1, 0]

    (letter,) = letters(MessageKind.WISH_STILL_WANTED)
    assert letter.recipient == voice.learner
    text = emails.render(letter).text
    assert "«Trồng nấm rơm» ở phường Ninh Kiều, Cần Thơ ngày 21/11/2026" in text
    assert "/me/wishes/" in text
    (mine,) = queries.of_learner(voice.learner, limit=9)
    assert mine.is_asked_again


def test_an_answer_puts_the_question_off(centre):
    voice = a_wish()
    later = NOW + 60 * DAY
    said = {"wish": voice.wish, "organization": centre, "actor": centre.registered_by, "now": later}
    wish_answer.answer(kind=WishAnswerKind.PLANNED, **said)

    assert wish_upkeep.ask_again(now=ASKED_ON) == 0
    assert wish_upkeep.ask_again(now=later + WISH_ASKED_AGAIN_AFTER_DAYS * DAY) == 1


def test_who_keeps_it_is_asked_again_ninety_days_later():
    voice = a_wish()
    wish_upkeep.ask_again(now=ASKED_ON)

    kept = wish.keep(voice=voice, now=ASKED_ON + DAY)

    assert (kept.kept_at, kept.asked_again_at) == (ASKED_ON + DAY, None)
    assert wish_upkeep.lapse_silent(now=ASKED_ON + 40 * DAY) == 0
    assert wish_upkeep.ask_again(now=ASKED_ON + DAY + WISH_ASKED_AGAIN_AFTER_DAYS * DAY) == 1
    assert len(letters(MessageKind.WISH_STILL_WANTED)) == 2


def test_who_does_not_reply_is_no_longer_counted_and_may_come_back():
    voice = a_wish()
    wish_upkeep.ask_again(now=ASKED_ON)
    end = ASKED_ON + WISH_LAPSES_AFTER_DAYS * DAY

    assert wish_upkeep.lapse_silent(now=end) == 0
    assert [wish_upkeep.lapse_silent(now=end + timedelta(seconds=1)) for _ in range(2)] == [1, 0]

    voice.refresh_from_db()
    assert (voice.ended_how, queries.heard().count()) == (VoiceEnd.LAPSED, 0)
    assert wish.keep(voice=voice, now=end + DAY).ended_at is None


def test_an_answer_after_the_question_keeps_the_voice(centre):
    voice = a_wish()
    wish_upkeep.ask_again(now=ASKED_ON)
    said = {"wish": voice.wish, "organization": centre, "actor": centre.registered_by, "now": ASKED_ON + DAY}

    wish_answer.answer(kind=WishAnswerKind.PLANNED, **said)

    assert wish_upkeep.lapse_silent(now=ASKED_ON + 60 * DAY) == 0


def test_many_are_asked_in_batches(monkeypatch):
    monkeypatch.setattr(wish_upkeep, "WISHES_PER_BATCH", 2)
    for _ in range(5):
        a_wish()

    assert wish_upkeep.ask_again(now=ASKED_ON) == 5


def test_one_night_does_all_of_it(centre):
    a_wish(now=NOW - 200 * DAY)
    a_wish(topic="Tin học", now=NOW - 100 * DAY)
    a_run_about("Trồng nấm rơm", centre)

    assert wish_upkeep.look_after(now=NOW) == 3  # one proposal, two questions
