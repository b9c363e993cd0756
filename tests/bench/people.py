"""Whom a benchmark is about: learners and issuers by the hundred, and a ledger that is already in use."""

from django.db import connections

from learners.models import Learner, Organization
from portal.quickstart.servers import Postgres
from tests.bench.large.books import ISSUERS
from tests.bench.large.load import fill
from tests.factories.people import a_learner, an_organization

LEARNERS_BEFORE = 1_000  # each with a book of twenty postings


def learners(count: int) -> list[Learner]:
    return [a_learner(full_name=f"Người học số {number}") for number in range(count)]


def issuers(count: int) -> list[Organization]:
    manager = a_learner(full_name="Nguyễn Thị Bảy")
    return [an_organization(manager=manager) for _ in range(count)]


def a_ledger_in_use(postgres: Postgres) -> None:
    """Fill the ledger a little and take its statistics: plans made for empty tables are no measure of anything."""
    [pattern] = learners(1)
    issuers(ISSUERS)
    fill(postgres, "lh", learners=LEARNERS_BEFORE, pattern_id=pattern.pk)
    connections.close_all()
