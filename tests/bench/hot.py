"""
Eight writers on one account against eight writers each on their own.

Unbounded: one issuer awards to everybody; its account is never locked. Bounded: everybody awards to one learner, whose
account takes one writer at a time; how much that may cost is what the least SQL under the same lock reaches.
"""

from collections.abc import Callable
from functools import partial

from credits.actions import ledger
from learners.models import Learner, Organization
from portal.quickstart.servers import Postgres
from tests.bench import comparators
from tests.bench.people import issuers, learners
from tests.bench.results import Row
from tests.bench.rounds import Rounds, play
from tests.bench.writers import WRITERS, writers
from tests.factories.ledger import an_award, what
from tests.factories.people import NOW

SECONDS = 2.0


def measure(postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    everybody, bodies = learners(4 * WRITERS), issuers(WRITERS)
    one_issuer, own_issuer, action, sql = (everybody[n * WRITERS : (n + 1) * WRITERS] for n in range(4))
    for learner in everybody:
        for issuer in bodies:
            an_award(learner=learner, issuer=issuer)
    works = {
        "one issuer": lambda n: _award(one_issuer[n], bodies[0], n),
        "own issuer": lambda n: _award(own_issuer[n], bodies[n], n),
        "one learner": lambda n: _award(action[0], bodies[n], n),
        "own learner": lambda n: _award(action[n], bodies[n], n),
        "one learner by SQL": lambda n: _by_sql(sql[0], bodies[n]),
        "own learner by SQL": lambda n: _by_sql(sql[n], bodies[n]),
    }
    with writers(works) as variant:
        played = play({name: variant(name, SECONDS) for name in works}, rounds=rounds)
    unbounded = played.ratio("one issuer", "own issuer")
    bounded = played.ratio("one learner", "own learner")
    by_sql = played.ratio("one learner by SQL", "own learner by SQL")
    share = played.ratio_of_ratios(("one learner", "own learner"), ("one learner by SQL", "own learner by SQL"))
    return played, [
        Row(
            what=f"{WRITERS} writers on one issuer's account, to writers on issuers of their own",
            figure=unbounded.text("{:.0%}"),
            must="≥ 90 %",
            meets=unbounded.median >= 0.9,
            beside=f"{played.rate('one issuer').text()} to {played.rate('own issuer').text()} a second",
        ),
        Row(
            what=f"{WRITERS} writers on one learner's account, to writers on learners of their own: "
            "share of the same ratio by hand-written SQL",
            figure=share.text("{:.0%}"),
            must="≥ 90 %",
            meets=share.median >= 0.9,
            beside=f"{bounded.text('{:.0%}')} to {by_sql.text('{:.0%}')}; "
            f"action {played.rate('one learner').text()} to {played.rate('own learner').text()}, "
            f"SQL {played.rate('one learner by SQL').text()} to {played.rate('own learner by SQL').text()} a second",
        ),
    ]


def _award(learner: Learner, issuer: Organization, writer: int) -> Callable[[], object]:
    number, snapshot = iter(range(10**9)), what()

    def award() -> object:
        return ledger.award(
            learner=learner,
            issuer=issuer,
            amount_minor=comparators.AMOUNT_MINOR,
            kind_of_credit=comparators.KIND,
            occurred_at=NOW,
            actor=None,
            idempotency_key=f"hot:{learner.pk}:{writer}:{next(number)}",
            snapshot=snapshot,
            now=NOW,
        )

    return award


def _by_sql(learner: Learner, issuer: Organization) -> Callable[[], object]:
    return partial(comparators.post_under_lock, comparators.ByHand(learner, issuer))
