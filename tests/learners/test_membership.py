"""Somebody is given a role in an organisation."""

import pytest

from learners.actions import membership
from learners.choices import Role
from learners.permissions import roles_of
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db


def test_admit_gives_the_role() -> None:
    organization, learner = an_organization(), a_learner()

    membership.admit(organization=organization, learner=learner, role=Role.INSTRUCTOR, now=NOW)

    assert roles_of(learner, organization) == {Role.INSTRUCTOR}


def test_admit_twice_is_one_membership() -> None:
    organization, learner = an_organization(), a_learner()

    first = membership.admit(organization=organization, learner=learner, role=Role.INSTRUCTOR, now=NOW)
    second = membership.admit(organization=organization, learner=learner, role=Role.INSTRUCTOR, now=NOW)

    assert second == first
    assert organization.memberships.filter(learner=learner).count() == 1


def test_who_left_is_admitted_anew() -> None:
    organization, learner = an_organization(), a_learner()
    left = membership.admit(organization=organization, learner=learner, role=Role.VOLUNTEER, now=NOW)
    organization.memberships.filter(pk=left.pk).update(ended_at=NOW)

    again = membership.admit(organization=organization, learner=learner, role=Role.VOLUNTEER, now=NOW)

    assert again.pk != left.pk
    assert again.ended_at is None
