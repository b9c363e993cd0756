"""
One award through the action, in its own transaction, against the same rows by one hand-written statement on the same
connection, and against the plain ORM.
"""

from itertools import cycle

from credits.actions import ledger
from learners.models import Learner, Organization
from portal.quickstart.servers import Postgres
from tests.bench import comparators
from tests.bench.people import issuers, learners
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Took, Variant, beside, clock, operations, play
from tests.factories.ledger import an_award, what
from tests.factories.people import NOW

AWARDS = 400  # of each kind in one round
ORM_AWARDS = 100
LEARNERS = 20


def measure(postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    [issuer] = issuers(1)
    people = learners(3 * LEARNERS)
    for learner in people:
        an_award(learner=learner, issuer=issuer)
    by_action, by_hand, by_orm = people[:LEARNERS], people[LEARNERS : 2 * LEARNERS], people[2 * LEARNERS :]
    played = play(
        {
            "action": operations(AWARDS, _award(by_action, issuer)),
            "statement": _statements(by_hand, issuer),
            "orm": operations(ORM_AWARDS, _award_by_orm(by_orm, issuer)),
        },
        rounds=rounds,
    )
    ratio, orm = played.ratio("action", "statement"), played.ratio("orm", "statement")
    return played, [
        Row(
            what="one award by the action, to one hand-written statement",
            figure=ratio.text("{:.0%}"),
            must="≥ 60 %",
            aim="≥ 80 %",
            meets=ratio.median >= 0.6,
            beside=beside(played, "action", "statement"),
        ),
        Row(
            what="the same award by the plain ORM, to one hand-written statement",
            figure=orm.text("{:.0%}"),
            beside=beside(played, "orm", "statement"),
        ),
    ]


def _award(people: list[Learner], issuer: Organization):
    turn, number, snapshot = cycle(people), iter(range(10**9)), what()

    def award() -> None:
        ledger.award(
            learner=next(turn),
            issuer=issuer,
            amount_minor=comparators.AMOUNT_MINOR,
            kind_of_credit=comparators.KIND,
            occurred_at=NOW,
            actor=None,
            idempotency_key=f"bench:{next(number)}",
            snapshot=snapshot,
            now=NOW,
        )

    return award


def _award_by_orm(people: list[Learner], issuer: Organization):
    turn, number = cycle(people), iter(range(10**9))
    return lambda: comparators.award_by_orm(
        learner=next(turn), issuer=issuer, idempotency_key=f"orm:{next(number)}", now=NOW
    )


def _statements(people: list[Learner], issuer: Organization) -> Variant:
    hands = [comparators.ByHand(learner, issuer) for learner in people]

    def statements() -> Took:
        prepared = [hand.prepare(AWARDS // len(hands)) for hand in hands]
        turns = [values for turn in zip(*prepared, strict=True) for values in turn]
        with clock(len(turns)) as took:
            for values in turns:
                comparators.post(values)
        return took

    return statements
