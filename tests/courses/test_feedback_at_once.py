"""Several people review a course, one sends twice, and two curators decide, at the same moment."""

from datetime import timedelta

import pytest

from courses.actions import feedback, moderation, quality
from courses.choices import HidingReason
from courses.models import CourseQuality, Feedback, FeedbackReport, FeedbackRequest, ModerationDecision
from courses.queries import quality as queries
from courses.rules import REPORTS_A_DAY_MAX
from tests.factories.feedback import GIVEN, a_review, an_online_course, completed
from tests.factories.people import a_curator, a_learner
from tests.faults.together import kinds, together

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_four_who_review_at_once_are_all_counted():
    version = an_online_course()
    places = [completed(version) for _ in range(4)]

    answers = together(*(lambda place=place: feedback.give(enrollment=place, stars=5, now=GIVEN) for place in places))
    quality.count_all(now=GIVEN)

    assert kinds(answers) == ["Feedback"] * 4
    assert CourseQuality.objects.get().stars_5 == 4
    assert queries.audit(now=GIVEN) == []


def test_one_who_sends_twice_gives_one_review():
    place = completed(an_online_course())

    answers = together(*[lambda: feedback.give(enrollment=place, stars=5, now=GIVEN)] * 3)

    assert kinds(answers) == ["Feedback"] * 3
    assert Feedback.objects.count() == 1


def test_two_nights_at_once_ask_once():
    version = an_online_course()
    for _ in range(3):
        completed(version)

    answers = together(
        *[lambda: feedback.ask_due(now=GIVEN)] * 2,
        *[lambda: quality.count_all(now=GIVEN)] * 2,
    )

    assert kinds(answers) == ["int"] * 4
    assert FeedbackRequest.objects.count() == 3
    assert queries.audit(now=GIVEN) == []


def test_two_curators_hide_once():
    given, curators = a_review(), (a_curator(), a_curator())

    answers = together(
        *(
            lambda curator=curator: moderation.hide(
                feedback=given, curator=curator, reason=HidingReason.INSULT, now=GIVEN
            )
            for curator in curators
        )
    )

    assert kinds(answers) == ["ModerationDecision"] * 2
    assert ModerationDecision.objects.count() == 1


def test_the_limit_of_reports_holds_at_once():
    version, reader = an_online_course(), a_learner()
    for _ in range(REPORTS_A_DAY_MAX.count_max - 1):
        feedback.report(feedback=a_review(version), reporter=reader, reason=HidingReason.INSULT, now=GIVEN)
    others = [a_review(version, now=GIVEN + timedelta(seconds=number)) for number in range(3)]

    answers = together(
        *(
            lambda given=given: feedback.report(feedback=given, reporter=reader, reason=HidingReason.INSULT, now=GIVEN)
            for given in others
        )
    )

    assert kinds(answers) == ["FeedbackReport", "TooManyReports", "TooManyReports"]
    assert FeedbackReport.objects.count() == REPORTS_A_DAY_MAX.count_max
