"""The page of a class for its staff: what is near comes first, the rest of a long series is folded up."""

from datetime import timedelta

import pytest

from tests.courses.test_session_changes import FIRST_AT, WEEK, manager_of
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def run(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_published_run(sessions=24)


@pytest.fixture
def page(learner_client, run, time_machine):
    def at(moment):
        time_machine.move_to(moment, tick=False)
        organization = run.version.course.provider
        return learner_client(manager_of(run)).get(f"/organizations/{organization.public_id}/runs/{run.pk}/")

    return at


def positions(answer, part):
    return [line.session.position for line, *_rest in answer.context["sessions"][part]]


@pytest.mark.parametrize(
    ("moment", "near", "past", "later"),
    [
        (FIRST_AT - 5 * HOUR, [1], 0, 23),
        (FIRST_AT - 2 * WEEK, [1], 0, 23),
        (FIRST_AT + 3 * HOUR, [1, 2], 0, 22),  # today's is over
        (FIRST_AT + 24 * HOUR, [1, 2], 0, 22),  # not marked yet
        (FIRST_AT + 4 * WEEK + HOUR, [5], 4, 19),
        (FIRST_AT + 23 * WEEK + 3 * HOUR, [24], 23, 0),
        (FIRST_AT + 30 * WEEK, [24], 23, 0),
    ],
    ids=["today", "weeks before", "after class", "the day after", "in class", "after the last", "long after"],
)
def test_today_and_next_come_first(page, moment, near, past, later):
    answer = page(moment)

    assert positions(answer, "near") == near
    assert (len(positions(answer, "past")), len(positions(answer, "later"))) == (past, later)
    assert f"{past} buổi đã qua" in answer.text or not past
    assert f"{later} buổi sau" in answer.text or not later


def test_what_is_marked_is_folded_up_and_what_is_not_is_counted(page, run):
    place = enrolled(run=run)
    fifth = FIRST_AT + 4 * WEEK
    for position in (2, 4):
        session = run.class_sessions.get(position=position)
        attended(place, session, by=manager_of(run), now=session.ends_at)

    answer = page(fifth - 24 * HOUR)

    assert positions(answer, "near") == [5]
    assert positions(answer, "past") == [1, 2, 3, 4]
    assert "4 buổi đã qua, 2 buổi chưa điểm danh" in answer.text


def test_learners_and_the_waiting_list_come_before_the_other_sessions(page):
    text = page(FIRST_AT + 4 * WEEK).text

    ids = ["h-near", "h-learners", "h-turnout", "h-seats", "h-sessions"]
    places = [text.index(f'id="{each}"') for each in ids]
    assert places == sorted(places)
    assert text.index('class="more-box"') > text.index('id="h-seats"')
