"""Before credit expires its holder is told, at 180, 90 and 30 days: each notice once, and never about nothing."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from credits.actions import expiry, expiry_notice
from credits.choices import KindOfCredit
from credits.rules import EXPIRY_NOTICES, LETTERS_PER_BATCH
from learners.choices import MessageKind
from learners.models import Learner, Message
from tests.factories.ledger import a_hold, a_use, an_award
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
LAST_DAY = date(2027, 11, 20)


def queue(days_before: int) -> int:
    """Run the job in the morning so many days before the last day."""
    morning = timezone.make_aware(datetime.combine(LAST_DAY - timedelta(days=days_before), datetime.min.time()))
    return expiry_notice.queue_expiry_notices(now=morning + timedelta(hours=8))


def credit_until(learner: Learner, last_day: date | None = LAST_DAY, **more: object):
    return an_award(learner=learner, valid_until=last_day, **more)


def letters() -> list[dict[str, str]]:
    return [letter.data for letter in Message.objects.filter(kind=MessageKind.CREDIT_EXPIRING).order_by("pk")]


def test_the_three_notices_each_once() -> None:
    credit_until(a_learner())

    told = {days: queue(days) for days in (181, 180, 179, 91, 90, 89, 31, 30, 29, 1, 0, -1)}

    assert [notice.days for notice in EXPIRY_NOTICES] == [180, 90, 30]
    assert {days for days, new in told.items() if new} == {180, 90, 30}
    assert [letter["days"] for letter in letters()] == ["180", "90", "30"]


def test_a_letter_says_how_much_until_when_and_by_which_rule() -> None:
    credit_until(a_learner(), hundredths=12)

    queue(90)

    assert [(each["credits"], each["date"], each["days"]) for each in letters()] == [
        ("0,12", "thứ Bảy 20/11/2027", "90")
    ]
    assert letters()[0]["rule"]


def test_missed_notices_are_not_sent_one_after_the_other() -> None:
    credit_until(a_learner())

    assert queue(20) == 1
    assert queue(19) == 0
    assert letters()[0]["days"] == "20"


def test_no_credit_expires_as_a_rule_and_nobody_is_told() -> None:
    credit_until(a_learner(), None)

    assert [queue(days) for days in (180, 90, 30, 0)] == [0, 0, 0, 0]


def test_what_is_used_or_has_expired_is_not_spoken_of() -> None:
    user, late = a_learner(), a_learner()
    award = credit_until(user)
    a_use(user, {award.pk: 12})
    credit_until(late)
    expiry.expire_due(now=NOW + timedelta(days=400))

    assert queue(-1) == 0
    assert queue(30) == 0


def test_what_is_set_aside_is_spoken_of_and_what_is_left_of_a_lot_is_what_is_said() -> None:
    learner = a_learner()
    award = credit_until(learner, hundredths=12)
    a_use(learner, {award.pk: 5})
    a_hold(learner, {award.pk: 4})

    assert queue(30) == 1
    assert letters()[0]["credits"] == "0,07"


def test_every_lot_of_everybody_is_looked_at_whatever_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry_notice, "LETTERS_PER_BATCH", 2)
    learners = [a_learner() for _ in range(3)]
    issuer = an_organization()
    for number, learner in enumerate(learners * 2):
        credit_until(learner, issuer=issuer, course_id=number, kind_of_credit=KindOfCredit.COMMUNITY)

    assert LETTERS_PER_BATCH > 2
    assert queue(30) == 6
    assert queue(30) == 0
