"""The other acts of the ledger, each by its action in a transaction of its own: figures without a bound."""

from collections.abc import Callable, Sequence
from itertools import count, cycle
from typing import Any

from credits.actions import application, deciding, holding
from credits.models import JournalEntry
from learners.models import Learner, Organization
from portal.quickstart.servers import Postgres
from tests.bench import comparators
from tests.bench.people import issuers, learners
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Took, Variant, clock, operations, play
from tests.factories.ledger import a_hold, an_award, asked_reversal, for_a_certificate
from tests.factories.people import NOW, a_curator

ACTS = 60  # of each in one round
number = count(1)


def measure(postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    [issuer], people = issuers(1), learners(20)
    lots = [an_award(learner=learner, issuer=issuer, hundredths=10**6) for learner in people]
    played = play(
        {
            "award": operations(ACTS, _award(people, issuer)),
            "hold": operations(ACTS, _hold(lots)),
            "release": _made_before(lambda: _a_hold(lots), _release),
            "use": operations(ACTS, _use(lots)),
            "reverse": _made_before(lambda: _asked_reversal(people, issuer), _approve),
        },
        rounds=rounds,
    )
    words = {
        "hold": "set credit aside",
        "release": "give back what was set aside",
        "use": "use credit",
        "reverse": "reverse an award: the approval of a request, with the letters",
    }
    return played, [
        Row(
            what=what,
            figure=f"{played.rate(name).text()} a second",
            beside=f"CPU {played.cpu(name).median:.2f} ms; "
            f"{played.ratio(name, 'award').text('{:.0%}')} of an award's rate",
        )
        for name, what in words.items()
    ]


Act = Callable[[], object]


def _award(people: Sequence[Learner], issuer: Organization) -> Act:
    turn = cycle(people)
    return lambda: an_award(learner=next(turn), issuer=issuer, key=f"bench:others:{next(number)}")


def _a_hold(lots: Sequence[JournalEntry]) -> JournalEntry:
    lot = lots[next(number) % len(lots)]
    assert lot.learner is not None
    return a_hold(lot.learner, {lot.pk: comparators.AMOUNT_MINOR}, key=f"bench:hold:{next(number)}")


def _hold(lots: Sequence[JournalEntry]) -> Act:
    return lambda: _a_hold(lots)


def _release(hold: JournalEntry) -> None:
    holding.release(hold=hold, actor=None, now=NOW)


def _use(lots: Sequence[JournalEntry]) -> Act:
    turn = cycle(lots)

    def use() -> None:
        lot = next(turn)
        assert lot.learner is not None
        application.use(
            learner=lot.learner,
            amounts={lot.pk: comparators.AMOUNT_MINOR},
            actor=None,
            idempotency_key=f"bench:use:{next(number)}",
            snapshot=for_a_certificate(),
            now=NOW,
        )

    return use


def _asked_reversal(people: Sequence[Learner], issuer: Organization) -> tuple[object, Learner]:
    award = an_award(learner=people[next(number) % len(people)], issuer=issuer, key=f"bench:wrong:{next(number)}")
    return asked_reversal(award, key=f"bench:reversal:{next(number)}"), a_curator()


def _approve(made: tuple[object, Learner]) -> None:
    request, curator = made
    deciding.approve(request=request, actor=curator, now=NOW)  # type: ignore[arg-type]


def _made_before(make: Callable[[], Any], act: Callable[[Any], object]) -> Variant:
    """Return the variant that acts on what was made before the clock started."""

    def variant() -> Took:
        made = [make() for _ in range(ACTS)]
        with clock(len(made)) as took:
            for one in made:
                act(one)
        return took

    return variant
