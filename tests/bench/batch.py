"""Five hundred awards, a class of five hundred each time, in one batch, against the same awards one by one."""

from itertools import count, cycle

from credits.actions import batch, ledger
from learners.models import Learner, Organization
from portal.quickstart.servers import Postgres
from tests.bench import comparators
from tests.bench.people import issuers, learners
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Took, Variant, beside, clock, play
from tests.factories.ledger import what
from tests.factories.people import NOW

BATCH = 500
SINGLES = 250
number = count(1)


def measure(postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    [issuer], people = issuers(1), learners(BATCH)
    batch.award_many(awards=[_asked(learner, issuer) for learner in people], now=NOW)
    played = play({"batch": _batch(people, issuer), "single": _singles(people, issuer)}, rounds=rounds)
    ratio = played.ratio("batch", "single")
    return played, [
        Row(
            what=f"a batch of {BATCH} awards, to single awards",
            figure=ratio.text("{:.1f} ×"),
            must="≥ 5 ×",
            aim="≥ 7 ×",
            meets=ratio.median >= 5,
            beside=beside(played, "batch", "single"),
        )
    ]


def _asked(learner: Learner, issuer: Organization) -> batch.Asked:
    return batch.Asked(
        learner=learner,
        issuer=issuer,
        amount_minor=comparators.AMOUNT_MINOR,
        kind_of_credit=comparators.KIND,
        occurred_at=NOW,
        actor=None,
        idempotency_key=f"bench:batch:{next(number)}",
        snapshot=what(),
    )


def _batch(people: list[Learner], issuer: Organization) -> Variant:
    def one_batch() -> Took:
        awards = [_asked(learner, issuer) for learner in people]
        with clock(len(awards)) as took:
            batch.award_many(awards=awards, now=NOW)
        return took

    return one_batch


def _singles(people: list[Learner], issuer: Organization) -> Variant:
    turn = cycle(people)

    def one_by_one() -> Took:
        awards = [_asked(next(turn), issuer) for _ in range(SINGLES)]
        with clock(len(awards)) as took:
            for asked in awards:
                ledger.award(**{name: getattr(asked, name) for name in batch.Asked.__slots__}, now=NOW)
        return took

    return one_by_one
