"""Roles in an organization, two acts at once: a manager always stays, and a code gives one role."""

from functools import partial
from typing import Any

import pytest

from courses.actions import staff
from learners.actions import closing, membership
from learners.choices import Role
from learners.models import Membership
from learners.queries.closing import left_without_manager
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.staff import an_invitation
from tests.faults.pairs.meeting import Pair
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.faults.together import kinds
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=12, long=200)


def two_managers() -> list[Membership]:
    organization = an_organization()
    a_membership(organization=organization, learner=a_learner(), role=Role.MANAGER)
    return list(organization.memberships.select_related("learner", "organization").order_by("pk"))


def one_stays(roles: list[Membership], answers: list[Any]) -> None:
    assert Membership.objects.filter(organization=roles[0].organization, ended_at=None).count() == 1, kinds(answers)


def both_give_up() -> Pair:
    roles = two_managers()
    acts = [partial(membership.end, membership=role, actor=role.learner, now=NOW) for role in roles]
    return Pair(acts, partial(one_stays, roles))


def each_ends_the_other() -> Pair:
    roles = two_managers()
    acts = [
        partial(membership.end, membership=role, actor=other.learner, now=NOW)
        for role, other in zip(roles, reversed(roles), strict=True)
    ]
    return Pair(acts, partial(one_stays, roles))


def one_gives_up_and_one_leaves_the_portal() -> Pair:
    roles = two_managers()

    def then(answers: list[Any]) -> None:
        assert kinds(answers) in (["LastManager", "Membership"], ["LastManager", "tuple"])
        left = [role.learner for role in roles if not left_without_manager(role.learner)]
        assert len(left) == 1  # who may still go: whoever has given up, or asked to leave, and not the other

    acts = [
        partial(membership.end, membership=roles[0], actor=roles[0].learner, now=NOW),
        partial(closing.ask, learner=roles[1].learner, now=NOW),
    ]
    return Pair(acts, then)


def one_code_typed_by_two() -> Pair:
    organization = an_organization()
    _invitation, code = an_invitation(organization)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Membership", "UnableToJoin"]
        assert organization.memberships.filter(role=Role.INSTRUCTOR).count() == 1

    return Pair([partial(membership.take_up, code=code, learner=a_learner(), now=NOW) for _ in range(2)], then)


def one_is_chosen_to_teach_and_leaves() -> Pair:
    organization = an_organization()
    role = a_membership(organization=organization, learner=a_learner(), role=Role.INSTRUCTOR)
    run = a_published_run(version=a_published_version(provider=organization))
    manager = organization.registered_by
    acts = [
        partial(staff.choose, run=run, teachers=[role.learner], actor=manager, now=NOW),
        partial(staff.end, membership=role, actor=manager, now=NOW),
    ]

    def then(answers: list[Any]) -> None:
        assert not run.instructors.filter(pk=role.learner_id).exists(), kinds(answers)

    return Pair(acts, then)


PAIRS = [
    one_is_chosen_to_teach_and_leaves,
    both_give_up,
    each_ends_the_other,
    one_gives_up_and_one_leaves_the_portal,
    one_code_typed_by_two,
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_whatever_the_order(pair):
    assert wrong_orders(pair, at_most=ORDERS) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_without_the_locks_it_goes_wrong(pair):
    assert goes_wrong_without_locks(pair)
