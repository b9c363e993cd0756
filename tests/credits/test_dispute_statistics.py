"""What everybody may know of all reports: numbers."""

from datetime import date, timedelta

import pytest

from credits.actions import dispute
from credits.choices import DisputeOutcome, DisputeState
from credits.queries import dispute as queries
from tests.factories.disputes import OVERDUE, a_dispute, answered
from tests.factories.people import NOW, a_curator

pytestmark = pytest.mark.django_db


def test_statistics_of_nothing():
    figures = queries.statistics(now=NOW)

    assert (figures.opened, figures.percent_in_time, figures.median_working_days) == (0, None, None)


def test_statistics(django_assert_num_queries):
    curator = a_curator()
    in_time, late, overdue, back = (a_dispute() for _ in range(4))
    a_dispute(now=NOW + timedelta(days=30))
    answered(in_time, by=curator, now=NOW + timedelta(days=3))
    answered(late, by=curator, outcome=DisputeOutcome.NOT_UPHELD, now=OVERDUE + timedelta(days=2))
    dispute.withdraw(dispute=back, learner=back.learner, now=NOW)

    with django_assert_num_queries(1):
        figures = queries.statistics(now=OVERDUE + timedelta(days=9))

    assert (figures.opened, figures.answered, figures.withdrawn, figures.waiting) == (5, 2, 1, 2)
    assert (figures.overdue, figures.answered_in_time, figures.upheld, figures.judged) == (1, 1, 1, 3)
    assert figures.percent_in_time == 33
    assert figures.median_working_days == 9  # 2 and 16
    assert queries.statistics(now=OVERDUE, since=date(2026, 12, 1)).opened == 1
    assert overdue.state == DisputeState.OPEN
