"""
Closing an account while a letter, an export or an award is under way, in every order: nothing of the person is left.

Source: RELIABILITY.md, F36.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from courses.actions import content
from courses.queries import enrollment as places
from credits.models import JournalEntry
from credits.queries import ledger
from learners.actions import closing as asking
from learners.actions import data_export, message
from learners.choices import Language
from learners.models import DataExport, Learner
from learners.rules import CLOSING_WAITS
from portal.actions import closing, digests, personal_export
from tests.factories.catalog import a_published_run
from tests.factories.closing import ADDRESS, PERSONAL, found_in_database, somebody
from tests.factories.enrollment import enrolled, has_read, units_of
from tests.factories.people import NOW
from tests.faults.gate import Hands
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
THEN = NOW + CLOSING_WAITS
CLOSING, OTHER = 0, 1
STEPS_MIN = 10
OTHERS = form(short=4, long=1)  # a letter is in each of its states for one step alone
CLOSING_STEPS_MAX = 400  # no more turns than that: those while it waits for a lock pass


def a_digest(learner: Learner) -> Callable[[], Any]:
    """The weekly letter, queued and delivered at the hour the learner chose."""
    local = THEN + timedelta(hours=7)
    Learner.objects.filter(pk=learner.pk).update(digest_weekday=local.isoweekday(), digest_hour=local.hour)
    has_read(enrolled(learner, a_published_run(sessions=0), now=THEN), up_to=1, now=THEN)

    def act() -> None:
        digests.queue_digests(now=THEN)
        message.deliver_due(now=THEN)

    return act


def an_export(learner: Learner) -> Callable[[], Any]:
    data_export.ask(learner=learner, language=Language.VI, now=NOW)
    return lambda: personal_export.prepare_waiting(now=THEN)


def an_award(learner: Learner) -> Callable[[], Any]:
    """The last unit of a course, which completes it and posts its credit."""
    place = has_read(enrolled(learner, a_published_run(sessions=0), now=NOW), up_to=2)
    unit = units_of(place)[-1]
    return lambda: content.complete_unit(enrollment=place, unit=unit, actor=learner, now=THEN)


def letters_to_them() -> int:
    return sum(ADDRESS in letter.to for letter in mail.outbox)


def entries_of(learner: Learner) -> int:
    return JournalEntry.objects.filter(learner=learner).count()


@pytest.mark.parametrize(("under_way", "stride"), [(a_digest, 1), (an_export, OTHERS), (an_award, OTHERS)])
def test_whatever_is_under_way_leaves_nothing_behind(under_way, stride, caplog):
    """The other is stopped before each of its steps in turn; who is closed makes way for the next of the same name."""
    steps_before, is_stopped_under_way = 0, True
    with Hands(2) as hands:
        while is_stopped_under_way:
            learner = somebody()
            act = under_way(learner)
            asking.ask(learner=learner, now=NOW)
            entries = entries_of(learner)

            acts = [lambda: closing.close_due(now=THEN), act]
            answers = hands.play(acts, [OTHER] * steps_before + [CLOSING] * CLOSING_STEPS_MAX)
            sent = letters_to_them()
            message.deliver_due(now=THEN + timedelta(hours=1))
            personal_export.prepare_waiting(now=THEN + timedelta(hours=1))

            learner.refresh_from_db()
            assert (steps_before, answers[CLOSING]) == (steps_before, 1)
            assert hands.steps[CLOSING] <= CLOSING_STEPS_MAX
            assert learner.closed_at is not None
            assert (steps_before, found_in_database(*PERSONAL)) == (steps_before, [])
            assert DataExport.objects.filter(learner=learner, content__isnull=False).count() == 0
            assert (steps_before, letters_to_them()) == (steps_before, sent)
            assert not any(text in caplog.text for text in PERSONAL)
            # The award is there or it is not; what was recorded before stays either way.
            assert entries_of(learner) - entries in ({0, 1} if under_way is an_award else {0})
            is_stopped_under_way = hands.steps[OTHER] > steps_before
            steps_before += stride
    assert ledger.audit() == []
    assert places.audit() == []
    assert steps_before > STEPS_MIN  # it was stopped at all, and not through at once
