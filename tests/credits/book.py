"""A learner's book to read: what the tests of the statement look at."""

from datetime import UTC, datetime, timedelta

from credits.choices import LotSource
from tests.factories.ledger import a_reversal, an_award
from tests.factories.people import NOW, an_organization

OCTOBER = datetime(2026, 10, 24, 3, 0, tzinfo=UTC)


def a_book(learner):
    """October: first aid, by mistake twice, one reversed. November: English, online, in the field of languages."""
    issuer = an_organization()
    an_award(learner=learner, issuer=issuer, now=OCTOBER - timedelta(days=7), key="1")
    twice = an_award(learner=learner, issuer=issuer, now=OCTOBER, key="2")
    a_reversal(twice, reason="Ghi trùng ngày 17/10", now=OCTOBER + timedelta(days=3))
    an_award(
        learner=learner,
        issuer=issuer,
        hundredths=30,
        now=NOW,
        title_vi="Tiếng Anh cho chuyến đi",
        title_en="English for a journey",
        source=LotSource.ONLINE,
        field_code="0231",
        field_vi="Ngoại ngữ",
        field_en="Languages",
    )
