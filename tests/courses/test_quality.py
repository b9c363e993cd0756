"""The figures of a course: they follow from its rows, are hidden while few are behind them, and cost no query."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from courses.actions import enrollment, feedback, moderation, quality
from courses.choices import HidingReason
from courses.models import CourseQuality
from courses.queries import course_page
from courses.queries import quality as queries
from courses.queries.catalog import get_published
from tests.factories.catalog import a_published_run, a_published_version, replaced
from tests.factories.enrollment import attended, enrolled
from tests.factories.feedback import GIVEN, a_review, an_online_course, completed
from tests.factories.people import a_curator, a_learner

pytestmark = pytest.mark.django_db
LONG_AFTER = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)


def figures(version) -> queries.Quality:
    return queries.of(get_published(version.course_id).course)


def test_below_five_nothing_is_told_and_from_five_on_everything():
    version = an_online_course()
    for stars in (5, 5, 4, 2):
        a_review(version, stars=stars, can_do=stars > 2)
    few = figures(version)

    a_review(version, stars=3, can_do=True)
    completed(version)
    feedback.ask_due(now=GIVEN)
    quality.count_all(now=GIVEN)
    enough = figures(version)

    assert (few.answered, few.average, few.shares, few.response_percent, few.can_do_percent) == (
        4,
        None,
        (),
        None,
        None,
    )
    assert few.completion_percent is None
    assert str(enough.average) == "3.8"
    assert enough.marks == "★★★★☆"
    assert [(share.stars, share.people, share.percent) for share in enough.shares] == [
        (5, 2, 40),
        (4, 1, 20),
        (3, 1, 20),
        (2, 1, 20),
        (1, 0, 0),
    ]
    assert (enough.answered, enough.asked, enough.response_percent) == (5, 6, 83)
    assert enough.can_do_percent == 80
    assert (enough.completed, enough.ended, enough.completion_percent) == (6, 6, 100)


def test_hiding_words_changes_no_figure_and_taking_back_does():
    version = an_online_course()
    given = [a_review(version, stars=stars) for stars in (1, 5, 5, 5, 5, 5)]
    before = figures(version)

    moderation.hide(feedback=given[0], curator=a_curator(), reason=HidingReason.INSULT, now=GIVEN)
    hidden = figures(version)
    feedback.withdraw(feedback=given[0], now=GIVEN)

    assert hidden == before
    assert (figures(version).answered, figures(version).average) == (5, Decimal(5))


def test_a_newer_version_keeps_the_figures():
    version = an_online_course()
    a_review(version)

    replaced(version, title_vi="Tên khác")

    assert get_published(version.course_id).number == 2
    assert figures(version).answered == 1


def test_who_ended_counts_however_it_ended():
    teacher = a_learner(full_name="Trần Thị Ngọc Lan")
    run = a_published_run(version=a_published_version(attendance_percent_min=100), instructor=teacher)
    sessions = list(run.class_sessions.all())
    done, gave_up, faded, before_it_began = (enrolled(run=run) for _ in range(4))
    enrollment.withdraw(enrollment=before_it_began, now=datetime(2025, 12, 31, 12, tzinfo=UTC))
    for session in sessions:
        attended(done, session, by=teacher)
    attended(faded, sessions[0], by=teacher)
    enrollment.withdraw(enrollment=gave_up, now=datetime(2026, 12, 1, tzinfo=UTC))

    def counted(now) -> tuple[int, int]:
        quality.count_all(now=now)
        kept = CourseQuality.objects.get(course=run.version.course_id)
        return kept.completed, kept.ended

    # The last class is on 8 December: whoever is still enrolled has not completed it once attendance is marked.
    assert counted(datetime(2026, 12, 15, tzinfo=UTC)) == (1, 2)
    assert counted(datetime(2026, 12, 16, tzinfo=UTC)) == (1, 3)


def test_counting_twice_changes_nothing():
    completed(an_online_course())

    assert [quality.count_all(now=LONG_AFTER) for _ in range(2)] == [1, 0]


def test_the_kept_figures_are_those_of_the_rows():
    first, second = an_online_course(), an_online_course()
    for stars in (1, 2, 3, 4, 5):
        given = a_review(first, stars=stars, can_do=[None, True, False][stars % 3])
    a_review(second, stars=2)
    completed(second)
    feedback.give(enrollment=given.request.enrollment, stars=1, text="Nghĩ lại.", now=GIVEN + timedelta(hours=1))
    feedback.withdraw(feedback=a_review(first), now=GIVEN)
    feedback.ask_due(now=GIVEN)
    quality.count_all(now=GIVEN)
    assert queries.audit(now=GIVEN) == []

    CourseQuality.objects.filter(course=first.course_id).update(stars_5=7, asked=20)

    assert queries.audit(now=GIVEN) == [
        f"course {first.course_id}: asked is 20, should be 6",
        f"course {first.course_id}: stars_5 is 7, should be 0",
    ]
    quality.count_all(now=GIVEN)
    a_review(first)
    assert queries.audit(now=GIVEN) == [
        f"course {first.course_id}: ended is 6, should be 7",
        f"course {first.course_id}: completed is 6, should be 7",
    ]


def test_parts_are_never_more_than_wholes():
    a_review()

    for wrong in ({"stars_1": 9}, {"can_do": 1}, {"completed": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CourseQuality.objects.update(**wrong)


def test_figures_come_with_the_course(django_assert_num_queries):
    rated, unrated = an_online_course(), an_online_course()
    a_review(rated)

    for version, answered in ((rated, 1), (unrated, 0)):
        with django_assert_num_queries(1):
            found = course_page.get_course(version.course_id)
            assert queries.of(found.version.course).answered == answered
