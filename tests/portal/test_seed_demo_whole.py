"""The demonstration world is there as a whole or not at all, and keeps what somebody has changed."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.utils import timezone

from learners.actions import sign_up
from learners.choices import Language
from learners.models import Learner, Organization
from portal.actions import demo
from portal.actions.demo import people, world

pytestmark = pytest.mark.django_db


class Interrupted(Exception):
    pass


def test_a_making_that_is_cut_short_leaves_nothing() -> None:
    def interrupt(words: str, items: Sequence[Any]) -> Iterable[Any]:
        if words == "courses":
            raise Interrupted
        return items

    with pytest.raises(Interrupted):
        demo.seed(now=timezone.now(), track=interrupt)

    assert not Learner.objects.exists()
    assert not Organization.objects.exists()


def test_an_account_that_is_there_is_left_as_it_is() -> None:
    row = next(person for person in world.people() if person.key == "le-van-hoa")
    there = sign_up.sign_up(address=row.email, full_name="Lê Văn Khác", language=Language.EN, now=timezone.now())

    found = people.sign_up_named(row, now=timezone.now())

    assert (found, found.full_name, found.language) == (there, "Lê Văn Khác", Language.EN)
