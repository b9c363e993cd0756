"""What was added in front of one person: taken off by the card while it is confirmed, added while another is."""

from functools import partial
from itertools import count
from typing import Any

import pytest

from learners.actions import added_way, claim
from learners.actions.consent import Witness
from learners.choices import Role
from learners.models import AddedWay, Claim, Learner
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.faults.pairs.meeting import Pair
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.faults.together import kinds
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=8, long=200)
EACH = count(10_000_000)  # each order is played with addresses of its own


def taken_off_and_confirmed() -> Pair:
    library = an_organization()
    person = a_registration(organization=library).learner
    colleague = a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner
    whose = {"actor": the_manager(library), "organization": library}
    address = f"tu{next(EACH)}@example.vn"
    claim.claim(learner=person, address=address, **whose, now=NOW)
    row = AddedWay.objects.get(learner=person)
    by = Witness(staff=colleague, organization=library)

    def then(answers: list[Any]) -> None:
        row.refresh_from_db()
        email = Learner.objects.get(pk=person.pk).email
        if row.confirmed_at is not None:
            assert (kinds(answers), row.taken_off_at, email) == (["AddedWay", "NoneType"], None, address)
        else:
            assert (kinds(answers), row.taken_off_at, email) == (["UnableToConfirm", "str"], NOW, None)

    return Pair(
        [
            partial(added_way.take_off, learner=person, now=NOW),
            partial(added_way.confirm, added=row, witness=by, now=NOW),
        ],
        then,
    )


def two_addresses_at_once() -> Pair:
    library = an_organization()
    person = a_registration(organization=library).learner
    whose = {"actor": the_manager(library), "organization": library}

    def adds(address: str) -> partial[Claim]:
        return partial(claim.claim, learner=person, address=address, **whose, now=NOW)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Claim", "HasAWay"]
        assert AddedWay.objects.filter(learner=person).count() == 1

    return Pair([adds(f"tu{next(EACH)}@example.vn"), adds(f"+849{next(EACH)}")], then)


@pytest.mark.parametrize("meeting", [taken_off_and_confirmed, two_addresses_at_once])
def test_one_of_the_two_happens_and_holds(meeting: Any) -> None:
    assert wrong_orders(meeting, at_most=ORDERS) == []


@pytest.mark.parametrize("meeting", [taken_off_and_confirmed, two_addresses_at_once])
def test_without_the_locks_some_order_goes_wrong(meeting: Any) -> None:
    assert goes_wrong_without_locks(meeting)
