"""
A storm over the ledger; then everything is taken back, each award twice at once.

The database's own net was not needed: every refusal came from an action, and nobody waited in a circle.
"""

import pytest
from django.db import connection

from credits.actions import deciding, holding
from credits.models import JournalEntry, LedgerRequest, Posting
from credits.queries import ledger as queries
from credits.rules import AWARDING
from learners.models import Learner
from tests.factories.ledger import asked_again, asked_reversal
from tests.factories.people import a_curator, a_learner, an_organization
from tests.faults import storm
from tests.faults.commit_order import out_of_commit_order
from tests.faults.sabotage import as_owner, without_locks
from tests.seed import SEED, form

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES, THREADS = form(short=(3, 3), long=(4, 4))
OPERATIONS = form(short=25, long=3200)  # of each thread, at most
RAGE_SECONDS = 15 * 60  # at most; the more a person has, the longer each act on it takes
HOT, COLD = form(short=3, long=6), form(short=15, long=500)

STATISTICS = "ANALYZE"  # by autovacuum in production, which the tests' server does without

BALANCES = """
    SELECT concat(a.unit, ' ', a.purpose),
        sum(CASE WHEN p.destination_id = a.id THEN p.amount_minor ELSE -p.amount_minor END)
    FROM credits_account a JOIN credits_posting p ON a.id IN (p.source_id, p.destination_id)
    GROUP BY a.unit, a.purpose
"""


def balances() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(BALANCES)
        return {purpose: int(balance) for purpose, balance in cursor if balance}


@pytest.fixture
def people():
    return {
        "hot": [a_learner().pk for _ in range(HOT)],
        "cold": [a_learner().pk for _ in range(COLD)],
        "issuer": an_organization().pk,
        "first": a_curator().pk,
        "second": a_curator().pk,
    }


def rage(people, *, operations):
    """Let all processes loose; return how often each outcome came."""
    work = {"work": "rage", "threads": THREADS, "operations": operations, "seconds": RAGE_SECONDS, **people}
    return storm.outcomes([storm.start(seed=f"{SEED} {process}", **work) for process in range(PROCESSES)])


def test_a_storm_and_everything_taken_back_twice_at_once(people):
    counted = rage(people, operations=OPERATIONS)

    assert [outcome for outcome in counted if ":" in outcome] == []
    assert counted["done"] > counted.total() / 2
    as_owner(STATISTICS)
    assert queries.audit() == []
    assert out_of_commit_order() == []

    while holding.lapse_due(now=storm.OVER):
        pass
    take_back_what_waits()
    awards = [entry for entry in JournalEntry.objects.filter(reason__in=AWARDING) if left_of(entry)]
    asker = Learner.objects.get(pk=people["first"])
    firsts = [asked_reversal(entry, by=asker, now=storm.OVER) for entry in awards]
    twice = [[each.pk for each in firsts], [asked_again(each).pk for each in firsts]]
    work = {"work": "approve", "threads": THREADS, "second": people["second"]}
    counted = storm.outcomes(
        [storm.start(seed=f"{SEED} {number}", requests=requests, **work) for number, requests in enumerate(twice)]
    )

    assert counted == {"done": len(awards), "AlreadyReversed": len(awards)}
    assert balances() == {}
    as_owner(STATISTICS)
    assert queries.audit() == []
    assert out_of_commit_order() == []


def take_back_what_waits() -> None:
    """Withdraw the requests whose approval was refused in the storm; one that waits stands in the way of the next."""
    for request in LedgerRequest.objects.filter(decision__isnull=True).select_related("requested_by"):
        deciding.withdraw(request=request, actor=request.requested_by, now=storm.OVER)


def left_of(entry: JournalEntry) -> int:
    taken_back = Posting.objects.filter(entry__reverses=entry, lot__isnull=False)  # not what was rounded away
    return entry.lot.amount_minor - sum(taken_back.values_list("amount_minor", flat=True))


def test_a_storm_without_locks_runs_into_the_net(people):
    """The control: the database refuses what the actions let through, and nothing wrong stays."""
    with without_locks():
        counted = rage(people, operations=OPERATIONS // 2 if OPERATIONS < 100 else 100)

    assert [outcome for outcome in counted if outcome.startswith("IntegrityError")]
    assert queries.audit() == []
