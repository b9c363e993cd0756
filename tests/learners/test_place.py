"""The official places are there, keyed by code."""

import pytest
from django.db import connection

from learners.models import Place
from learners.models.folding import fold
from learners.queries.place import place_after
from portal.templatetags.format import with_commune
from tests.factories.people import NINH_KIEU, a_learner

pytestmark = pytest.mark.django_db


def test_every_place_of_the_two_tiers_is_loaded() -> None:
    assert Place.objects.filter(parent__isnull=True).count() == 34
    assert Place.objects.filter(parent__isnull=False).count() == 3321


def test_a_commune_knows_its_province() -> None:
    place = Place.objects.select_related("parent").get(code=NINH_KIEU)

    assert (place.name, place.parent.name, place.name_fold) == ("Ninh Kiều", "Cần Thơ", "ninh kieu")


def test_sql_and_python_fold_alike() -> None:
    different = [p.name for p in Place.objects.all() if p.name_fold != fold(p.name)]

    assert different == []


def test_tests_serve_without_the_owners_rights() -> None:
    a_learner()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("lh_app",)


@pytest.mark.parametrize(
    ("address", "rest", "line"),
    [
        ("12 đường Hòa Bình", "phường Ninh Kiều, Cần Thơ", "12 đường Hòa Bình, phường Ninh Kiều"),
        ("Nhà văn hóa P. NINH KIEU", "", "Nhà văn hóa P. NINH KIEU"),
        ("Bến Ninh Kiều, TP. Cần Thơ", "", "Bến Ninh Kiều, TP. Cần Thơ"),
        ("Đường Ninh Kiềuu", "phường Ninh Kiều, Cần Thơ", "Đường Ninh Kiềuu, phường Ninh Kiều"),
        ("12 Hòa Bình, Cần Thơ", "phường Ninh Kiều", "12 Hòa Bình, Cần Thơ, phường Ninh Kiều"),
        ("", "phường Ninh Kiều, Cần Thơ", "phường Ninh Kiều"),
    ],
)
def test_a_place_is_not_said_twice_in_one_line(address: str, rest: str, line: str) -> None:
    place = Place.objects.select_related("parent").get(code=NINH_KIEU)

    assert place_after(address, place) == rest
    assert with_commune(address, place) == line
