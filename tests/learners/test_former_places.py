"""The places of three tiers until 30 June 2025, and what they became."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import translation

from learners.choices import FormerPlaceKind
from learners.models import FormerPlace, Place
from tests.credits.by_hand import owner

pytestmark = pytest.mark.django_db


def test_all_three_tiers_are_loaded() -> None:
    digits = Counter(map(len, FormerPlace.objects.values_list("code", flat=True)))

    assert digits == {2: 63, 3: 696, 5: 10_035}


def test_everything_became_something_that_is_in_force() -> None:
    there = dict(Place.objects.filter(valid_to=None).values_list("code", "parent"))

    for code, successors in FormerPlace.objects.values_list("code", "successors"):
        assert successors
        assert all(successor in there for successor in successors), code
        assert all((there[successor] is None) == (len(code) == 2) for successor in successors), code


def test_every_place_in_force_came_from_somewhere() -> None:
    became = {code for successors in FormerPlace.objects.values_list("successors", flat=True) for code in successors}

    assert set(Place.objects.filter(valid_to=None).values_list("code", flat=True)) == became


@pytest.mark.parametrize(
    ("code", "name", "became"),
    [
        ("02", "tỉnh Hà Giang", {"08"}),
        ("15", "tỉnh Yên Bái", {"15"}),
        ("10", "tỉnh Lào Cai", {"15"}),
        ("760", "quận 1", {"26737", "26740", "26743", "26758"}),
        ("31144", "phường Xuân Khánh", {"31135"}),
        ("318", "huyện Bạch Long Vĩ", {"11948"}),
    ],
)
def test_a_unit_and_what_it_became(code: str, name: str, became: set[str]) -> None:
    place = FormerPlace.objects.get(code=code)

    assert (str(place), set(place.successors)) == (name, became)


def test_names_repeat_so_a_name_is_no_key() -> None:
    repeated = FormerPlace.objects.filter(kind=FormerPlaceKind.COMMUNE).values("name").annotate(count=Count("pk"))

    assert repeated.filter(count__gt=10).exists()


def test_in_english_the_name_stays_and_the_kind_is_said() -> None:
    with translation.override("en"):
        assert str(FormerPlace.objects.get(code="760")) == "1 Urban District"


def test_a_unit_that_became_nothing_is_refused() -> None:
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        FormerPlace.objects.create(code="99", kind=FormerPlaceKind.PROVINCE, name="Xứ", successors=[])
