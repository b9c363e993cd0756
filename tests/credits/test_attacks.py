"""
Attacks by direct SQL, as the application's role: each refused, nothing changed; each passes when its guards are gone.

The control that comes first: the same statements without the lie are accepted.
"""

from itertools import chain

import pytest

from credits.queries import ledger as queries
from tests.credits.attacks import entries, lots, persons, seals, written
from tests.credits.attacks.forger import Forger, Ledger
from tests.credits.attacks.table import Attack
from tests.credits.by_hand import commit, owner, refused, run
from tests.faults.crash import everything

pytestmark = pytest.mark.django_db
ATTACKS = list(chain(entries.ATTACKS, lots.ATTACKS, persons.ATTACKS, seals.ATTACKS, written.ATTACKS))
ATTACKS_MIN = 40


@pytest.fixture
def ledger():
    return Ledger()


HONEST = {
    "an award": lambda f: f.award(),
    "a use": lambda f: f.use_of(f.ledger.learner, f.ledger.lot, 2),
    "a hold": lambda f: f.hold_of(),
    "a release": lambda f: f.release(),
    "a reversal": lambda f: f.reversal(f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs)), 10),
    "a part reversed": lambda f: f.reversal(f.ledger.agreed(f.ledger.asked_reversal(f.ledger.theirs, hundredths=4)), 4),
    "a transfer": lambda f: f.transfer(f.ledger.agreed(f.ledger.asked_transfer())),
    "a merge": lambda f: f.merge(f.ledger.agreed(f.ledger.asked_merge())),
    "an expiry": lambda f: f.expiry(f.ledger.over, 6),
}


@pytest.mark.parametrize("act", HONEST)
def test_without_a_lie_it_is_accepted(ledger, act):
    commit(*HONEST[act](Forger(ledger)))

    assert {finding.invariant for finding in queries.audit()} == {"L09"}  # whoever writes past us has no hash


def test_there_are_as_many_as_were_promised():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= ATTACKS_MIN


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_refused(ledger, attack: Attack):
    forged = attack.forge(Forger(ledger))
    before = everything()

    assert attack.answer in refused(*forged)

    assert everything() == before
    assert queries.audit() == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_without_its_guards_it_passes_and_the_audit_finds_it(ledger, attack: Attack):
    forged = attack.forge(Forger(ledger))
    with owner():
        for statement in attack.guards or forged:
            run(statement)

    if attack.guards:
        commit(*forged)

    assert {finding.invariant for finding in queries.audit()} & set(attack.found)
